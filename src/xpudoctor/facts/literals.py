"""Plain words in place of patterns: which of them a pattern needs, and in which lines of a text they stand.

Looking for words first is ten times as fast as trying every pattern on every line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

# Python's own parser of patterns: a second one could read them differently.
_PARSER: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
# Shorter words stand in too many lines to be worth looking for.
_SHORTEST = 2
_RUN = re.compile(r"\w+")

Words = frozenset[str]


class Places:
    """In which lines of a text, counted from 0, a word stands, be it in upper or lower case."""

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        self._lines = self._text.split("\n")
        # A log says a few words again and again: most of what is not in it is known from these, without a look at all of it.
        self._vocabulary = " ".join(set(_RUN.findall(self._text)))
        self._known: dict[str, set[int]] = {}

    def of(self, words: Iterable[str]) -> set[int]:
        """Return the lines in which one of these words (in lower case) stands."""
        return set().union(*map(self._of, words))

    def _of(self, word: str) -> set[int]:
        if word not in self._known:
            lines = enumerate(self._lines) if self._has(word) else ()
            self._known[word] = {number for number, line in lines if word in line}
        return self._known[word]

    def _has(self, word: str) -> bool:
        return all(run in self._vocabulary for run in _RUN.findall(word)) and word in self._text


@cache
def needed(pattern: re.Pattern[str]) -> Words:
    """Return words, in lower case, of which at least one stands wherever the pattern is found; none where none can be told."""
    return _best(_PARSER.parse(pattern.pattern, pattern.flags))


def _best(nodes: Any) -> Words:
    """Return the most telling of the sets: of long words, and of few."""
    return max(_sets(nodes), key=lambda words: (min(map(len, words)), -len(words)), default=frozenset())


def _sets(nodes: Any) -> Iterator[Words]:
    """Yield sets of words; of each set, one word has to be there."""
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


def _word(run: str) -> Iterator[Words]:
    if len(run) >= _SHORTEST:
        yield frozenset({run})


def _inside(kind: str, value: Any) -> Iterator[Words]:
    """Yield what a part that holds others needs; what may be left out needs nothing."""
    if kind == "SUBPATTERN" or (kind.endswith("_REPEAT") and value[0] > 0):
        # What is said eight times is said side by side.
        yield from _sets(list(value[-1]) * (min(value[0], 8) if kind.endswith("_REPEAT") else 1))
    elif kind == "BRANCH":
        branches = [_best(branch) for branch in value[1]]
        if all(branches):
            yield frozenset().union(*branches)
