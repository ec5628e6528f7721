"""What pip list, pip freeze, uv pip list and rows like theirs say is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import unquote

from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, canonical
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers._listed import NAME, VERSION, is_of_stack, package, section, snapshot

_HEADER = re.compile(r"\s{0,40}Package\s+Version(?:\s+(?:Editable project location|Location|Installer|Latest|Type)\b){0,5}\s*")
_DASHES = re.compile(r"\s{0,40}-{3,200}\s{1,200}-[\s-]*")
_ROW = re.compile(rf"\s{{0,40}}({NAME})\s+({VERSION})(?:\s+\S.*)?")
_PINNED = re.compile(rf"[\s*-]{{0,40}}({NAME})(?:\[[\w,-]{{1,60}}\])?===?({VERSION})\s*(?:#.*)?")
_CHANGE = re.compile(rf"\s{{0,40}}(?:[-+~] {NAME}==|(?:Uni|I)nstalled \d{{1,5}} packages? in )")
_LONE_ROW = re.compile(rf"\s{{0,40}}({NAME})\s+({VERSION})\s*")
_WHEEL = re.compile(
    rf"\s{{0,40}}({NAME}) @ \S{{0,400}}?/[\w.]{{1,80}}-(\d[\w.!+%]{{0,78}})-[\w.]{{2,40}}-[\w.]{{2,80}}-[\w.]{{2,80}}\.whl\S*\s*"
)
_CUT = re.compile(r"(?:\s{0,40}(?:\.{3,}|…)\s*|\s{0,40}\[\.{3}\].*|.{0,200}\b(?:truncated|omitted|snip)\b.*)")
_TAGGED = re.compile(r"[\s*]{0,40}\[(pip3?|conda)\] (\S.{0,300})")
# A whole listing is long, has pip itself, and goes on to the end of the alphabet.
_LEAST, _LATE = 20, "t"


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the packages of all listings in the lines."""
    found: list[Package | None] = []
    complete = False
    index = 0
    changed = _changed(lines)
    while index < len(lines):
        length = _table(lines, index)
        rows = [row for line in lines[index + 2 : index + length] if (row := _of(_ROW, line))]
        complete = complete or _is_whole(lines, index + length, rows)
        found += rows
        if not length and index not in changed:
            found.append(_alone(lines[index]))
        index += length or 1
    return snapshot(section(found, complete))


def _changed(lines: Sequence[Line]) -> frozenset[int]:
    """Return which lines say what uv took out and put in: that is no listing, and read where pip's words are."""
    runs = groupby(range(len(lines)), lambda index: _CHANGE.match(lines[index].text) is not None)
    blocks = [tuple(run) for is_change, run in runs if is_change]
    return frozenset(index for run in blocks if any(not lines[index].text.lstrip().startswith("-") for index in run) for index in run)


def _table(lines: Sequence[Line], start: int) -> int:
    """Return how many lines the table that begins here has; 0 where none begins."""
    if start + 2 > len(lines) or not _HEADER.fullmatch(lines[start].text) or not _DASHES.fullmatch(lines[start + 1].text):
        return 0
    end = start + 2
    while end < len(lines) and _of(_ROW, lines[end]):
        end += 1
    return end - start


def _is_whole(lines: Sequence[Line], end: int, rows: Sequence[Package]) -> bool:
    """Say whether a listing is whole as far as can be seen; its fragments say nothing about what is absent."""
    names = [row.name.lower() for row in rows]
    if len(names) < _LEAST or "pip" not in names or names[-1] < _LATE:
        return False
    if names != sorted(names) and (plain := [canonical(name) for name in names]) != sorted(plain):
        return False
    return not any(_CUT.fullmatch(line.text) for line in lines[end : end + 2])


def _alone(line: Line) -> Package | None:
    text = line.text
    if "==" in text:
        return _of(_PINNED, line)
    if " @ " in text:
        return _of(_WHEEL, line)
    row = _of(_LONE_ROW, line) if text else None
    return row if row and "." in row.version and is_of_stack(row.name) else None


def _of(pattern: re.Pattern[str], line: Line) -> Package | None:
    match = pattern.fullmatch(line.text) if len(line.text) < 400 else None
    return package(match[1], unquote(match[2]), line) if match else None


def tagged(lines: Sequence[Line]) -> Iterator[Package | None]:
    """Yield the packages of lines as collect_env marks them: `[pip3] torch==2.6.0+xpu`, `[conda] mkl 2024.0 h1 conda-forge`."""
    for line in lines:
        match = _TAGGED.match(line.text)
        if match is None:
            continue
        parts = match[2].split()
        if match[1] == "conda" and len(parts) >= 3:
            yield package(parts[0], parts[1], line, "pip" if parts[-1] == "pypi" else "conda")
        else:
            yield _alone(Line(line.number, match[2]))
