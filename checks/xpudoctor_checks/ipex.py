"""Which IPEX and which ipex-llm do not go with the rest of the environment."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Gpu, Match, Packages, Torch, minor
from xpudoctor_checks import _stack
from xpudoctor_checks._families import family_of

# What the extras for llama.cpp and for the NPU bring in place of those for the GPU.
_NOT_XE = ("bigdl-core-cpp", "bigdl-core-npu")
# torch 2.1 was built before these GPUs existed; the extras for them stand on torch 2.3 and 2.6.
_YOUNGER_THAN_TORCH_2_1 = ("bmg", "lnl", "ptl", "wcl", "arl-h", "arl-s-u")


def ipex_torch_mismatch(packages: Packages, torch: Torch | None) -> Match | None:
    ipex, version = _stack.ipex(packages), _stack.torch_version(packages, torch)
    if ipex is None or ipex.parsed is None or version is None or minor(ipex.parsed) == minor(version):
        return None
    evidence = torch.fact if torch and torch.version else packages.get("torch") or ipex
    return Match(ipex, evidence, ipex=ipex.version, torch=version, wanted=minor(ipex.parsed), install=_torch_for(minor(ipex.parsed)))


def _torch_for(release: str) -> str:
    """Return the command that installs the torch of an IPEX: before 2.6 Intel published it itself, in a build of its own."""
    if Version(release) >= Version("2.6"):
        return f'pip install "torch=={release}.*" torchvision torchaudio --index-url https://download.pytorch.org/whl/xpu'
    return f'pip install --no-deps "torch=={release}.*" --index-url https://pytorch-extension.intel.com/release-whl/stable/xpu/us/'


def ipex_with_ipex_llm(packages: Packages, devices: Devices | None) -> Match | None:
    llm, ipex, cores = _stack.ipex_llm(packages), _stack.ipex(packages), _stack.xe_cores(packages)
    if llm is None or ipex is None or ipex.parsed is None:
        return None
    if not cores and (not packages.lacks(*_NOT_XE, *_stack.XE_CORES) or (_stack.is_ipex_cpu(ipex) and not _stack.usable_gpus(devices))):
        return None
    wanted = {_stack.XE_CORES[name] for name in cores}
    if minor(ipex.parsed) in wanted and not _stack.is_ipex_cpu(ipex):
        return None
    own = " or ".join(f"IPEX {release}" for release in sorted(wanted) if release) or "no IPEX"
    core = ", ".join(cores) or "without a GPU extra"
    return Match(llm, ipex, *cores.values(), ipex_llm=llm.version, ipex=ipex.version, core=core, wanted=own)


def ipex_cpu_build(packages: Packages, devices: Devices) -> Match | None:
    ipex, gpus = _stack.ipex(packages), _stack.usable_gpus(devices)
    if ipex is None or not gpus or not _stack.is_ipex_cpu(ipex):
        return None
    return Match(ipex, gpus[0], ipex=ipex.version, gpu=gpus[0].label)


def ipex_end_of_life(packages: Packages, devices: Devices) -> Match | None:
    ipex, gpus = _stack.ipex(packages), [gpu for gpu in _stack.usable_gpus(devices) if _is_supported(gpu)]
    if ipex is None or not gpus or _stack.ipex_llm(packages):
        return None
    return Match(ipex, gpus[0], ipex=ipex.version, gpu=gpus[0].label)


def _is_supported(gpu: Gpu) -> bool:
    family = family_of(gpu)
    return family is not None and family.torch not in ("", "none")


def ipex_llm_archived(packages: Packages) -> Match | None:
    llm = _stack.ipex_llm(packages)
    return Match(llm, ipex_llm=llm.version) if llm else None


def ipex_llm_without_extra(packages: Packages) -> Match | None:
    llm = packages.get("ipex-llm")
    if llm is None or not packages.lacks("transformers") or packages.get("bigdl-core-cpp"):
        return None
    return Match(llm, ipex_llm=llm.version, missing="transformers")


def ipex_llm_extra_for_other_gpu(packages: Packages, devices: Devices) -> Match | None:
    core, young = packages.get("bigdl-core-xe-21"), devices.of_family(*_YOUNGER_THAN_TORCH_2_1)
    if core is None or not young or devices.of_family("dg2", "mtl"):
        return None
    return Match(core, young[0], core=core.name, gpu=young[0].label)


def bigdl_core_other_release(packages: Packages) -> Match | None:
    llm = packages.get("ipex-llm")
    wanted = _core_version(llm.version) if llm else None
    cores = {name: core for name in (*_stack.XE_CORES, "bigdl-core-cpp") if (core := packages.get(name))}
    for name, core in cores.items():
        if llm and wanted and name != "bigdl-core-xe" and core.version != wanted:
            return Match(llm, core, ipex_llm=llm.version, core=name, core_version=core.version, wanted=wanted)
    return None


def _core_version(ipex_llm: str) -> str | None:
    """Return the version of the compiled half: 2.2.0 goes with 2.6.0, a nightly 2.3.0b20251026 with 2.7.0b20251026."""
    match = re.fullmatch(r"2\.([123])\.0(b\d{8})?", ipex_llm)
    return f"2.{int(match[1]) + 4}.0{match[2] or ''}" if match else None


def bigdl_cores_overlap(packages: Packages) -> Match | None:
    cores = _stack.xe_cores(packages)
    return Match(*cores.values(), cores=" and ".join(cores)) if len(cores) > 1 else None
