"""How a text of a project becomes lines with their places: joined where one goes on in the next, and found again by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.project import located
from xpudoctor.facts.record import Record

# Nobody writes longer ones by hand, and what a program wrote is not read word by word.
LONGEST = 20_000
_GOES_ON = {"sh": "\\", "bat": "^", "ps1": "`"}


class Logical(Record):
    """A line with all that continues it; `parts` are the lines of the file that it is made of, with their numbers."""

    text: str
    parts: tuple[tuple[int, str], ...]

    @property
    def number(self) -> int:
        return self.parts[0][0]


def logical_lines(text: str, mark: str = "\\") -> Iterator[Logical]:
    """Yield the lines of a text, joined where the mark at the end of one says that it goes on; comments between are left out."""
    parts: list[tuple[int, str]] = []
    joined: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if joined and line.lstrip().startswith("#"):
            continue
        parts.append((number, line))
        bare = line.rstrip()
        if bare.endswith(mark):
            joined.append(bare[:-1])
            continue
        yield Logical(" ".join((*joined, line))[:LONGEST], tuple(parts))
        parts, joined = [], []
    if joined:
        yield Logical(" ".join(joined)[:LONGEST], tuple(parts))


def mark_of(file: str) -> str:
    """Return the character by which a line of this kind of script goes on in the next."""
    end = file.rpartition(".")[2].lower()
    return _GOES_ON.get({"cmd": "bat"}.get(end, end), "\\")


def in_line(file: str, name: str, line: Logical, wanted: str) -> Fact:
    """Return the part of a line that holds this text as a fact."""
    number, text = next(((number, part) for number, part in line.parts if wanted in part), line.parts[0])
    return located(name, text, Place(file, number, max(text.find(wanted), len(text) - len(text.lstrip())) + 1))


def in_text(file: str, name: str, text: str, wanted: str, start: int = 0) -> Fact:
    """Return the first line of a text, from an offset on, that holds this as a fact; of the first line where none does."""
    match = re.compile(re.escape(wanted)).search(text, start) if wanted else None
    offset = match.start() if match else 0
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[begin : end if end >= 0 else None]
    return located(name, line, Place(file, text.count("\n", 0, offset) + 1, offset - begin + 1))


def unread(file: str, why: str, line: int = 1, column: int = 1) -> Fact:
    """Return what could not be read, and why, as a fact."""
    place = Place(file, max(line, 1), max(column, 1))
    return Fact("unread", why, str(place), place)
