"""The folders in which the Linux loader looks for a library, in its order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from xpudoctor.probes import _files

ROOT = Path("/")
# After those of ld.so.conf: Debian's, Fedora's and the plain ones. A folder that is not there costs nothing.
_STANDARD = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "lib64", "usr/lib64", "lib", "usr/lib", "usr/local/lib")
_ELF_64 = b"\x7fELF\x02"


def of_variable(name: str = "LD_LIBRARY_PATH") -> tuple[Path, ...]:
    """Return the folders that a variable names (an empty one would be the folder that the user stands in)."""
    return tuple(Path(folder) for folder in os.environ.get(name, "").replace(";", ":").split(":") if folder)


def preloaded() -> tuple[Path, ...]:
    """Return the libraries that are forced into every program."""
    return tuple(map(Path, os.environ.get("LD_PRELOAD", "").replace(":", " ").split()))


@cache
def system_folders(root: Path = ROOT) -> tuple[Path, ...]:
    """Return the folders of /etc/ld.so.conf and the standard ones, without asking ldconfig in a child process."""
    configured = (root / folder.lstrip("/") for folder in _configured(root, "etc/ld.so.conf"))
    standard = (root / folder for folder in _STANDARD)
    return tuple(dict.fromkeys(folder for folder in (*configured, *standard) if _files.is_folder(folder)))


def loadable(path: Path) -> bool:
    """Say whether a file is a 64-bit library: 32-bit folders are searched, too, and linker scripts carry the same names."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_ELF_64)) == _ELF_64
    except OSError:
        return False


def _configured(root: Path, name: str, depth: int = 0) -> Iterator[str]:
    for line in (_files.text(root / name) or "").splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["include"] and depth < 4:
            yield from _included(root, name, words[1:], depth)
        elif len(words) == 1:
            yield words[0].partition("=")[0]


def _included(root: Path, name: str, patterns: list[str], depth: int) -> Iterator[str]:
    for pattern in patterns:
        place = os.path.normpath(os.path.join(os.path.dirname("/" + name), pattern)).lstrip("/")  # noqa: PTH118, PTH120
        for path in sorted(root.glob(place)):
            yield from _configured(root, str(path.relative_to(root)), depth + 1)


def user_folders() -> tuple[Path, ...]:
    """Return where `pip install --user` puts libraries."""
    home = os.environ.get("HOME")
    return (Path(home) / ".local/lib",) if home else ()
