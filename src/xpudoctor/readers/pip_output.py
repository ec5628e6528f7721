"""What pip and uv print while they install, show and check: the versions that are there at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, canonical
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers._listed import NAME, VERSION, package, section, snapshot

_INSTALLED = re.compile(r".{0,80}?Successfully installed (\S.*)")
_REMOVED = re.compile(rf"\s{{0,40}}(?:Successfully uninstalled ({NAME})-{VERSION}| - ({NAME})==\S+)\s*")
_SATISFIED = re.compile(rf"\s{{0,40}}Requirement already satisfied: ({NAME})[^a-zA-Z0-9].{{0,600}}\(({VERSION})\)\s*")
_CONFLICT = re.compile(rf"(?:ERROR: |WARNING: |\s){{0,8}}({NAME}) ({VERSION}) (?:requires|has requirement) .{{1,400}}")
_HAVE = re.compile(rf"but you(?:'ll)? have ({NAME}) ({VERSION})(?: which is incompatible)?\.?")
_UV = re.compile(rf"\s{{0,40}}[+~] ({NAME})==({VERSION})(?: \(.{{0,200}}\))?\s*")
_SHOWN = re.compile(rf"\s{{0,40}}Name: ({NAME})\s*")
_SHOWN_VERSION = re.compile(rf"\s{{0,40}}Version: ({VERSION})\s*")
_HINTS = ("Success", "Requirement already", "require", "==", "Name: ")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the packages that are installed after all that the lines tell."""
    known: dict[str, Package] = {}
    for index, line in enumerate(lines):
        if not any(hint in line.text for hint in _HINTS):
            continue
        if removed := _REMOVED.fullmatch(line.text[:200]):
            known.pop(canonical(removed[1] or removed[2]), None)
            continue
        after = lines[index + 1] if index + 1 < len(lines) else Line(0, "")
        known |= {canonical(found.name): found for found in _packages(line, after) if found}
    return snapshot(section(known.values()))


def _packages(line: Line, after: Line) -> Iterator[Package | None]:
    if match := _INSTALLED.fullmatch(line.text):
        yield from _named(match[1], line)
    text = line.text[:1_000]
    for pattern in (_SATISFIED, _UV):
        if match := pattern.fullmatch(text):
            yield package(match[1], match[2], line)
    if match := _CONFLICT.fullmatch(text):
        yield package(match[1], match[2].rstrip(","), line)
        if have := _HAVE.search(text):
            yield package(have[1], have[2].rstrip("."), line)
    if (match := _SHOWN.fullmatch(text)) and (version := _SHOWN_VERSION.fullmatch(after.text[:200])):
        yield package(match[1], version[1], after)


def _named(words: str, line: Line) -> Iterator[Package | None]:
    for word in words.split():
        name, _, version = word.rpartition("-")
        if re.fullmatch(NAME, name[:100]):
            yield package(name, version, line)
