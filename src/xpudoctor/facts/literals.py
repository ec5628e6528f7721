"""Plain words in place of patterns: which of them a pattern needs, and in which lines of a text they stand.

Looking for words first is ten times as fast as trying every pattern on every line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

# Python's own parser of patterns: a second one could read them differently.
_PARSER: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
# Shorter words stand in too many lines to be worth looking for.
_SHORTEST = 2
_RUN = re.compile(r"\w+")


class Every(tuple["Need", ...]):
    """All of these stand in the line."""


class Either(tuple["Need", ...]):
    """At least one of these stands in the line."""


Need = str | Every | Either


class Places:
    """In which lines of a text, counted from 0, words stand, be they in upper or lower case."""

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        self._lines = self._text.split("\n")
        # A log says a few words again and again: most of what is not in it is known from these, without a look at all of it.
        self._vocabulary = " ".join(set(_RUN.findall(self._text)))
        self._known: dict[str, set[int]] = {}

    def of(self, need: Need) -> set[int]:
        """Return the lines in which this word (in lower case), or what is made of words, stands."""
        if isinstance(need, str):
            return self._of(need)
        if isinstance(need, Either):
            return set().union(*map(self.of, need))
        lines = self.of(need[0])
        for other in need[1:]:
            lines = lines and lines & self.of(other)
        return lines

    def _of(self, word: str) -> set[int]:
        if word not in self._known:
            lines = enumerate(self._lines) if self._has(word) else ()
            self._known[word] = {number for number, line in lines if word in line}
        return self._known[word]

    def _has(self, word: str) -> bool:
        return all(run in self._vocabulary for run in _RUN.findall(word)) and word in self._text


@cache
def needed(pattern: re.Pattern[str]) -> Need | None:
    """Return the words, in lower case, that stand wherever the pattern is found; None where none can be told."""
    return _every(_PARSER.parse(pattern.pattern, pattern.flags))


def _every(nodes: Any) -> Need | None:
    needs = sorted(dict.fromkeys(_needs(nodes)), key=_least, reverse=True)
    return Every(needs) if len(needs) > 1 else needs[0] if needs else None


def _least(need: Need) -> int:
    """Return how long the shortest word is: long ones are rare, and asked for first."""
    return len(need) if isinstance(need, str) else min(map(_least, need))


def _needs(nodes: Any) -> Iterator[Need]:
    run = ""
    for kind, value in nodes:
        letter = _letter(str(kind), value)
        if letter is not None:
            run += letter
            continue
        yield from _word(run)
        run = ""
        yield from _inside(str(kind), value)
    yield from _word(run)


def _letter(kind: str, value: Any) -> str | None:
    """Return the one character that stands here, in lower case; an empty text for a place between two, None for all else."""
    if kind == "LITERAL":
        return chr(value).lower()
    if kind == "IN" and all(str(inner) == "LITERAL" for inner, _ in value):
        either = {chr(code).lower() for _, code in value}
        return either.pop() if len(either) == 1 else None
    return "" if kind == "AT" else None


def _word(run: str) -> Iterator[Need]:
    if len(run) >= _SHORTEST:
        yield run


def _inside(kind: str, value: Any) -> Iterator[Need]:
    """Yield what a part that holds others needs; what may be left out needs nothing."""
    if kind == "SUBPATTERN" or (kind.endswith("_REPEAT") and value[0] > 0):
        # What is said eight times is said side by side.
        yield from _needs(list(value[-1]) * (min(value[0], 8) if kind.endswith("_REPEAT") else 1))
    elif kind == "BRANCH":
        branches = [_every(branch) for branch in value[1]]
        needs = dict.fromkeys(branch for branch in branches if branch)
        if all(branches):
            yield Either(needs) if len(needs) > 1 else next(iter(needs))
