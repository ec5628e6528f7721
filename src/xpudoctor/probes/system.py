"""What can be seen of the computer and its operating system."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from xpudoctor.facts.system import System
from xpudoctor.probes._memory import memory
from xpudoctor.probes._storage import disks, shared_memory

_Part = Callable[[], System]
_NAMES = {"linux": "linux", "win32": "windows", "cygwin": "windows", "darwin": "darwin"}


def system(python: str | None = None) -> System:
    """Return what is seen; `python` is the interpreter whose environment is examined (this one without a name)."""
    return merged(_survived(part) for part in (_machine, memory, disks, *_parts(python)))


def _parts(python: str | None) -> tuple[_Part, ...]:
    """Return what can be asked of this system; only what it needs is imported, for a check is to start fast."""
    if sys.platform == "win32":
        from xpudoctor.probes._windows_system import graphics, libuv, long_paths, visual_cpp, windows

        return windows, long_paths, visual_cpp, graphics, lambda: libuv(python)
    from xpudoctor.probes._linux_system import container, kernel, kernel_parameters, os_release, wsl
    from xpudoctor.probes._posix_user import limits, user

    if sys.platform == "darwin":
        return kernel, user, limits
    from xpudoctor.probes._c_libraries import glibc, libstdcxx

    linux = (os_release, kernel, kernel_parameters, wsl, container, user, limits, shared_memory, glibc)
    return *linux, lambda: libstdcxx(python)


def merged(parts: Iterable[System]) -> System:
    """Return one section out of parts that each saw something; what one did not see, another one may have."""
    known: dict[str, Any] = {}
    sources: dict[str, str] = {}
    blank = System()
    for part in parts:
        for name in (field.name for field in fields(System) if field.name != "sources"):
            value = getattr(part, name)
            if name not in known and value != getattr(blank, name):
                known[name] = value
                sources[name] = part.sources.get(name, "")
    return System(**known, sources=sources)


def _machine() -> System:
    name = _NAMES.get(sys.platform, sys.platform)
    if sys.platform == "win32":
        # A program made for another processor is told that one in the first variable, and the real one in the second.
        machine = os.environ.get("PROCESSOR_ARCHITEW6432") or os.environ.get("PROCESSOR_ARCHITECTURE")
        source = "PROCESSOR_ARCHITECTURE"
    else:
        machine, source = os.uname().machine, "uname -m"
    return System(os=name, architecture=machine, sources={"os": f"sys.platform {sys.platform}", "architecture": source})


def _survived(part: _Part) -> System:
    try:
        return part()
    except (OSError, ValueError, RuntimeError, LookupError):
        # A part asks a strange machine; what it could not see stays unknown, and the others still speak.
        return System()
