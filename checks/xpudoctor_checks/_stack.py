"""What several topics ask of the stack: which torch build this is, which GPUs it could use, which IPEX and ipex-llm core there are."""

from __future__ import annotations

from packaging.version import Version

from xpudoctor import Devices, Gpu, Package, Packages, Runtime, Torch, pep440
from xpudoctor.facts.gpus import model
from xpudoctor.facts.runtime import LevelZeroDevice
from xpudoctor_checks._families import is_unsupported

# ipex-llm's compiled half, by the IPEX it was built against; all of them install one and the same module.
XE_CORES = {"bigdl-core-xe": "2.0", "bigdl-core-xe-21": "2.1", "bigdl-core-xe-23": "2.3", "bigdl-core-xe-all": ""}
# The graphics that ipex-llm supports and torch.xpu does not.
_IPEX_LLM_ONLY = ("tgl", "rkl", "adl", "dg1")


def usable_gpus(devices: Devices | None, runtime: Runtime | None = None) -> tuple[Gpu, ...]:
    """Return the GPUs that an XPU build of torch could use; under WSL, where the bus shows none, those that Level Zero lists."""
    gpus = devices.gpus if devices else ()
    if not gpus and runtime and runtime.level_zero:
        gpus = tuple(_listed(device) for device in runtime.level_zero.devices)
    return tuple(gpu for gpu in gpus if _is_usable(gpu))


def level_zero_gpus(devices: Devices, packages: Packages | None) -> tuple[Gpu, ...]:
    """Return the GPUs that Level Zero should list for this stack: those with a kernel driver (without one, another rule speaks)."""
    driven = [gpu for gpu in devices.gpus if gpu.kernel_driver in ("i915", "xe", None)]
    older = _IPEX_LLM_ONLY if packages and ipex_llm(packages) else ()
    return tuple(gpu for gpu in driven if _is_usable(gpu) or gpu.family in (*older, "ats-m"))


def _listed(device: LevelZeroDevice) -> Gpu:
    known = model(device.pci_id)
    return Gpu(device.pci_id, device.name, family=known.family if known else "", source="Level Zero")


def _is_usable(gpu: Gpu) -> bool:
    # Flex is on no list of PyTorch's, for or against it. What i915 drives and no table knows is older than Level Zero.
    return (
        not is_unsupported(gpu)
        and gpu.family != "ats-m"
        and gpu.kernel_driver != "vfio-pci"
        and bool(gpu.family or gpu.kernel_driver != "i915")
    )


def torch_version(packages: Packages | None, torch: Torch | None) -> Version | None:
    """Return the version of torch, from its own files before its metadata (which a damaged installation leaves behind)."""
    if torch is not None and torch.version:
        return pep440(torch.version)
    return packages.version("torch") if packages else None


def build_of(torch: Torch | None, packages: Packages | None) -> str | None:
    """Return which build of torch this is: xpu, cpu, cuda or rocm.

    None where that cannot be told: a build of one's own, or Intel's +cxx11.abi, to which IPEX brings the GPU.
    """
    recorded = packages.get("torch") if packages else None
    version = (torch.version if torch else None) or (recorded.version if recorded else "")
    local = version.partition("+")[2].lower()
    if torch is not None and (torch.xpu or torch.compiled or "torch_xpu" in (torch.libraries or ())):
        return "xpu"
    for start, build in (("xpu", "xpu"), ("cpu", "cpu"), ("cu", "cuda"), ("rocm", "rocm")):
        if local.startswith(start):
            return build
    if local or not version or torch is None or torch.libraries is None or _may_be_intels(version, packages):
        return None
    return "cuda" if torch.cuda else "rocm" if torch.hip else "cpu"


def _may_be_intels(version: str, packages: Packages | None) -> bool:
    """Say whether this is a 2.1.0a0 or 2.3.1.post0 of the kind that IPEX came with; conda-forge numbers its builds like the latter."""
    parsed, extension = pep440(version), ipex(packages) if packages else None
    own_post = bool(parsed and parsed.is_postrelease and extension and not is_ipex_cpu(extension))
    return parsed is None or parsed.is_prerelease or own_post


def ipex(packages: Packages) -> Package | None:
    """Return IPEX, whichever build."""
    return packages.get("intel-extension-for-pytorch")


def is_ipex_cpu(package: Package) -> bool:
    """Say whether this is the CPU build: the public index has it without a local version, as 2.8.0 or 2.3.100; GPU builds count by tens."""
    return package.local == "cpu" or bool(not package.local and package.parsed and package.parsed.micro % 100 == 0)


def ipex_llm(packages: Packages) -> Package | None:
    """Return ipex-llm, also under its former name."""
    return packages.get("ipex-llm") or packages.get("bigdl-llm")


def xe_cores(packages: Packages) -> dict[str, Package]:
    """Return the compiled GPU halves of ipex-llm that are installed, by name."""
    return {name: core for name in XE_CORES if (core := packages.get(name))}


_VENDORS = {"cuda": "10de", "rocm": "1002"}


def is_for_other_card(torch: Torch | None, packages: Packages | None, devices: Devices) -> bool:
    """Say whether this torch was built for another vendor's card that is there: no mistake where Intel's GPU is the one of the CPU."""
    vendor = _VENDORS.get(build_of(torch, packages) or "")
    return vendor in devices.other_vendors and all(gpu.kind == "integrated" for gpu in devices.gpus)
