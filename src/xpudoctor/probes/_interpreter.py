"""Where the Python that is examined lives: the folder of its environment, and that of the interpreter behind it."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from xpudoctor.probes import _files

# Where an environment keeps its interpreter, on Linux, on Windows, and in a Windows conda environment.
_PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")


def named(python: Path) -> str:
    """Return the whole path of an interpreter that is named by its file, its environment's folder, or as a program on PATH.

    Its links stay, for they make the virtual environment. ValueError says what is wrong with the name.
    """
    with suppress(RuntimeError):  # The shell leaves the ~ of `--python=~/venv` alone.
        python = python.expanduser()
    places = [python / place for place in _PLACES] if _files.is_folder(python) else [python]
    here = next((str(place.absolute()) for place in places if _files.is_file(place)), None)
    on_path = _files.program(python.name) if python.name == str(python) else None
    if here and on_path and here != on_path:  # Nothing tells `python3` from `./python3` any more.
        raise ValueError(f"{python} is both {here} and {on_path}: give the whole path")
    found = here or on_path
    if not found:
        raise ValueError(f"{python}: no such interpreter")
    return found


def prefix(python: str | None = None) -> Path:
    """Return the environment's folder of an interpreter (of this one without a name)."""
    return Path(sys.prefix) if python is None else _above(Path(python))


def prefixes(python: str | None = None) -> tuple[Path, ...]:
    """Return the folder of the real interpreter behind a virtual environment's link, and that of the environment.

    The loader resolves $ORIGIN by the real file: a venv made by conda's Python loads conda's libraries.
    """
    located = Path(python or sys.executable or sys.prefix)
    return tuple(dict.fromkeys((_above(_files.real(located)), prefix(python))))


def _above(path: Path) -> Path:
    if _files.is_folder(path):
        return path
    return path.parent.parent if path.parent.name.lower() in ("bin", "scripts") else path.parent
