"""How far Level Zero comes on this machine, called as SYCL calls it: a mark before each step that may be the last."""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_char, c_uint8, c_uint32, c_uint64, c_void_p
from typing import Any

from xpudoctor.probes.patient.loaded import loadable, mapped, missing
from xpudoctor.probes.patient.start import mark, told

_WINDOWS = sys.platform == "win32"
_LOADER = "ze_loader.dll" if _WINDOWS else "libze_loader.so.1"
_DRIVER = "ze_intel_gpu64.dll" if _WINDOWS else "libze_intel_gpu.so.1"


class DriverProperties(ctypes.Structure):
    _fields_ = [("stype", c_uint32), ("next", c_void_p), ("uuid", c_uint8 * 16), ("version", c_uint32)]


class DeviceProperties(ctypes.Structure):
    _fields_ = [
        *(("stype", c_uint32), ("next", c_void_p), ("type", c_uint32), ("vendor", c_uint32), ("device", c_uint32)),
        *(("flags", c_uint32), ("subdevice", c_uint32), ("clock", c_uint32), ("largest", c_uint64), ("numbers", c_uint32 * 7)),
        *(("timer", c_uint64), ("valid_bits", c_uint32 * 2), ("uuid", c_uint8 * 16), ("name", c_char * 256)),
    ]


class MemoryProperties(ctypes.Structure):
    _fields_ = [
        *(("stype", c_uint32), ("next", c_void_p), ("flags", c_uint32), ("clock", c_uint32), ("width", c_uint32)),
        *(("size", c_uint64), ("name", c_char * 256)),
    ]


class MemoryState(ctypes.Structure):
    _fields_ = [("stype", c_uint32), ("next", c_void_p), ("health", c_uint32), ("free", c_uint64), ("size", c_uint64)]


class Failed(Exception):
    """A call that returned an error."""


def main() -> None:
    """Go as far as it goes."""
    try:
        _stages()
    except Failed as error:
        mark(result=str(error))
    mark(gpu_driver=mapped(_DRIVER) or loadable(_DRIVER))


def _stages() -> None:
    mark(stage="loader")
    try:
        ze = ctypes.CDLL(_LOADER)
    except OSError as error:
        mark(loader="", ending="" if missing(_LOADER, error) else told(error))
        return
    mark(loader=mapped(_LOADER) or _LOADER, stage="init")
    _call(ze.zeInit, c_uint32(0))
    mark(stage="drivers")
    drivers = _handles(ze.zeDriverGet)
    mark(drivers=len(drivers), stage="devices")
    found = _gpus(ze, drivers)
    mark(stage="memory")
    for index, device in enumerate(found):
        mark(device=index, memory=sum(one.size for one in _memories(ze, device)))
    mark(stage="sysman")
    mark(sysman=_sysman(ze, found))
    mark(stage="done")


def _gpus(ze: Any, drivers: list[Any]) -> list[Any]:
    """Return the GPUs of all drivers: one that fails, as an NPU's may, is told only where no other has a GPU."""
    found, failures = [], []
    for driver in drivers:
        try:
            found += _devices(ze, driver)
        except Failed as error:
            failures.append(error)
    if failures and not found:
        raise failures[0]
    return found


def _devices(ze: Any, driver: Any) -> list[Any]:
    about = DriverProperties(stype=0x1)
    _call(ze.zeDriverGetProperties, driver, ctypes.byref(about))
    version = f"{about.version >> 24}.{about.version >> 16 & 0xFF}.{about.version & 0xFFFF}"
    gpus = []
    for device in _handles(ze.zeDeviceGet, driver):
        seen = DeviceProperties(stype=0x3)
        _call(ze.zeDeviceGetProperties, device, ctypes.byref(seen))
        if seen.type == 1 and seen.vendor == 0x8086:
            name = seen.name.decode("utf-8", "replace")
            mark(found=name, pci_id=f"{seen.device:04x}", integrated=bool(seen.flags & 1), largest=seen.largest, version=version)
            gpus.append(device)
    return gpus


def _memories(ze: Any, device: Any) -> Any:
    count = c_uint32(0)
    _call(ze.zeDeviceGetMemoryProperties, device, ctypes.byref(count), None)
    memories = (MemoryProperties * count.value)(*[MemoryProperties(stype=0x7)] * count.value)
    _call(ze.zeDeviceGetMemoryProperties, device, ctypes.byref(count), memories)
    return memories


def _sysman(ze: Any, devices: list[Any]) -> str:
    """Return what asking for the free memory gives: torch and vLLM ask so, too."""
    try:
        for device in devices:
            for module in _handles(ze.zesDeviceEnumMemoryModules, device):
                _call(ze.zesMemoryGetState, module, ctypes.byref(MemoryState(stype=0x1E)))
    except (AttributeError, Failed) as error:
        return str(error)
    return "ok"


def _call(function: Any, *arguments: Any) -> None:
    result = function(*arguments) & 0xFFFFFFFF
    if result:
        raise Failed(f"0x{result:08x}")


def _handles(function: Any, *parent: Any) -> list[Any]:
    count = c_uint32(0)
    _call(function, *parent, ctypes.byref(count), None)
    handles = (c_void_p * count.value)()
    _call(function, *parent, ctypes.byref(count), handles)
    return [c_void_p(handle) for handle in handles[: count.value]]


if __name__ == "__main__":
    main()
