"""Whether torch.xpu knows the GPUs, whether their memory can be mapped, and which of two GPUs is used."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Environment, Gpu, Log, Match, Packages, Runtime, System, Torch
from xpudoctor_checks import _stack
from xpudoctor_checks._drivers import line_build, lists, neo
from xpudoctor_checks._families import only_unsupported

_OF_TORCH = re.compile(r"(?i)torch|\bipex\b|\bxpu\b|intel_extension|comfyui|sd\.next|vllm|transformers")
_MIB = 1024**2
_SMALL_BAR = 256 * _MIB
# What the driver left out of its regular packages cannot be reached at all; the others start, with a warning of torch.
_DROPPED = ("gen8", "gen9", "gen11")
# ipex-llm supports the graphics of the 11th to 14th generation.
_IPEX_LLM = ("tgl", "rkl", "adl", "dg1")


def gpu_unsupported(devices: Devices, packages: Packages | None, torch: Torch | None) -> Match | None:
    gpus = only_unsupported(devices)
    if not gpus or not _fails(gpus, packages, torch):
        return None
    return Match(*gpus, gpu=gpus[0].label)


def only_unsupported_gpus(devices: Devices, packages: Packages | None, torch: Torch | None, log: Log | None) -> Match | None:
    gpus = only_unsupported(devices)
    # A text may be of llama.cpp or OpenCL alone, which run on these GPUs.
    if not gpus or _fails(gpus, packages, torch) or (log and not torch and not _OF_TORCH.search(log.text)):
        return None
    if packages and _stack.ipex_llm(packages) and any(gpu.family in _IPEX_LLM for gpu in gpus):
        return None
    return Match(*gpus, gpu=gpus[0].label)


def rebar_disabled(devices: Devices, runtime: Runtime | None) -> Match | None:
    for gpu in devices.gpus:
        reason = _refusal(gpu, runtime) if _has_small_bar(gpu) else ""
        if reason:
            return Match(gpu, bar=(gpu.bar or 0) // _MIB, gpu=gpu.label, reason=reason, id=gpu.pci_id)
    return None


def small_memory_window(devices: Devices, runtime: Runtime | None) -> Match | None:
    for gpu in devices.gpus:
        if _has_small_bar(gpu) and not _refusal(gpu, runtime):
            return Match(gpu, bar=(gpu.bar or 0) // _MIB, gpu=gpu.label)
    return None


def igpu_beside_card(
    devices: Devices,
    packages: Packages,
    torch: Torch | None,
    runtime: Runtime | None,
    environment: Environment | None,
    system: System | None,
) -> Match | None:
    stack = _older_stack(packages, torch)
    if not stack or not devices.integrated or not devices.discrete or (environment and _selects(environment)):
        return None
    index = _card_index(runtime)
    if index is None or (index == 0 and runtime and runtime.level_zero and system and system.os == "linux"):
        return None
    card, integrated = devices.discrete[0], devices.integrated[0]
    return Match(card, integrated, card=card.label, integrated=integrated.label, stack=stack, index=index)


def _fails(gpus: tuple[Gpu, ...], packages: Packages | None, torch: Torch | None) -> bool:
    """Say whether an XPU build is there and cannot use these GPUs."""
    if _stack.build_of(torch, packages) != "xpu" or (torch and torch.available):
        return False
    return bool(torch and torch.available is False) or all(gpu.family in _DROPPED for gpu in gpus)


def _has_small_bar(gpu: Gpu) -> bool:
    # No Arc card has less than 4 GiB, and i915 does not tell how much there is.
    memory = gpu.memory or 4096 * _MIB
    return (
        gpu.family in ("dg2", "bmg")
        and gpu.kernel_driver in ("i915", "xe", None)
        and gpu.bar is not None
        and gpu.bar <= _SMALL_BAR
        and memory >= 2048 * _MIB
    )


def _refusal(gpu: Gpu, runtime: Runtime | None) -> str:
    """Return why the GPU driver does not take the card; empty where it does."""
    driver = neo(runtime, gpu)
    module = gpu.kernel_driver or ("xe" if gpu.family == "bmg" else "i915")
    if lists(runtime, gpu) or (driver and driver.build < line_build("25.18")):
        return ""
    if module == "xe":
        return "on the xe kernel driver the GPU driver needs all of it"
    if driver and driver.build < line_build("25.27"):
        return "the GPU driver releases 25.18 and 25.22 need all of it (25.27 and later take it on i915)"
    return ""


def _older_stack(packages: Packages, torch: Torch | None) -> str:
    version, ipex, ipex_llm = _stack.torch_version(packages, torch), _stack.ipex(packages), _stack.ipex_llm(packages)
    if ipex_llm:
        return f"ipex-llm {ipex_llm.version}"
    if version is None or version >= Version("2.7.0a0"):
        return ""
    if ipex and not _stack.is_ipex_cpu(ipex):
        return f"IPEX {ipex.version}"
    return f"torch {version}" if _stack.build_of(torch, packages) == "xpu" else ""


def _selects(environment: Environment) -> bool:
    return any(environment.get(name) for name in ("ONEAPI_DEVICE_SELECTOR", "ZE_AFFINITY_MASK"))


def _card_index(runtime: Runtime | None) -> int | None:
    """Return the place of the card in Level Zero's list, 0 where nobody asked; None where there is no choice of two."""
    if runtime is None or runtime.level_zero is None:
        return 0
    kinds = [device.integrated for device in runtime.level_zero.devices]
    return kinds.index(False) if True in kinds and False in kinds else None
