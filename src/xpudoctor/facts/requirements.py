"""What a job says it needs of the machine: `torch~=2.9`, `xpu>=1`, `memory>=16GB`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xpudoctor.facts.packages import canonical
from xpudoctor.facts.record import Record

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

# What is measured in bytes. A GB has 10^9 of them, a GiB 2^30; a card of "16 GB" shows a little less than 16 GiB.
SIZES = ("memory", "disk")
_UNITS = "kmgt"
_SIZE = re.compile(rf"(?<=[<>=])\s*(\d+(?:\.\d+)?)\s*([{_UNITS}])(i?)b\b", re.IGNORECASE)


class Requirements(Record):
    """`stated` holds them as they were written."""

    stated: tuple[str, ...] = ()


class Need(Record):
    """One of them: `name` is xpu, memory, disk, driver, python or a package; sizes are in bytes."""

    name: str
    allowed: SpecifierSet


def need(text: str) -> Need:
    """Return what a requirement says; ValueError tells how one is written."""
    from packaging.requirements import InvalidRequirement, Requirement  # Only here: they cost 9 ms, and few jobs require something.
    from packaging.specifiers import SpecifierSet

    try:
        parsed = Requirement(_SIZE.sub(_bytes, text))
    except InvalidRequirement:
        parsed = None
    if parsed is None or parsed.url or parsed.marker or parsed.extras:
        raise ValueError(f"{text!r} is none; write torch~=2.9, xpu>=1 or memory>=16GB")
    name, sizes = canonical(parsed.name), len(_SIZE.findall(text))
    if name in SIZES and not 0 < sizes == len(parsed.specifier):
        raise ValueError(f"{text!r} lacks a size with its unit; write {name}>=16GB")
    if name not in SIZES and sizes:
        raise ValueError(f"{text!r}: {name} is not measured in bytes")
    return Need(name, SpecifierSet(">=1") if name == "xpu" and not parsed.specifier else parsed.specifier)


def _bytes(size: re.Match[str]) -> str:
    step = 1024 if size[3] else 1000
    return str(round(float(size[1]) * step ** (_UNITS.index(size[2].lower()) + 1)))
