"""How TOML is read: with the standard library, or with what stands in for it on Python 3.10."""

from __future__ import annotations

import sys
from typing import Any

from xpudoctor.facts import resources

if sys.version_info >= (3, 11):
    from tomllib import TOMLDecodeError, loads
else:
    from tomli import TOMLDecodeError, loads

__all__ = ["TOMLDecodeError", "load_resource", "loads"]


def load_resource(package: str, name: str) -> dict[str, Any]:
    """Return a table that lies in a package, which may lie in a zip; `name` is its path with slashes."""
    return loads(resources.read(package, name))
