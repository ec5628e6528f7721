"""What a user pasted or a program printed: the lines that may tell something, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xpudoctor.facts.fact import Fact


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stood, without colours and quoting; numbers count from 1."""

    number: int
    text: str

    @property
    def fact(self) -> Fact:
        return Fact("log", self.text[:300], f"line {self.number}")


@dataclass(frozen=True)  # without slots, for the text that is kept
class Log:
    """`lines` holds all lines of a short text, of a long one those that may tell something, the end before the beginning.

    `total` is how many there were; `name` is where they came from.
    """

    lines: tuple[Line, ...] = ()
    total: int = 0
    name: str = ""

    @cached_property
    def text(self) -> str:
        """All lines as one: a search in it is far faster than one in each, and tells whether the lines are worth a look."""
        return "\n".join(line.text for line in self.lines)
