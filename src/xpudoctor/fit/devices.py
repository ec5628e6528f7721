"""A device as the model sees it: what is free, what one buffer may be, and whether it shares the memory of the computer."""

from __future__ import annotations

import re

from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.record import Record
from xpudoctor.facts.sizes import GIB
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.fit.model import ModelError

# One buffer ends here where kernels use stateful messages, that is before Xe-HPC and Xe2: GfxCoreHelperHw::getMaxMemAllocSize and
# device_caps.cpp in https://github.com/intel/compute-runtime/blob/master/shared/source/helpers/gfx_core_helper_base.inl.
ONE_BUFFER = 4 * GIB - 8 * 1024
RELAX = "UR_L0_ENABLE_RELAXED_ALLOCATION_LIMITS"
_UNLIMITED = ("pvc", "bmg", "lnl", "ptl", "wcl", "nvl", "cri")
# What the driver lets one program use, of local and of shared memory: getPercentOfGlobalMemoryAvailable and getGlobalMemorySize in
# https://github.com/intel/compute-runtime/blob/master/shared/source/device/device.cpp, drm_memory_manager.cpp, wddm_memory_manager.cpp.
_LOCAL, _LOCAL_WINDOWS, _SHARED, _INTERNAL = 0.95, 0.98, 0.94, 450 * 1024**2
# Windows gives an integrated GPU half of the memory, and 57 % where there is Shared GPU Memory Override (Core Ultra Series 2 and later):
# https://www.intel.com/content/www/us/en/support/articles/000101789/graphics.html. Where the system is not known, this is taken.
_HALF, _OVERRIDE = 0.5, 0.57
_CAN_OVERRIDE = ("lnl", "arl-h", "arl-s-u", "ptl", "wcl", "nvl")
# What a desktop and the program itself need of memory that is shared.
SYSTEM = 2 * GIB
_LARGEST = 4096 * GIB
# `Intel(R) Arc(TM) A770 Graphics` is what the driver calls an Arc A770.
_NOISE = re.compile(r"\((?:r|tm)\)|intel|graphics|[^a-z0-9]")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([KMGTPE]?)i?B?", re.IGNORECASE)
_POWERS = {unit: 1024**power for power, unit in enumerate(("", "K", "M", "G", "T", "P", "E"))}


class Device(Record):
    """Bytes. `free` is what a model may take, `limit` what one buffer may be (None: all that is free), `shared` that it is host memory."""

    name: str
    total: int
    free: int
    limit: int | None = None
    shared: bool = False


def size(text: str, option: str = "--memory") -> int:
    """Return the bytes of `16GB` (as cards are sold: 16 GiB); ModelError where it is no size, or that of no device."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ModelError(f"{option} {text[:40]}: not a size; write it like 16GB")
    number = int(float(match[1]) * _POWERS[match[2].upper() or "G"])
    if not 0 < number <= _LARGEST:
        raise ModelError(f"{option} {text[:40]}: no device has that; a size from 1 MB to 4 TB is expected")
    return number


def plain(sizes: str) -> tuple[Device, ...]:
    """Return devices of which only the sizes are known."""
    found = [size(text) for text in sizes.split(",")]
    return tuple(Device(f"{number / GIB:g} GB", number, int(number * _LOCAL)) for number in found)


def of_gpu(gpu: Gpu, memory: int | None, system: str = "") -> Device:
    """Return the device of a GPU by its name, with its memory where the name does not tell; of an integrated one, the computer's."""
    total = memory or gpu.memory
    if total is None:
        shares = "shares the computer's memory" if gpu.kind == "integrated" else "is sold with more than one size of memory"
        raise ModelError(f"--gpu {gpu.label}: it {shares}; add the size: --gpu '{gpu.label} 16GB'")
    limit = None if gpu.family in _UNLIMITED else ONE_BUFFER
    if gpu.kind == "integrated":
        return Device(gpu.label, total, max(min(_shared(gpu, total, system), total - SYSTEM), 0), limit, True)
    return Device(gpu.label, total, int(total * (_LOCAL_WINDOWS if system == "windows" else _LOCAL)), limit)


def _shared(gpu: Gpu, total: int, system: str) -> int:
    part = _SHARED if system == "linux" else _OVERRIDE if gpu.family in _CAN_OVERRIDE else _HALF
    return int(total * part) - (_INTERNAL if system == "linux" else 0)


def of_machine(snapshot: Snapshot) -> tuple[Device, ...]:
    """Return the devices of this machine: cards, or where there are none what is part of the CPU; ModelError where none is known."""
    gpus = snapshot.devices.gpus if snapshot.devices else ()
    cards = [gpu for gpu in gpus if gpu.kind != "integrated"]
    found = [device for gpu in cards or gpus if (device := _seen(gpu, snapshot))]
    if not found:
        raise ModelError("no Intel GPU with a known memory size in this machine; name one: --gpu NAME or --memory 16GB")
    return tuple(found)


def host_free(snapshot: Snapshot) -> int | None:
    """Return what the computer has free, page file or swap counted; None where that is not known."""
    system = snapshot.system
    return system.memory_available + (system.swap or 0) if system and system.memory_available else None


def _plain(name: str) -> str:
    return _NOISE.sub("", name.lower())


def _seen(gpu: Gpu, snapshot: Snapshot) -> Device | None:
    """Return a GPU of the machine, by what torch and Level Zero say of it before what the table does; None where no size is known."""
    torch = [one for one in snapshot.torch.devices if _plain(one.name) == _plain(gpu.label)] if snapshot.torch else []
    runtime = snapshot.runtime.level_zero if snapshot.runtime else None
    level_zero = [one for one in runtime.devices if one.pci_id == gpu.pci_id] if runtime else []
    usable = next((size for size in [*(one.memory for one in torch), *(one.memory for one in level_zero)] if size), None)
    system = snapshot.system
    total = system.memory if gpu.kind == "integrated" and system else gpu.memory
    if not total and not usable:
        return None
    device = of_gpu(gpu, total or usable, system.os or "" if system else "")
    free = next((one.memory_free for one in torch if one.memory_free), usable or device.free)
    if device.shared and system and system.memory_available:
        free = min(free, system.memory_available)
    limit = next((one.largest_allocation for one in level_zero if one.largest_allocation), device.limit)
    relaxed = snapshot.environment is not None and snapshot.environment.get(RELAX) == "1"
    return Device(device.name, device.total, free, None if relaxed else limit, device.shared)
