"""One thing that was seen, and where: the evidence that a finding shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from xpudoctor.facts.record import Record

# Begins what stands in place of the source of a part that could not be seen.
UNSEEN = "not seen: "


class Place(Record):
    """A spot in a file of a project, whose path is relative to it, with slashes; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Fact(Record):
    """A named value with the command or file by which it was seen, so that a user can verify it; in a project, with its place."""

    name: str
    value: str
    source: str = ""
    place: Place | None = None


class HasFact(Protocol):
    """Something that can stand as evidence by itself: a package, a GPU, a library."""

    @property
    def fact(self) -> Fact: ...


class HasSources(Protocol):
    """A section whose single values carry their sources in a table."""

    @property
    def sources(self) -> Mapping[str, str]: ...


def fact(section: HasSources, name: str) -> Fact:
    """Return one field of a section as a fact, with the source that the section keeps for it."""
    value: Any = getattr(section, name)
    return Fact(name.replace("_", " "), _shown(value), section.sources.get(name, ""))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None or value == "" else str(value)
