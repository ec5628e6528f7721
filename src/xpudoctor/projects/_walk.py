"""Which files of a folder are read: bounded in number and size, no folder twice, none of tests, documentation or other people's code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from xpudoctor.facts.fact import Fact
from xpudoctor.projects._text import unread

LARGEST = 2 * 1024 * 1024
MOST = 20_000
_PASSED_OVER = frozenset(
    "node_modules __pycache__ site-packages venv env virtualenv build dist target test tests testing docs doc third_party third-party "
    "thirdparty 3rdparty vendor vendored external extern submodules deps tutorials benchmark benchmarks benchmarking".split()
)


def files(folder: Path, bad: list[Fact]) -> Iterator[tuple[str, Path]]:
    """Yield each file with its path from the folder on, with slashes; what cannot be entered goes to `bad`."""
    seen: set[tuple[int, int]] = set()
    count = 0

    def failed(error: OSError) -> None:
        where = Path(error.filename).relative_to(folder).as_posix() if error.filename else "."
        bad.append(unread(where, f"cannot be entered: {error.strerror}"))

    for top, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if _is_entered(Path(top, name), seen))
        for name in sorted(names):
            count += 1
            if count > MOST:
                bad.append(unread(".", f"only the first {MOST} files were looked at"))
                return
            yield Path(top, name).relative_to(folder).as_posix(), Path(top, name)


def _is_entered(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Say whether a folder is of the project, and was not entered by another name."""
    name = folder.name.lower()
    if name.startswith(".") or name in _PASSED_OVER or folder.is_symlink():
        return False
    try:
        status, environment = folder.stat(), (folder / "pyvenv.cfg").exists()
    except OSError:
        return True  # Entering it will say why.
    known = environment or (status.st_dev, status.st_ino) in seen
    seen.add((status.st_dev, status.st_ino))
    return not known


def text_of(file: str, path: Path, bad: list[Fact]) -> str | None:
    """Return what stands in a file; None where it is too large, no regular file, or cannot be read, which goes to `bad`."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        bad.append(unread(file, f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        bad.append(unread(file, f"not UTF-8 (byte {error.start})"))
    return None
