"""The C library of the system, the C++ library that Python would load, and the newest symbol version in it."""

from __future__ import annotations

import mmap
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from xpudoctor.facts.system import System
from xpudoctor.probes import _interpreter, _search_path

_NAME = "libstdc++.so.6"
_VERSION = re.compile(rb"GLIBCXX_3\.4\.(\d{1,3})\b")


def glibc() -> System:
    """The version of the GNU C library; empty where another one is used (Alpine's musl)."""
    if sys.platform == "win32":
        return System()
    try:
        told = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (OSError, ValueError):
        told = ""
    return System(glibc=told.removeprefix("glibc").strip(), sources={"glibc": "getconf GNU_LIBC_VERSION"})


def libstdcxx(python: str | None = None, root: Path = _search_path.ROOT) -> System:
    """Conda brings its own, often older than the one that the GPU driver of the system was built with."""
    path, why = next(((path, why) for path, why in _candidates(python, root) if _search_path.loadable(path)), (None, ""))
    if path is None:
        return System(libstdcxx="", sources={"libstdcxx": "LD_LIBRARY_PATH, the environment's lib, the system's library folders"})
    sources = {"libstdcxx": why, "glibcxx": f"strings {path}"}
    return System(libstdcxx=str(path), glibcxx=newest_symbol(path), sources=sources)


def newest_symbol(path: Path) -> str | None:
    """Return `3.4.30` for a library that defines GLIBCXX_3.4.30."""
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            minors = [int(match.group(1)) for match in _VERSION.finditer(content)]
    except (OSError, ValueError):
        return None
    return f"3.4.{max(minors)}" if minors else None


def _candidates(python: str | None, root: Path) -> Iterator[tuple[Path, str]]:
    for path in _search_path.preloaded():
        if path.name.startswith("libstdc++.so"):
            yield path, "LD_PRELOAD"
    for folder in _search_path.of_variable():
        yield folder / _NAME, "LD_LIBRARY_PATH"
    for prefix in _interpreter.prefixes(python):
        yield prefix / "lib" / _NAME, "the environment's own lib folder"
    for folder in _search_path.system_folders(root):
        yield folder / _NAME, "the system's library folders"
