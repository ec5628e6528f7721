"""Why torch.xpu is not available: what is seen at the rungs from the Level Zero loader to the GPU."""

from __future__ import annotations

import re

from xpudoctor import Devices, Environment, Fact, Match, Packages, Runtime, Torch
from xpudoctor.facts.runtime import LevelZero
from xpudoctor_checks import _stack


def no_intel_gpu(devices: Devices, runtime: Runtime | None) -> Match | None:
    if not devices.complete or devices.gpus or devices.dxg or (runtime and runtime.level_zero and runtime.level_zero.devices):
        return None
    return Match(Fact("Intel display controllers", "none", devices.sources.get("gpus", "PCI bus")))


def level_zero_loader_missing(runtime: Runtime, devices: Devices, packages: Packages | None, torch: Torch | None) -> Match | None:
    level_zero, target = runtime.level_zero, _target(devices, packages, torch)
    if level_zero is None or target is None or level_zero.loader != "" or level_zero.stage != "loader" or level_zero.ending:
        return None
    name = "ze_loader.dll" if devices.gpus and devices.gpus[0].driver_version else "libze_loader.so.1"
    return Match(level_zero, target, loader=name, gpu=target.value)


def level_zero_does_not_load(runtime: Runtime, devices: Devices, packages: Packages | None, torch: Torch | None) -> Match | None:
    level_zero, target = runtime.level_zero, _target(devices, packages, torch)
    if level_zero is None or target is None or not level_zero.ending or level_zero.devices or _crashed(level_zero):
        return None
    part = "GPU driver" if level_zero.loader else "Level Zero loader"
    return Match(Fact(part, level_zero.ending, "loading it in a child process"), target, part=part, error=level_zero.ending)


def gpu_driver_missing(runtime: Runtime, devices: Devices, packages: Packages | None, torch: Torch | None) -> Match | None:
    level_zero, target = runtime.level_zero, _target(devices, packages, torch)
    if level_zero is None or target is None or not level_zero.loader or level_zero.gpu_driver != "" or level_zero.devices:
        return None
    # A driver that is there and did not load is another fault; on Windows the loader finds it in a place of its own.
    if any(gpu.driver_version for gpu in devices.gpus) or runtime.libraries is None or runtime.libraries_like("libze_intel_gpu"):
        return None
    return Match(level_zero, target, Fact("libze_intel_gpu.so.1", "not found", "library search path"), gpu=target.value)


def affinity_mask_hides_gpu(runtime: Runtime, environment: Environment) -> Match | None:
    level_zero, mask = runtime.level_zero, environment.get("ZE_AFFINITY_MASK")
    if level_zero is None or not mask or level_zero.devices or not level_zero.unmasked:
        return None
    return Match(environment.fact("ZE_AFFINITY_MASK"), level_zero, mask=mask, count=_count(level_zero.unmasked))


def selector_hides_gpu(environment: Environment, runtime: Runtime | None, torch: Torch | None) -> Match | None:
    selector = environment.get("ONEAPI_DEVICE_SELECTOR")
    if not selector or (torch and torch.available):
        return None
    reason = _hidden_by(selector, runtime.level_zero if runtime else None)
    return Match(environment.fact("ONEAPI_DEVICE_SELECTOR"), selector=selector, reason=reason) if reason else None


def _hidden_by(selector: str, level_zero: LevelZero | None) -> str | None:
    """Return why a selector leaves no Level Zero GPU; None where it leaves one, or where that cannot be told."""
    terms = [term.strip().lower().partition(":") for term in selector.split(";") if term.strip()]
    discarded = [item for backend, _, devices in terms if backend in ("!level_zero", "!*") for item in devices.split(",")]
    if {"*", "gpu"} & set(discarded):
        return "it discards level_zero"
    accepted = [(backend, devices) for backend, _, devices in terms if not backend.startswith("!")]
    kept = [item for backend, devices in accepted if backend in ("level_zero", "*") for item in devices.split(",")]
    if not kept:
        return "no term of it names level_zero" if accepted else None
    return _past_the_end(kept, level_zero)


def _past_the_end(kept: list[str], level_zero: LevelZero | None) -> str | None:
    if level_zero is None or level_zero.stage != "done" or not level_zero.devices or not all(re.fullmatch(r"\d+", item) for item in kept):
        return None
    count = len(level_zero.devices)
    return (
        f"it names a number past the {_count(count)} that there {'is' if count == 1 else 'are'}"
        if all(int(i) >= count for i in kept)
        else None
    )


def level_zero_crashes(runtime: Runtime, devices: Devices | None) -> Match | None:
    level_zero = runtime.level_zero
    if level_zero is None or level_zero.stage in ("", "done") or not level_zero.ending or not _crashed(level_zero):
        return None
    return Match(level_zero, *(devices.gpus[:1] if devices else ()), ending=level_zero.ending, stage=level_zero.stage)


def _crashed(level_zero: LevelZero) -> bool:
    # A library that does not load leaves the child in good order, and its last word is then which driver it has.
    return level_zero.gpu_driver is None


def gpu_only_in_opencl(runtime: Runtime) -> Match | None:
    level_zero, gpus = runtime.level_zero, runtime.opencl_gpus
    if level_zero is None or not gpus or level_zero.devices or level_zero.unmasked:
        return None
    return Match(Fact("OpenCL GPUs", ", ".join(gpus), "clGetDeviceIDs in a child process"), level_zero, gpu=", ".join(gpus))


def level_zero_sees_no_gpu(runtime: Runtime, devices: Devices, packages: Packages | None, torch: Torch | None) -> Match | None:
    level_zero, target = runtime.level_zero, _target(devices, packages, torch)
    if level_zero is None or target is None or level_zero.devices or not level_zero.loader or level_zero.unmasked:
        return None
    return Match(level_zero, target, gpu=target.value, result=level_zero.result or level_zero.ending or "an empty list")


def torch_xpu_unavailable(torch: Torch, devices: Devices, packages: Packages | None, runtime: Runtime | None) -> Match | None:
    gpus = _stack.usable_gpus(devices, runtime)
    # Without a GPU it is no fault; a torch that was made for something else on purpose (ipex-llm's llama.cpp) is none either.
    wanted = gpus or _stack.build_of(torch, packages) == "xpu"
    if torch.available is not False or not wanted or (packages and packages.get("bigdl-core-cpp")):
        return None
    if _stack.is_for_other_card(torch, packages, devices):
        return None
    # Before 2.5 it was IPEX that brought torch.xpu, which is asked here without it.
    if packages and _stack.build_of(torch, packages) is None and _stack.ipex(packages):
        return None
    level_zero = runtime.level_zero if runtime else None
    seen = f", and Level Zero lists {_count(len(level_zero.devices))}" if level_zero and level_zero.devices else ""
    return Match(torch, *(gpu.fact for gpu in gpus[:1]), torch=torch.version or "(of a version that is not said)", seen=seen)


def _target(devices: Devices, packages: Packages | None, torch: Torch | None) -> Fact | None:
    """Return the GPU that Level Zero should list; under WSL, where the bus shows none, what Windows lends to a torch made for XPU."""
    gpus = _stack.level_zero_gpus(devices, packages)
    if _stack.is_for_other_card(torch, packages, devices):
        return None
    if gpus:
        return Fact("GPU", gpus[0].label, gpus[0].source)
    if devices.dxg and not devices.gpus and _stack.build_of(torch, packages) == "xpu":
        return Fact("GPU", "GPU of Windows", "/dev/dxg")
    return None


def _count(number: int) -> str:
    return f"{number} GPU{'' if number == 1 else 's'}"
