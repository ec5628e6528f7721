"""Where the Python that is examined lives: the folder of its environment, and that of the interpreter behind it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from xpudoctor.probes import _files


def prefix(python: str | None = None) -> Path:
    """Return the environment's folder of an interpreter (of this one without a name)."""
    return Path(sys.prefix) if python is None else _above(_located(python))


def prefixes(python: str | None = None) -> tuple[Path, ...]:
    """Return the folder of the real interpreter behind a virtual environment's link, and that of the environment.

    The loader resolves $ORIGIN by the real file: a venv made by conda's Python loads conda's libraries.
    """
    located = _located(python or sys.executable or sys.prefix)
    return tuple(dict.fromkeys((_above(_files.real(located)), prefix(python))))


def _located(python: str) -> Path:
    path = Path(python)
    found = shutil.which(python) if path.name == python else None
    return Path(found) if found else path.absolute()


def _above(path: Path) -> Path:
    if _files.is_folder(path):
        return path
    return path.parent.parent if path.parent.name.lower() in ("bin", "scripts") else path.parent
