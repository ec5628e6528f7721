"""What the numbers in a message about memory say: tried, free and total, and the size of one buffer."""

from __future__ import annotations

import re

from xpudoctor import Log, Match
from xpudoctor.facts.sizes import gib
from xpudoctor_checks import _log

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_TRIED = re.compile(r"Tried to allocate (?P<size>[\d.]{1,12}) ?(?P<unit>[KMGT]?)i?B", re.IGNORECASE)
_BYTES = re.compile(
    r"(?:allocate|buffer of size|allocating|alloc_buffer\D{1,40}) ?(?P<size>\d{9,12})\b|allocating (?P<mib>\d{4,6}\.\d{1,2}) MiB"
)
_TOTAL = re.compile(
    r"(?P<size>[\d.]{1,12}) (?P<unit>[KMGT]?)i?B total capacity|total capacity of (?P<size2>[\d.]{1,12}) (?P<unit2>[KMGT]?)i?B"
)
_FREE = re.compile(r"(?:of which )?(?P<size>[\d.]{1,12}) (?P<unit>[KMGT]?)i?B is free", re.IGNORECASE)
_USED = re.compile(
    r"(?P<size>[\d.]{1,12}) (?P<unit>[KMGT]?)i?B (?:already allocated|is allocated|allocated by)"
    r"|Of the allocated memory (?P<size2>[\d.]{1,12}) (?P<unit2>[KMGT]?)i?B"
)
_LIMIT = 4 * 2**30
_REFUSED = re.compile(r"fail|unable|can.t|cannot|NULL|error|[Ee]xceed|larger", re.IGNORECASE)


def device_memory_full(log: Log) -> Match | None:
    for line, match in _log.every(log, _TRIED):
        text = " ".join(other.text for other in log.lines if 0 <= other.number - line.number <= 3)
        tried, total, free = _size(match), _found(_TOTAL, text), _free(text)
        if total is not None and free is not None and tried > free:
            return Match(line, tried=gib(tried), total=gib(total), free=gib(free))
    return None


def buffer_beyond_limit(log: Log) -> Match | None:
    for line, match in _log.every(log, _TRIED):
        text = " ".join(other.text for other in log.lines if 0 <= other.number - line.number <= 3)
        free, tried = _free(text), _size(match)
        if tried > _LIMIT and free is not None and tried <= free:
            return Match(line, tried=gib(tried))
    for line, match in _log.every(log, _BYTES):
        tried = float(match["mib"]) * 2**20 if match["mib"] else float(match["size"])
        if tried > _LIMIT and _REFUSED.search(line.text):
            return Match(line, tried=gib(tried))
    return None


def _free(text: str) -> float | None:
    said, total, used = _found(_FREE, text), _found(_TOTAL, text), _found(_USED, text)
    return said if said is not None else total - used if total is not None and used is not None else None


def _found(pattern: re.Pattern[str], text: str) -> float | None:
    match = pattern.search(text)
    return _size(match) if match else None


def _size(match: re.Match[str]) -> float:
    groups = match.groupdict()
    number, unit = groups["size"] or groups.get("size2"), groups["unit"] if groups["size"] else groups.get("unit2")
    return float((number or "0").rstrip(".")) * _UNITS[(unit or "").upper()]
