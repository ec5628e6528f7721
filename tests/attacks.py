"""Texts that are made to be expensive for one pattern: long runs of what it repeats, and matches that fail at their last character."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

_PARSER: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
_CATEGORIES = {"DIGIT": "7", "WORD": "a", "SPACE": " ", "NOT_DIGIT": "a", "NOT_WORD": "-", "NOT_SPACE": "a"}
_ANY = "a"
# One of each kind that classes and alternatives tell apart.
_RUNS = "a7 \t-.:;_=/\\|'(\u9a71"
# What hardly any pattern goes on with.
_END = "\x01"


def attacks(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return pairs of what a text begins with and what it goes on with; `text` makes one of them as long as wanted."""
    nodes = list(_PARSER.parse(pattern.pattern, pattern.flags))
    pumps = dict.fromkeys(_pumps(nodes, ""))
    runs = ((before, run) for before in dict.fromkeys(before for before, _ in pumps) for run in _RUNS)
    again = (("", before[-40:] + unit) for before, unit in pumps)
    return list(dict.fromkeys((("", _sample(nodes)[:-1] or _ANY), *pumps, *again, *runs)))


def text(attack: tuple[str, str], length: int) -> str:
    """Return an attack of about this length."""
    before, unit = attack
    return before + unit * (length // len(unit) + 1) + _END


def _pumps(nodes: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each repetition, and what is repeated."""
    for kind, value in nodes:
        name = str(kind)
        if name.endswith("_REPEAT"):
            yield before, _sample(value[-1]) or _ANY
            yield from _pumps(value[-1], before)
        elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
            yield from _pumps(value[-1], before)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _pumps(branch, before)
        before += _sample([(kind, value)])


def _sample(nodes: Any) -> str:
    """Return a short text that these parts match, lookarounds aside."""
    return "".join(_of_node(str(kind), value) for kind, value in nodes)


def _of_node(kind: str, value: Any) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "IN":
        return _member(value)
    if kind.endswith("_REPEAT"):
        return _sample(value[-1]) * int(value[0])
    if kind == "SUBPATTERN":
        return _sample(value[-1])
    if kind == "BRANCH":
        return _sample(value[1][0])
    return _ANY if kind in ("ANY", "NOT_LITERAL") else ""


def _member(value: Any) -> str:
    """Return a character of a class."""
    kind, inner = str(value[0][0]), value[0][1]
    if kind == "NEGATE":
        refused = {chr(code) for kind, code in value[1:] if str(kind) == "LITERAL"}
        return next(letter for letter in "a -7" if letter not in refused)
    if kind == "CATEGORY":
        return _CATEGORIES[str(inner).removeprefix("CATEGORY_")]
    return chr(inner[0] if kind == "RANGE" else inner)
