"""How a check looks through a log: the first line, or every line, in which a pattern is found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor import Log
from xpudoctor.facts.log import Line

__all__ = ["TEST", "Line", "every", "first"]

# The lines of a run of tests: what fails there says something of the test, and little of the machine.
TEST = re.compile(r"\b(?:FAILED|ERROR) \S{1,200}::|\bpytest\b|\btest_\w{1,80}\.py|\bunittest\b|\[Bug Skip\]")


def every(log: Log, pattern: re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
    """Yield the lines in which the pattern is found, each with what it found."""
    return log.found(pattern)


def first(log: Log, pattern: re.Pattern[str]) -> tuple[Line, re.Match[str]] | None:
    """Return the first of them."""
    return next(every(log, pattern), None)
