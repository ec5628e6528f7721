"""How the versions of drivers and kernels are read out of the text that carries them."""

from __future__ import annotations

import re

from packaging.version import InvalidVersion, Version

_LEADING_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def leading_version(text: str) -> Version | None:
    """Return the numbers a version text starts with: `6.8.0-45-generic` is 6.8.0. None where there are none."""
    match = _LEADING_NUMBERS.match(text.strip().lstrip("v"))
    return Version(match.group()) if match else None


def pep440(text: str) -> Version | None:
    """Return a Python package's version, or None where the text is not one."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def minor(version: Version) -> str:
    """Return `2.6` for 2.6.0+xpu: the part by which torch and what is built for it have to agree."""
    return f"{version.major}.{version.minor}"
