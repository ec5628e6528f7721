"""Which Intel GPUs OpenCL lists on this machine."""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

from xpudoctor.probes.patient.start import mark

_GPU = 1 << 2
_VENDOR_ID, _NAME, _DEVICE_ID_INTEL = 0x1001, 0x102B, 0x4251


def main() -> None:
    """Report every GPU of vendor 8086: PoCL gives the processor this vendor, too, but not as a GPU."""
    try:
        cl = ctypes.CDLL("OpenCL.dll" if sys.platform == "win32" else "libOpenCL.so.1")
    except OSError:
        mark(opencl=False)
        return
    mark(opencl=True)
    for platform in _handles(cl.clGetPlatformIDs):
        for device in _handles(cl.clGetDeviceIDs, platform, c_uint64(_GPU)):
            if _number(cl, device, _VENDOR_ID) == 0x8086:
                pci_id = _number(cl, device, _DEVICE_ID_INTEL)
                mark(gpu=f"{pci_id:04x}" if pci_id else _told(cl, device, _NAME).rstrip(b"\0").decode("utf-8", "replace"))
    mark(listed=True)


def _handles(function: Any, *parent: Any) -> list[c_void_p]:
    count = c_uint32(0)
    if function(*parent, c_uint32(0), None, ctypes.byref(count)) != 0:
        return []
    handles = (c_void_p * count.value)()
    function(*parent, count, handles, None)
    return [c_void_p(handle) for handle in handles]


def _number(cl: Any, device: c_void_p, what: int) -> int:
    return int.from_bytes(_told(cl, device, what)[:4], sys.byteorder)


def _told(cl: Any, device: c_void_p, what: int) -> bytes:
    """Return a property of a device; nothing where the driver does not know it."""
    text, size = ctypes.create_string_buffer(1024), c_size_t(0)
    failed = cl.clGetDeviceInfo(device, c_uint32(what), c_size_t(1024), text, ctypes.byref(size))
    return b"" if failed else text.raw[: size.value]


if __name__ == "__main__":
    main()
