"""How much memory the computer has, and how much swap."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from xpudoctor.facts.system import System
from xpudoctor.probes import _files


def memory() -> System:
    """From the Linux kernel itself (to import psutil there costs more than all of `system`), elsewhere by psutil.

    Windows is asked directly where psutil is missing (xpudoctor.pyz carries none) or cannot tell.
    """
    if sys.platform == "linux":
        return by_proc()
    return by_psutil() or by_windows()


def by_psutil() -> System | None:
    """What psutil says; None where it is not there or fails."""
    try:
        import psutil
    except ImportError:
        return None
    try:
        with warnings.catch_warnings():
            # It warns where /proc/vmstat is missing (gVisor), of numbers that are not asked for here.
            warnings.simplefilter("ignore")
            main, swap = psutil.virtual_memory(), psutil.swap_memory()
    except (OSError, RuntimeError, LookupError, ValueError):
        return None
    return _told(main.total, main.available, swap.total, "psutil")


def by_proc(meminfo: Path = Path("/proc/meminfo")) -> System:
    """What the Linux kernel says."""
    lines = (line.partition(":") for line in (_files.text(meminfo) or "").splitlines())
    sizes = {name: int(size.split()[0]) * 1024 for name, _, size in lines if size.split()[:1] and size.split()[0].isdigit()}
    return _told(sizes.get("MemTotal"), sizes.get("MemAvailable"), sizes.get("SwapTotal"), "/proc/meminfo")


def by_windows() -> System:
    """What Windows says; its limit of promised memory is memory and page file together."""
    if sys.platform != "win32":
        return System()
    import ctypes

    # MEMORYSTATUSEX: two 32-bit fields (the first is its own size, 64), then seven sizes.
    status = (ctypes.c_uint64 * 8)(64)
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return System()
    total, available, promised = status[1], status[2], status[3]
    return _told(total, available, max(promised - total, 0), "GlobalMemoryStatusEx")


def _told(total: int | None, available: int | None, swap: int | None, source: str) -> System:
    sources = dict.fromkeys(("memory", "memory_available", "swap"), source)
    return System(memory=total, memory_available=available, swap=swap, sources=sources)
