"""Files that lie in a package, which may lie in a zip."""

from __future__ import annotations

import os
import sys
from typing import Any


def read(package: str, name: str) -> str:
    """Return the text of a file; `name` is its path in the package, which is imported. (pkgutil would cost 2 ms, importlib.resources 8.)"""
    module: Any = sys.modules[package]
    data: bytes = module.__loader__.get_data(os.path.join(module.__path__[0], *name.split("/")))  # noqa: PTH118 (the loader of a zip wants a text)
    return data.decode("utf-8")
