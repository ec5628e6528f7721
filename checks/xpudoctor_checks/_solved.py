"""Which solved issues a text reads like: two who met the same fault quote the same rare words (names, versions, lines of an error).

The table is written by tests/learn.py: each solved issue with the causes found in it, and in which of them each of its rarest words stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from heapq import nlargest
from importlib import resources
from math import log as logarithm
from math import sqrt

from xpudoctor.facts.record import Record

# So like an issue a text has to be to count (1: it has the same words, and no other), and so like it tells of the same fault. Of issues
# that are less like each other, one in two has the same cause, as any two have; of those over it, two in three; and two texts of one thread
# are far over it.
_LEAST, _SAME = 0.33, 0.6
# What is added to the length of each text: three words that two short ones share say little.
_SHORT = 80.0
# An issue is never all that counts; and of all of them, the three nearest do.
_MOST, _NEAREST = 0.9, 3
_WORD = re.compile(r"[a-z0-9_][a-z0-9_.+-]{1,40}|[\u4e00-\u9fff]{2}")


class Issue(Record):
    """A solved issue: its address, the causes that were right, the first one first, and how far it is to be believed for a text."""

    url: str
    causes: tuple[str, ...]
    weight: float


class Table(Record):
    """`issues` with address and causes, their `lengths`; and `rows` in order, a word a row: how rare it is, and the issues it tells of."""

    issues: Sequence[str]
    lengths: Sequence[float]
    rows: Sequence[str]

    def row(self, word: str) -> tuple[float, list[int]]:
        """Return how rare a word is, and the numbers of the issues that it is one of the rarest words of."""
        start = f"{word}\t"
        at = bisect_left(self.rows, start)
        if at == len(self.rows) or not self.rows[at].startswith(start):
            return rarity(len(self.issues), 1), []
        _, rare, numbers = self.rows[at].split("\t")
        return float(rare), [int(number) for number in numbers.split()]


def words(text: str) -> set[str]:
    """Return the words of a text as they stand there, in lower case: of an issue, its versions and addresses tell most."""
    return {word.strip(".-+") for word in _WORD.findall(text.lower())} - {""}


def rarity(issues: int, having: int) -> float:
    """Return what a word tells that stands in so many of the issues."""
    return logarithm(issues / having)


@cache
def table() -> Table:
    """Return the solved issues that are known."""
    return read(resources.files("xpudoctor_checks.tables").joinpath("solved.tsv").read_text(encoding="utf-8"))


def read(text: str) -> Table:
    """Return the table that a text holds: what it was written from, an issue a line, an empty line, a word a line, in order."""
    head, _, rows = text.rstrip("\n").partition("\n\n")
    issues = [line.rpartition("\t") for line in head.split("\n")[1:]]
    return Table([issue for issue, _, _ in issues], [_SHORT + float(length) for _, _, length in issues], rows.split("\n"))


def nearest(text: str) -> list[Issue]:
    """Return the solved issues that a text reads like, the nearest first."""
    known = table()
    length = _SHORT
    shared: dict[int, float] = defaultdict(float)
    for word in words(text):
        rare, having = known.row(word)
        length += rare**2
        for number in having:
            shared[number] += rare**2
    alike = {number: told / sqrt(length * known.lengths[number]) for number, told in shared.items()}
    best = nlargest(_NEAREST, alike, key=alike.__getitem__)
    return [_issue(known.issues[number], alike[number]) for number in best if alike[number] > _LEAST]


def _issue(row: str, likeness: float) -> Issue:
    url, causes = row.split("\t")
    return Issue(url, tuple(causes.split(" ")), min(_MOST, (likeness - _LEAST) / (_SAME - _LEAST)))
