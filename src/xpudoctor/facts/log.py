"""What a user pasted or a program printed: the lines that may tell something, with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import tee
from typing import TYPE_CHECKING

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.record import Record

if TYPE_CHECKING:
    from xpudoctor.facts.literals import Places

# In a shorter log a pattern is found sooner than it is known which words it needs.
_LONG = 8_000
# What test runners, benchmarks of models and builds of a development branch print, and a user's own program does not.
_TESTS = (
    r"(?m)\b(?:FAILED|ERROR) \S{1,200}::|\w\.py::\w|\btest/xpu/|XPU\.test_|\[Bug Skip\]|[Nn]ew failed cases"
    r"|\bop_ut,|^\[gw\d{1,2}\] |torch/testing/_internal|benchmarks/dynamo/|\bfail_accuracy\b|\b2\.(?:[6-9]|1\d)\.\da0\+git"
    r"|\b(?:FAIL|XFAIL|XPASS|UNRESOLVED): [\w -]{1,40} :: \S"
    r"|\bassertRaises|\bDISABLED test_|\b[Tt]ests? to skip|\b[Ss]kip(?:ped)? ?list|\btorchbench(?:_|\b)|\btest_\w{1,60}\.py got\b"
    r"|\bpython3? test/\w|\binductor_xpu_test\b|\bfail(?:ed|ing) in CI\b"
    r"|\[(?:release/\d\.\d{1,2}|upstream_ut|CI|UT|distributed)\]|[Nn]ew failing test"
    r"|\bpytest (?:-\w+ )?\S{0,40}\btest_|/test/[\w./]{0,80}\btest_\w{1,60}\.py"
    r"|\bscripts/test-\w|\blit\.py: error|\btest_\w{1,80}_xpu(?:_(?:float|bfloat|complex|u?int|bool)\d{0,3})?\b"
    # What asks for a change quotes errors, too, and they are not of this machine.
    r"|\A\s{0,8}\W{0,4}(?:RFC|[Ff]eature|[Ff]eature [Rr]equest|[Dd]oc(?:s|umentation)?|[Pp]roposal|[Rr]oadmap)\b\W{1,3}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stood, without colours and quoting; numbers count from 1."""

    number: int
    text: str

    @property
    def fact(self) -> Fact:
        return Fact("log", self.text[:300], f"line {self.number}")


class Log(Record):
    """`lines` holds all lines of a short text, of a long one those that may tell something, the end before the beginning.

    `total` is how many there were; `name` is where they came from.
    """

    lines: tuple[Line, ...] = ()
    total: int = 0
    name: str = ""

    @cached_property
    def text(self) -> str:
        """All lines as one."""
        return "\n".join(line.text for line in self.lines)

    def found(self, pattern: re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
        """Yield the lines in which the pattern is found, each with what it found."""
        # Several rules ask for the same: a line that was searched for one is not searched again for the next.
        self._searched[pattern], lines = tee(self._searched.get(pattern) or self._search(pattern))
        return lines

    @cached_property
    def _searched(self) -> dict[re.Pattern[str], Iterator[tuple[Line, re.Match[str]]]]:
        return {}

    def _search(self, pattern: re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
        return ((line, match) for line in self._worth_a_look(pattern) if (match := pattern.search(line.text)))

    def _worth_a_look(self, pattern: re.Pattern[str]) -> Iterable[Line]:
        """Return the lines that hold the words which the pattern needs."""
        from xpudoctor.facts.literals import needed

        need = needed(pattern) if self._places else None
        if self._places is None or need is None:
            return self.lines
        return (self.lines[number] for number in sorted(self._places.of(need)))

    @cached_property
    def _places(self) -> Places | None:
        """Where each word stands, for a log so long that this is worth its while."""
        from xpudoctor.facts.literals import Places

        return Places(self.text) if len(self.text) > _LONG else None

    @cached_property
    def is_of_tests(self) -> bool:
        """Whether it tells of a run of tests: what fails there says something of the tests, and little of the machine."""
        return re.search(_TESTS, self.text) is not None
