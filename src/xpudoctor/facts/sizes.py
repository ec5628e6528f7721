"""Sizes of memory: how many bytes a unit has, and how a number of bytes is shown."""

from __future__ import annotations

MIB = 1024**2
GIB = 1024**3


def gib(size: float | None) -> str:
    """Return a number of bytes in GiB, empty where it is not known."""
    return "" if size is None else f"{size / GIB:.1f} GiB"
