"""The scripts that run in the interpreter that is examined: standard library only, Python 3.8 and later."""

from __future__ import annotations

from collections.abc import Iterator

from xpudoctor.facts import resources

_FUTURE = "from __future__ "
_IMPORT = "from xpudoctor.probes.patient."
# For the type checker alone: to import typing would cost every child 5 ms.
_ANNOTATIONS = ("from typing import ", "from collections.abc import ")
# `python -c` puts the folder it stands in first on the path.
_CLEAN = "import sys; sys.path[:] = [path for path in sys.path if path not in ('', '.')]"

# Some drivers crash when they are unloaded.
_LEAVE = "import os; os._exit(0)"


def source(*names: str) -> str:
    """Return scripts, one after the other, for `python -c`, in which each import of a part of this folder is that part itself."""
    # Each within a text of its own, for even `__future__` is a file that is looked for on the path.
    return "\n".join([_CLEAN, *(f"exec({_script(name)!a}, {{'__name__': '__main__'}})" for name in names), _LEAVE])


def _script(name: str) -> str:
    joined: set[str] = set()
    return "\n".join([f"{_FUTURE}import annotations", *_lines("start", joined), *_lines(name, joined)])


def _lines(name: str, joined: set[str]) -> Iterator[str]:
    joined.add(name)
    for line in resources.read(__name__, f"{name}.py").splitlines():
        part = line.removeprefix(_IMPORT).partition(" ")[0] if line.startswith(_IMPORT) else ""
        if part and part not in joined:
            yield from _lines(part, joined)
        elif not part and not line.startswith((_FUTURE, *_ANNOTATIONS)):
            yield line
