"""Which file a library was loaded from."""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_void_p

from xpudoctor.probes.patient.start import mark


def mapped(library: str) -> str:
    """Return the file of a library that this process has loaded."""
    if sys.platform == "win32":
        windows = ctypes.WinDLL("kernel32")
        windows.GetModuleHandleW.restype = c_void_p
        text = ctypes.create_unicode_buffer(32768)
        handle = windows.GetModuleHandleW(library)
        return text.value if handle and windows.GetModuleFileNameW(c_void_p(handle), text, 32768) else ""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:  # noqa: PTH123 (pathlib costs 5 ms)
            paths = (line.split(None, 5)[5].rstrip("\n") for line in maps if library.partition(".")[0] in line)
            return next(paths, "")
    except OSError:
        return library  # Without /proc its place is not known; that it is loaded is.


def loadable(library: str) -> str:
    """Return the file of the driver that the loader has not kept: there, or there and missing a library of its own."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        if not missing(library, error):
            mark(ending=str(error))
        return ""
    return mapped(library)


def missing(library: str, error: OSError) -> bool:
    """Say whether it is the library itself that was not found, and not one that it needs."""
    return sys.platform == "win32" or str(error).startswith(library)
