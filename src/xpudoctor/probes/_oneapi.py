"""Intel's oneAPI toolkits: those that the shell was prepared for, and those on the disk."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath

from xpudoctor.probes import _files

_ROOTS = ("ONEAPI_ROOT", "CMPLR_ROOT", "MKLROOT")
_PATHS = ("LD_LIBRARY_PATH", "PATH")
_ENVIRONMENTS = ("CONDA_PREFIX", "VIRTUAL_ENV")
_TOOLKIT = re.compile(r"^(.*?[\\/]intel[\\/]oneapi)(?:[\\/]|$)", re.IGNORECASE)


def oneapi_sourced() -> tuple[str, ...]:
    """Return the toolkit roots that variables point at; `SETVARS_COMPLETED` where only that is left of them."""
    named = [os.environ[name].rstrip("/\\") for name in _ROOTS if os.environ.get(name)]
    searched = (toolkit(folder) for name in _PATHS for folder in os.environ.get(name, "").split(os.pathsep))
    roots = dict.fromkeys(root for root in named if not _in_environment(root))
    for root in searched:
        if root and not any(known.startswith(root) for known in roots):
            roots[root] = None
    return tuple(roots) or (("SETVARS_COMPLETED",) if os.environ.get("SETVARS_COMPLETED") else ())


def oneapi_installed(places: Iterable[Path] | None = None) -> tuple[str, ...]:
    """Return the versions of the compilers on the disk, each of which is a toolkit's release."""
    folders = (_files.entries(place / "compiler") or () for place in (_places() if places is None else places))
    versions = {path.name for paths in folders for path in paths if path.name[:1].isdigit() and _files.is_folder(path)}
    return tuple(sorted(versions, key=lambda name: [int(number) for number in re.findall(r"\d+", name)]))


def toolkit(folder: str) -> str:
    """Return the root of the toolkit that a folder belongs to, empty where it belongs to none."""
    match = _TOOLKIT.match(folder)
    if match:
        return match.group(1)
    roots = [os.environ[name] for name in _ROOTS if os.environ.get(name) and not _in_environment(os.environ[name])]
    return next((root.rstrip("/\\") for root in roots if PurePath(folder).is_relative_to(root)), "")


def _in_environment(root: str) -> bool:
    """Conda's packages set such variables, too, and point them at the environment itself."""
    environments = (sys.prefix, *(os.environ.get(name) for name in _ENVIRONMENTS))
    return any(PurePath(root).is_relative_to(place) for place in environments if place)


def _places() -> tuple[Path, ...]:
    if sys.platform == "win32":
        programs = (os.environ.get("PROGRAMFILES(X86)"), os.environ.get("PROGRAMFILES"))
        return tuple(Path(folder) / "Intel" / "oneAPI" for folder in programs if folder)
    named = [Path(os.environ["ONEAPI_ROOT"])] if os.environ.get("ONEAPI_ROOT") else []
    home = [Path(os.environ["HOME"]) / "intel/oneapi"] if os.environ.get("HOME") else []
    return (*named, Path("/opt/intel/oneapi"), *home)
