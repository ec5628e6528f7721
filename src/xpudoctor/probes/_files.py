"""Files of the operating system, read so that a missing or unreadable one is simply not known."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# The whole of any file that is read here is far smaller, save a package database.
_LIMIT = 64 * 1024**2


def text(path: Path) -> str | None:
    """Return what a file says, without the white space at its ends; None where it cannot be read."""
    said = data(path)
    return None if said is None else said.decode("utf-8", "replace").strip()


def data(path: Path) -> bytes | None:
    """Return what a file holds; None where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(_LIMIT)
    except (OSError, ValueError):
        return None


def number(path: Path) -> int | None:
    """Return the whole number that a file holds (sysfs writes some of them as 0x…)."""
    try:
        return int(text(path) or "", 0)
    except ValueError:
        return None


def entries(folder: Path, start: str | tuple[str, ...] = "") -> tuple[Path, ...] | None:
    """Return what is in a folder (and starts so), sorted by name; None where it cannot be listed."""
    try:
        # Only what is wanted becomes a Path: a folder of libraries holds thousands of names.
        return tuple(folder / name for name in sorted(os.listdir(folder)) if name.startswith(start))  # noqa: PTH208 (iterdir raises later)
    except (OSError, ValueError):
        return None


def matching(folder: Path, start: str | tuple[str, ...]) -> tuple[Path, ...]:
    """Return what is in a folder and starts so; nothing where it cannot be listed."""
    return entries(folder, start) or ()


def is_filled(path: Path) -> bool:
    """Say whether a file can be read and holds something."""
    try:
        with path.open("rb") as stream:
            return bool(stream.read(1))
    except (OSError, ValueError):
        return False


def exists(path: Path) -> bool:
    """Say whether there is such a file or folder; a path that may not be looked at is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Say whether there is such a file; a path that may not be looked at is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Say whether there is such a folder; a path that may not be looked at is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def real(path: Path) -> Path:
    """Return a path without its links; the path itself where they run in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def link_name(path: Path) -> str | None:
    """Return the name of what a link points at, empty where there is no link, None where it may not be read."""
    try:
        return path.readlink().name
    except FileNotFoundError:
        return ""
    except (OSError, ValueError):
        return None


def program(name: str) -> str | None:
    """Return where PATH has a program. (shutil.which looks into the folder that the user stands in, too.)"""
    suffixes = os.environ.get("PATHEXT", ".EXE").lower().split(os.pathsep) if sys.platform == "win32" else [""]
    names = [name] if name.lower().endswith(tuple(suffixes)) else [f"{name}{suffix}" for suffix in suffixes]
    files = (folder / each for folder in path_folders() for each in names)
    return next((str(file) for file in files if is_file(file) and os.access(file, os.X_OK)), None)


def path_folders() -> tuple[Path, ...]:
    """Return the folders of PATH; relative ones would be the folder that the user stands in."""
    return tuple(path for path in map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep)) if path.is_absolute())


def system_folder() -> Path:
    """Where Windows keeps its own programs and libraries."""
    return Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
