"""What a text names: GPU, driver, versions, model and memory, each held against the failure that it tells of."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Fact, Log, Match, Packages, System, minor
from xpudoctor_checks import _log
from xpudoctor_checks._drivers import table
from xpudoctor_checks._families import codename
from xpudoctor_checks._log_machine import families, windows_drivers

_SYMPTOM = re.compile(
    r"(?i)native api|\bPI_ERROR\w{0,30}|UR_RESULT\w{0,40}|SYCL error|garbage|gibberish|garbled|!{8,}|\u4e71\u7801"
    r"|(?<!\bno )(?<!\bnot )(?<!n.t )(?<!\bnever )(?<!without )\b(?:hangs?|hung|stuck|crash\w{0,3}|abort\w{0,3}|killed|fail(?:s|ed)?)\b"
    r"|terminated|core dumped|could not create an? |BUILD_PROGRAM|\bnot (?:being )?(?:detected|found|used|work\w{0,3})"
    r"|count is zero|is_available\(\)\W{1,4}False|segmentation|access violation|out of memory|\bOOM\b"
)
_LOADS_NOT = re.compile(r"ImportError|OSError|cannot open shared|undefined symbol|WinError|DLL|\.so\b|count is zero|Native API|not found")
_MTL = re.compile(r"(?i)meteor ?lake|\bmtl\b|ultra [579] 1\d\d[hu]\b")
_LLAMA = re.compile(r"(?i)ipex[-_. ]?llm|bigdl|ollama|llama[-._]?(?:cpp|cli|server)")
_TORCH = re.compile(r"(?i)\b(?:py)?torch(?:[\W_]{0,4}version)?[\s:='\"]{1,6}(?P<torch>[12]\.\d{1,2})\.\d")
_IPEX = re.compile(r"(?i)\b(?:ipex|intel[-_]extension[-_]for[-_]pytorch)\b[^\d\n]{1,20}(?P<ipex>[12]\.\d{1,2}\.\d{2,3})\b")
_ONEAPI = re.compile(r"(?i)\b(?:oneapi|base[- ]?(?:tool)?kit|dpc\+\+|dpcpp)\b[^\n]{0,40}?\b(?P<named>202[2-6]\.\d)")
# The oneAPI that a release of IPEX was built with, where it has to be sourced.
_BUILT_WITH = {"1.13": "2023", "2.0": "2023", "2.1.1": "2024.0", "2.1.2": "2024.1", "2.1.3": "2024.1", "2.1.4": "2024.2"}
# The first torch (IPEX) that knew a GPU.
_FIRST_TORCH = {"lnl": "2.3", "bmg": "2.5", "ptl": "2.9"}
_MODEL = re.compile(
    r"(?i)(?P<model>(?:llama|vicuna|qwen|qwq|glm|chatglm|mi[sx]tral|gemma|phi|deepseek|yi|baichuan|internlm|codellama|falcon|solar"
    r"|starcoder|alpaca)"
    r"[\w.:+/-]{0,50}?[-:_ ](?P<size>\d{1,3}(?:\.\d)?)b)(?![a-z\d])"
)
_NATIVE = re.compile(r"\b2\.(?:[5-9]|1\d)\.\d\+xpu")
_EXTRA = re.compile(r"(?i)\bipex[-_]llm\b")
_BITS = (
    (4.5, re.compile(r"(?i)sym_int4|\bint4\b|\b4[- ]?bit|load_in_4bit|\bq4_?\w{0,3}\b|awq|gptq|nf4|\bfp4\b")),
    (8.5, re.compile(r"(?i)sym_int8|\bint8\b|\b8[- ]?bit|load_in_8bit|\bq8_0\b|\bfp8\b")),
    (32, re.compile(r"(?i)\bfp32\b|float32")),
    (16, re.compile(r"(?i)\b[fb]p?f?16\b|bfloat16|float16")),
    (16, re.compile(r"(?i)\bfp16\b|float16|\bbf16\b|bfloat16|\bhalf\b")),
)
_CARDS = re.compile(
    r"(?i)\b([2-8]) ?(?:x|\u00d7) ?(?:intel )?(?:arc|a770|b\d0|gpus?|cards?)|\bx ?([2-8])\b"
    r"|tensor[-_]parallel[-_]size[ =:]{1,3}([2-8])|-tp[ =]([2-8])"
)
_VRAM = re.compile(
    r"(?i)\b(?:a7[57]0m?|a580|a380|b5[78]0|b[5-7]0|arc|vram|gpu)\b[^\n]{0,24}?\b(?P<size>[468]|1[0126]|24|32|48) ?gi?b?\b"
    r"|\b(?P<before>[468]|1[0126]|24|32|48) ?gi?b (?:of )?(?:vram|gpu)"
)
_LOADING = re.compile(
    r"(?i)\b(?:kill(?:ed|s)|freez\w{1,3}|frozen|crash\w{0,3}|hangs?|unresponsive|reboots?|bsod|blue ?screen|swap\w{0,4})\b"
)
_LOAD = re.compile(r"(?i)\bload|from_pretrained|convert|checkpoint shards")
_PERSISTENT = re.compile(r"SYCL_CACHE_PERSISTENT\W{1,4}1\b")
_YOUNG = re.compile(r"b(?P<day>2025(?:0[5-9]|1\d)\d\d|202[6-9]\d{4})\b")
_DIES = re.compile(r"exit status|terminated|core dumped|SIG(?:SEGV|ABRT)|[Ss]egmentation|0xc0000\w{3}|\bcrash")
_GIB = 1024**3


def driver_below_guide_fails(log: Log, devices: Devices | None, system: System | None) -> Match | None:
    symptom = _log.first(log, _SYMPTOM)
    named = [(version, shown) for version, shown in windows_drivers(log) if not _of_branch(version)]
    if symptom is None or not named or (system and system.os == "linux" and not system.wsl):
        return None
    spoken = {family for family, _ in families(log, devices)} | ({"mtl"} if _log.first(log, _MTL) else set())
    rows = [row for row in table("windows_drivers")["floor"] if "package" not in row or _log.first(log, _LLAMA)]
    asked = [row for row in rows if spoken & set(row["families"])] or [row for row in rows if "dg2" in row["families"]]
    floor = max(asked, key=lambda row: Version(row["version"]))
    # Two drivers in one text are one that fails and one that was tried: only where both are old is it the age.
    if any(version >= Version(floor["version"]) for version, _ in named):
        return None
    return Match(
        named[0][1], symptom[0].fact, driver=named[0][0], floor=floor["version"], asked_by=floor["asked_by"], symptom=symptom[1][0]
    )


def _of_branch(version: Version) -> bool:
    return any(Version(row["first"]) <= version <= Version(row["last"]) for row in table("windows_drivers")["branch"])


def gpu_younger_than_torch(log: Log, devices: Devices | None, packages: Packages | None) -> Match | None:
    symptom, torch = _log.first(log, _SYMPTOM), _torch(log, packages)
    # What ipex-llm brings is chosen by its extra, not by the age of torch.
    if symptom is None or torch is None or _log.first(log, _EXTRA):
        return None
    alone = torch[0] == "2.4" and not _log.first(log, _IPEX) and not _log.first(log, _NATIVE)
    for family, shown in families(log, devices):
        first = _FIRST_TORCH.get(family, "2.5" if alone and family not in ("pvc",) else None)
        if first and Version(torch[0]) < Version(first):
            return Match(torch[1], shown, symptom[0].fact, torch=torch[0], gpu=codename(family), symptom=symptom[1][0])
    return None


def _torch(log: Log, packages: Packages | None) -> tuple[str, Fact] | None:
    known = packages.get("torch") if packages else None
    if known and known.parsed:
        return minor(known.parsed), known.fact
    seen = _log.first(log, _TORCH)
    return (seen[1]["torch"], seen[0].fact) if seen else None


def oneapi_named_of_other_release(log: Log, packages: Packages | None) -> Match | None:
    known = packages.get("intel-extension-for-pytorch") if packages else None
    said = None if known else _log.first(log, _IPEX)
    ipex = known.version if known else said[1]["ipex"] if said else ""
    wanted = next((built for release, built in _BUILT_WITH.items() if ipex.startswith(release)), None)
    named = list(_log.every(log, _ONEAPI))
    failed = _log.first(log, _LOADS_NOT)
    if not (wanted and named and failed) or any(match["named"].startswith(wanted) for _, match in named):
        return None
    shown = known.fact if known else said[0].fact if said else failed[0].fact
    return Match(shown, named[0][0].fact, failed[0].fact, ipex=ipex, wanted=wanted, named=named[0][1]["named"])


def model_too_large_by_name(log: Log, devices: Devices | None) -> Match | None:
    model, symptom, have = _log.first(log, _MODEL), _log.first(log, _SYMPTOM), _memory(log, devices)
    if model is None or symptom is None or have is None:
        return None
    bits = next((bits for bits, pattern in _BITS if _log.first(log, pattern)), 4.5 if _log.first(log, _LLAMA) else 16)
    need = float(model[1]["size"]) * bits / 8 * 1e9 / _GIB
    # Cache and activations take their part: weights alone may fill four fifths.
    if need < 0.8 * have[0]:
        return None
    return Match(model[0].fact, have[1], symptom[0].fact, model=model[1]["model"], need=f"{need:.0f}", bits=bits, have=f"{have[0]:.0f} GiB")


def _memory(log: Log, devices: Devices | None) -> tuple[float, Fact] | None:
    cards = _log.first(log, _CARDS)
    count = int(next(filter(None, cards[1].groups()))) if cards else 1
    said = _log.first(log, _VRAM)
    if said:
        return float(said[1]["size"] or said[1]["before"]) * count, said[0].fact
    dedicated = [gpu for gpu in devices.gpus if gpu.memory and gpu.kind != "integrated"] if devices else []
    if not dedicated:
        return None
    total = max(sum(gpu.memory or 0 for gpu in dedicated), count * (dedicated[0].memory or 0))
    return total / _GIB, dedicated[0].fact


def model_larger_than_host_memory(log: Log, system: System) -> Match | None:
    model, symptom, loading = _log.first(log, _MODEL), _log.first(log, _LOADING), _log.first(log, _LOAD)
    if model is None or symptom is None or loading is None or not system.memory:
        return None
    need, have = float(model[1]["size"]) * 2 * 1e9 / _GIB, system.memory / _GIB
    if need < 0.9 * have:
        return None
    return Match(model[0].fact, symptom[0].fact, model=model[1]["model"], need=f"{need:.0f}", have=f"{have:.0f}", symptom=symptom[1][0])


def persistent_cache_of_young_build(log: Log) -> Match | None:
    persistent, young, dies = _log.first(log, _PERSISTENT), _log.first(log, _YOUNG), _log.first(log, _DIES)
    return Match(persistent[0], young[0], dies[0], day=young[1]["day"]) if persistent and young and dies else None
