"""What it means that a fact stands in a text: which words of which line a value may be made of.

A value is made of the line that its source names. Of a GPU the name or id stands there, and what else is known of it (its driver, its
address) may stand in a line of its own. A listing is named by one line of it, its entries stand in lines of their own. What a table adds
(the family of an id, the name that an id has) needs the key of the table in the line; a bare yes or no needs a word that says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from tests.readers.told import Fact
from xpudoctor.facts import gpus
from xpudoctor.facts.devices import Gpu

# That a listing is whole, how it is laid out and how far an import came is no word of it.
_NOT_SAID = ("complete", "package_manager", "stage", "index", "module", "installer")
_LISTINGS = ("system.like", "torch.devices", "runtime.level_zero", "runtime.opencl_gpus", "runtime.sycl_ls")
_BESIDE = ("driver_version", "address", "kernel_driver", "bar")
_NOTHING = r"(?!)"
_SYSTEMS = {
    "linux": r"linux|ubuntu|debian|fedora|\barch\b|\bmint\b|\bwsl|rhel|red ?hat|centos|rocky|suse|nixos|\bpop|manjaro|proxmox|alpine"
    r"|\bvoid\b|kali|/(?:home|usr|opt|root|etc|media|mnt|dev)\b|\w@[\w.-]+:[~/]|\.so\b|sudo |apt(?:-get)? install|docker|\bi915\b|\bxe\b"
    r"|\bID(?:_LIKE)?=|VERSION_ID=|microsoft-standard|kernel|uname|iommu|nomodeset|\bpci|内核|^\s*\d\.\d",
    "windows": r"win|[A-Za-z]:\\|\bPS |\.(?:exe|bat|dll)\b|10\.0\b|\d\d\.\d+\.10[01]\.\d{4}|(?<![\d.])101\.\d{4}",
}
_DISTRIBUTIONS = {
    "linuxmint": "mint",
    "rhel": "red ?hat|rhel",
    "opensuse-tumbleweed": "tumbleweed",
    "slackware": "unraid|slackware",
    "clear-linux-os": "clear",
    "debian": "debian|proxmox|truenas",
}
_CONTAINERS = {"docker": r"docker|image:|FROM "}
_VENDORS = {"10de": "nvidia", "1002": "amd|advanced micro", "1a03": "aspeed", "102b": "matrox"}
# Other words for what a package or a part of the driver is called.
_PACKAGES = {
    "torch": r"pytorch",
    "intel-extension-for-pytorch": r"ipex|intel[ _-]extension[ _-]for[ _-]pytorch",
    "bigdl-llm": r"bigdl",
    "intel-opencl-icd": r"opencl|Driver Version",
    "intel-level-zero-gpu": r"level[ _-]zero",
    "level-zero": r"level[ _-]zero",
    "intel-igc-core": r"IGC",
    "libigdgmm12": r"GMM",
    "intel-compute-runtime": r"driver|驱动|compute[- ]runtime|neo|opencl",
}
_FAMILIES = {
    "lnl": r"lnl|lunar|ultra",
    "mtl": r"mtl|meteor|ultra",
    "arl-h": r"arl|arrow|ultra",
    "arl-s-u": r"arrow|ultra",
    "ptl": r"ptl|panther|ultra",
    "wcl": r"wcl|wildcat",
    "bmg": r"bmg|battlemage|\bb\d\d",
    "dg2": r"dg2|alchemist|\ba\d\d",
    "pvc": r"pvc|ponte",
    "tgl": r"tiger|11\d\dg\d",
    "rkl": r"rocket",
    "adl": r"alder|raptor",
    "dg1": r"dg1",
}
_ANY_GPU = "|".join(("intel", "arc", "uhd", "iris", "gpu", "graphics", "i915", "xe", *_FAMILIES.values()))


def derivable(fact: Fact, texts: Sequence[str]) -> bool:
    """Say whether a fact can be made of the lines of a text."""
    if fact.field in _NOT_SAID:
        return True
    if not 1 <= fact.line <= len(texts):
        return False
    lines = texts[fact.line - 1 : fact.line]
    if fact.path.startswith(_LISTINGS) or (isinstance(fact.holder, Gpu) and (fact.field in _BESIDE or not fact.holder.pci_id)):
        lines = texts
    elif (fact.path.startswith("packages.installed[") and fact.field == "name") or fact.path == "torch.installed":
        # `pip show` says the name above the version, and a program prints what it was told to; IPEX's own check ends with the devices.
        lines = [*texts[: fact.line], *("torch ipex" for line in texts[fact.line : fact.line + 2] if "[0]: _" in line)]
    return any(_MADE.get(fact.field, _stands)(fact, line) for line in lines)


def _says(pattern: str, line: str) -> bool:
    return re.search(pattern, line, re.IGNORECASE) is not None


def _word(words: dict[str, str]) -> Callable[[Fact, str], bool]:
    """Return a test for the words of a value, which are itself where there are no others."""
    return lambda fact, line: _says(words.get(str(fact.value), re.escape(str(fact.value))), line)


def _plain(text: object) -> str:
    return re.sub(r"[\s_.:\"'`-]+", "", str(text)).lower()


def _stands(fact: Fact, line: str) -> bool:
    """The characters stand in the line, in any case and with any spaces and dashes."""
    return _plain(fact.value) in _plain(line)


def _version(fact: Fact, line: str) -> bool:
    """The whole version stands there; people leave the 32.0 of a Windows driver out, a point release is no version of a system."""
    value = re.sub(r"^3[012]\.0\.(?=101\.)", "", str(fact.value)) if fact.field == "driver_version" else str(fact.value)
    if fact.path in ("system.version", "system.build"):
        return value.lower() in line.lower()
    return _says(rf"(?<!\d){re.escape(value)}(?!\d|\.\d)", unquote(line))


def _variable(fact: Fact, line: str) -> bool:
    return fact.path.partition("[")[2].rstrip("]") in line and str(fact.value) in line


def _size(fact: Fact, line: str) -> bool:
    """A number of the line, by a unit of it."""
    if isinstance(fact.holder, Gpu) and fact.field == "memory":
        return _gpu(fact, line)
    numbers = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", line)]
    return any(int(number * 1024**power) == fact.value for number in numbers for power in range(5))


def _of_id(pci_id: str, line: str) -> bool:
    """The id stands in the line, or the number of the model that has it, or the processor or code name that tells its family."""
    row = gpus.model(pci_id)
    if _says(rf"(?<![0-9a-z])(?:0x)?0*{pci_id.lstrip('0')}(?![0-9a-z])", line) or row is None:
        return row is not None or pci_id in line.lower()
    models = [word for word in row.name.split() if re.search(r"\d", word)]
    named = bool(models) and _says(rf"(?<!\d){models[-1]}(?!\d)", line)
    return named or _says(_FAMILIES.get(row.family, _NOTHING), line) or _says(r"1[34]0[vt]", line)


def _gpu(fact: Fact, line: str) -> bool:
    """What is known of a GPU: by its id, and of one without an id by its name, family or driver."""
    gpu = fact.holder
    row = gpus.model(gpu.pci_id) if gpu.pci_id else None
    if gpu.pci_id:
        return (row is None or getattr(row, fact.field, fact.value) == fact.value) and _of_id(gpu.pci_id, line)
    if fact.field == "family":
        return _says(_FAMILIES.get(str(fact.value), _NOTHING), line)
    if gpu.name == "Intel GPU" and _version(fact._replace(path="driver_version", value=getattr(gpu, "driver_version", "-") or "-"), line):
        return True
    return all(number in line for number in re.findall(r"\d+", gpu.name)) and _says(_ANY_GPU, line)


def _name(fact: Fact, line: str) -> bool:
    if isinstance(fact.holder, Gpu) or fact.path.startswith("runtime.level_zero"):
        return _gpu(fact, line)
    if fact.path == "system.name" and "Windows" in str(fact.value):
        return all(_says(word, line) for word in str(fact.value).replace("Microsoft ", "").replace("Windows", "win").split())
    return _stands(fact, line) or _says(_PACKAGES.get(str(fact.value), _NOTHING), line)


def _opencl(fact: Fact, line: str) -> bool:
    return _of_id(str(fact.value), line) if re.fullmatch(r"[0-9a-f]{4}", str(fact.value)) else _says(_ANY_GPU, line)


def _like(fact: Fact, line: str) -> bool:
    return _stands(fact, line) or _says(_DISTRIBUTIONS.get(str(fact.holder.distribution), str(fact.holder.distribution)), line)


def _integrated(fact: Fact, line: str) -> bool:
    return _of_id(fact.holder.pci_id, line) if fact.holder.pci_id else _says(_ANY_GPU, line)


def _driver(fact: Fact, line: str) -> bool:
    return _says(str(fact.value) or r"modules|fail|not (?:officially |properly )?supported", line)


def _address(fact: Fact, line: str) -> bool:
    return str(fact.value).removeprefix("0000:") in line.lower()


def _answer(fact: Fact, line: str) -> bool:
    if fact.field == "installed":
        return _says(r"torch|ipex|version|\w(?:Error|Exception|Interrupt|NotFound)" if fact.value else "No module named", line)
    if fact.field == "count":
        return str(fact.value) in line or (fact.value == 0 and _says("No XPU|zero", line))
    return _says("True|Yes" if fact.value else "False|No|zero", line)


def _wsl(_: Fact, line: str) -> bool:
    return _says(r"wsl|microsoft-standard|windows subsystem|/mnt/[a-z]/Users", line)


_MADE: dict[str, Callable[[Fact, str], bool]] = {
    **dict.fromkeys(("version", "driver_version", "kernel", "build", "python", "glibc", "architecture"), _version),
    **dict.fromkeys(("family", "kind"), _gpu),
    **dict.fromkeys(("memory", "bar"), _size),
    **dict.fromkeys(("installed", "available", "count"), _answer),
    "variables": _variable,
    "name": _name,
    "pci_id": lambda fact, line: _of_id(str(fact.value), line),
    "opencl_gpus": _opencl,
    "integrated": _integrated,
    "kernel_driver": _driver,
    "address": _address,
    "other_vendors": lambda fact, line: _says(rf"{fact.value}|{_VENDORS.get(str(fact.value), fact.value)}", line),
    "os": _word(_SYSTEMS),
    "distribution": _word(_DISTRIBUTIONS),
    "like": _like,
    "wsl": _wsl,
    "container": _word(_CONTAINERS),
}
