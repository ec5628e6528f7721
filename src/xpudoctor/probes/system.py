"""What can be seen of the computer and its operating system."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from xpudoctor.facts.system import System
from xpudoctor.probes._c_libraries import glibc, libstdcxx
from xpudoctor.probes._linux_system import container, kernel, kernel_parameters, os_release, wsl
from xpudoctor.probes._memory import memory
from xpudoctor.probes._posix_user import limits, user
from xpudoctor.probes._storage import disks, shared_memory
from xpudoctor.probes._windows_system import graphics, libuv, long_paths, visual_cpp, windows

_Part = Callable[[], System]
_NAMES = {"linux": "linux", "win32": "windows", "cygwin": "windows", "darwin": "darwin"}
_LINUX: tuple[_Part, ...] = (os_release, kernel, kernel_parameters, wsl, container, user, limits, shared_memory, glibc)
_WINDOWS: tuple[_Part, ...] = (windows, long_paths, visual_cpp, graphics)
_PARTS: dict[str, tuple[_Part, ...]] = {"linux": _LINUX, "windows": _WINDOWS, "darwin": (kernel, user, limits)}


def system(python: str | None = None) -> System:
    """Return what is seen; `python` is the interpreter whose environment is examined (this one without a name)."""
    name = _NAMES.get(sys.platform, sys.platform)
    parts = [_machine, memory, disks, *_PARTS.get(name, ())]
    if name == "linux":
        parts.append(lambda: libstdcxx(python))
    if name == "windows":
        parts.append(lambda: libuv(python))
    return merged(_survived(part) for part in parts)


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
