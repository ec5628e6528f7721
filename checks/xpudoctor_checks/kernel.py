"""Whether a kernel module drives each GPU, whether it is the right one, and whether the kernel is new enough."""

from __future__ import annotations

from packaging.version import Version

from xpudoctor import Devices, Gpu, Match, Runtime, System, Torch, fact
from xpudoctor_checks._drivers import lists
from xpudoctor_checks._families import family_of, first_kernel, is_unsupported

_BLOCKS = ("modprobe.blacklist", "module_blacklist", "rd.driver.blacklist")
_MODULES = ("i915", "xe")


def nomodeset(system: System, devices: Devices) -> Match | None:
    for gpu in _undriven(devices):
        refused = ("nomodeset", "i915.modeset=0") if _module(gpu) == "i915" else ("nomodeset",)
        parameter = next((name for name in system.kernel_parameters or () if name in refused), None)
        if parameter:
            return Match(fact(system, "kernel_parameters"), gpu, parameter=parameter, gpu=gpu.label)
    return None


def gpu_module_blocked(system: System, devices: Devices) -> Match | None:
    for gpu in _undriven(devices):
        for parameter in system.kernel_parameters or ():
            name, _, modules = parameter.partition("=")
            if name in _BLOCKS and _module(gpu) in modules.split(","):
                return Match(fact(system, "kernel_parameters"), gpu, parameter=parameter, module=_module(gpu), gpu=gpu.label)
    return None


def kernel_too_old(system: System, devices: Devices) -> Match | None:
    for gpu in _undriven(devices):
        floor = _unmet_floor(gpu, system)
        if floor:
            return Match(fact(system, "kernel"), gpu, kernel=system.kernel, gpu=gpu.label, floor=floor)
    return None


def kernel_older_than_gpu(system: System, devices: Devices, runtime: Runtime | None, torch: Torch | None) -> Match | None:
    if torch and torch.available:
        return None
    for gpu in devices.gpus:
        floor = _unmet_floor(gpu, system)
        if floor and not lists(runtime, gpu) and _may_be_refused(gpu, system.kernel_version):
            return Match(fact(system, "kernel"), gpu, kernel=system.kernel, gpu=gpu.label, floor=floor)
    return None


def gpu_without_driver(devices: Devices) -> Match | None:
    for gpu in _undriven(devices):
        if not is_unsupported(gpu):
            return Match(gpu, gpu=gpu.label, address=gpu.address or "an unknown place", module=_module(gpu) or "xe")
    return None


def gpu_held_for_virtual_machine(devices: Devices) -> Match | None:
    held = [gpu for gpu in devices.gpus if gpu.kernel_driver == "vfio-pci"]
    # Where another Intel GPU works, the card was given away on purpose.
    if not held or any(gpu.kernel_driver in _MODULES and not is_unsupported(gpu) for gpu in devices.gpus):
        return None
    return Match(held[0], gpu=held[0].label, address=held[0].address or "an unknown place")


def kernel_driver_wrong(devices: Devices, system: System | None, torch: Torch | None) -> Match | None:
    if torch and torch.available:
        return None
    parameters = (system.kernel_parameters if system else None) or ()
    for gpu in devices.gpus:
        usual, module = _module(gpu), gpu.kernel_driver
        forced = any(name.startswith(f"{module}.force_probe=") for name in parameters)
        # A later kernel may give other families to xe by default; for Arc A-series the failures are known.
        if module in _MODULES and usual and module != usual and (forced or gpu.family == "dg2"):
            return Match(gpu, gpu=gpu.label, module=module, usual=usual, id=gpu.pci_id)
    return None


def _undriven(devices: Devices) -> list[Gpu]:
    """Return the GPUs without a kernel driver; virtual functions of a driven card are none of their own."""
    driven = {gpu.address.rpartition(".")[0] for gpu in devices.gpus if gpu.kernel_driver and gpu.address}
    return [gpu for gpu in devices.gpus if gpu.kernel_driver == "" and gpu.address.rpartition(".")[0] not in driven - {""}]


def _module(gpu: Gpu) -> str:
    family = family_of(gpu)
    return family.kernel_driver if family else ""


def _unmet_floor(gpu: Gpu, system: System) -> Version | None:
    """Return the first kernel that drives this GPU, where the running one is older."""
    floor, kernel = first_kernel(gpu), system.kernel_version
    # The kernels of Red Hat carry the drivers of much later ones, and WSL's drives no GPU by itself.
    if system.os != "linux" or system.wsl or ".el" in (system.kernel or "") or floor is None or kernel is None:
        return None
    return floor if kernel < floor else None


def _may_be_refused(gpu: Gpu, kernel: Version | None) -> bool:
    # Intel's own module for 5.15 is called i915, too, and does drive Arc A-series.
    return gpu.kernel_driver is None or (gpu.kernel_driver == "i915" and kernel is not None and kernel >= Version("5.16"))
