"""Whether memory, shared memory, open files and disk suffice, and whether the driver tells of free GPU memory."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from packaging.version import Version

from xpudoctor import Devices, Fact, Match, System, Torch, fact, pep440

_MIB, _GIB = 1024**2, 1024**3
_DEFAULT_SHARED_MEMORY = 64 * _MIB
_FEW_FILES = 1024
# What is needed at least: a small model for the cache, the working files of a compilation for the temporary folder.
_ROOM = {"Hugging Face cache": 5 * _GIB, "temporary folder": _GIB}
# torch.xpu.mem_get_info came with it.
_ASKS_SINCE = Version("2.6.0a0")


def host_memory_small(devices: Devices, system: System) -> Match | None:
    cards = [gpu for gpu in devices.of_family("bmg") if gpu.memory]
    card = max(cards, key=lambda gpu: gpu.memory or 0, default=None)
    if card is None or system.memory is None or system.swap is None:
        return None
    wanted, host = card.memory or 0, system.memory + system.swap
    if host >= wanted:
        return None
    values = {"card": wanted // _GIB, "host": f"{host / _GIB:.1f}", "missing": ceil((wanted - host) / _GIB) + 4}
    return Match(card, fact(system, "memory"), fact(system, "swap"), gpu=card.label, **values)


def shared_memory_small(system: System) -> Match | None:
    if not system.container or system.shared_memory is None or system.shared_memory > _DEFAULT_SHARED_MEMORY:
        return None
    return Match(fact(system, "shared_memory"), container=system.container, size=system.shared_memory // _MIB)


def open_file_limit_low(system: System) -> Match | None:
    if system.open_files is None or system.open_files >= _FEW_FILES:
        return None
    return Match(fact(system, "open_files"), limit=system.open_files)


def disk_space_low(system: System) -> Iterator[Match]:
    for disk in system.disks:
        if disk.free < _ROOM.get(disk.purpose, 0):
            seen = Fact(f"free space, {disk.purpose}", f"{disk.free} bytes", system.sources.get("disks", ""))
            yield Match(seen, free=f"{disk.free / _GIB:.1f}", purpose=disk.purpose, path=disk.path)


def free_memory_query_unsupported(torch: Torch) -> Match | None:
    version = pep440(torch.version) if torch.version else None
    # Only where torch was really started was it asked.
    if version is None or version < _ASKS_SINCE or torch.plain is None or not torch.available:
        return None
    for device in torch.devices:
        if device.memory and device.memory_free is None:
            seen = Fact("free memory", "not told", f"torch.xpu.mem_get_info({device.index})")
            return Match(seen, gpu=device.name or f"xpu:{device.index}")
    return None
