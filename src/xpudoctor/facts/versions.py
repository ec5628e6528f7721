"""How versions are read out of the text that carries them, and how a range of versions is written."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_OPERATORS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)\s*([^\w].*)?")
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


class Range:
    """Versions from one to another, as PEP 440 writes them: `>=2.6,<3`. ValueError says that it is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        for part in filter(None, map(str.strip, text.split(","))):
            operator = next((operator for operator in _OPERATORS if part.startswith(operator)), None)
            if operator is None:
                raise ValueError(f"{part}: a range of versions begins with one of {' '.join(_OPERATORS)}")
            Version(part.removeprefix(operator).strip().removesuffix(".*"))

    def __contains__(self, version: Version) -> bool:
        return _specifiers(self.text).contains(version, prereleases=True)


def requirement(text: str) -> tuple[str, Range]:
    """Return the name and the range of `torch>=2.6`, where a range may be missing."""
    found = _REQUIREMENT.fullmatch(text)
    if not found:
        raise ValueError(f"{text}: no requirement such as torch>=2.6")
    return found[1], Range(found[2] or "")


@cache
def _specifiers(text: str) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet  # Only here: it costs 7 ms, and most checks end before they compare.

    return SpecifierSet(text)
