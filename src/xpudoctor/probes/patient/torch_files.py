"""Where torch lies and what its files say, without importing it."""

# pathlib would cost every child 5 ms.
# ruff: noqa: PTH118, PTH120, PTH123, PTH208
from __future__ import annotations

import importlib.util
import os
from typing import Any


def files(module: str) -> dict[str, Any]:
    """Return what the files of a module say; `absent` where there is none."""
    spec = importlib.util.find_spec(module)
    if spec is None:
        return {"absent": True}
    folder = next(iter(spec.submodule_search_locations or [os.path.dirname(spec.origin or "")]))
    found: dict[str, Any] = {"location": folder}
    try:
        with open(os.path.join(folder, "version.py"), encoding="utf-8", errors="replace") as stream:
            found["version_text"] = stream.read(16384)
    except OSError:
        pass  # A torch without version.py is told by what its import says.
    try:  # noqa: SIM105 (contextlib would cost every child 1 ms)
        found["libraries"] = os.listdir(os.path.join(folder, "lib"))
    except OSError:
        pass  # No folder of libraries: then it is not known which there are.
    return found
