"""The part of YAML in which compose files and conda environments are written, read line by line: no dependency for so little.

Known are nested mappings and lists by their indentation, quoted and plain scalars, comments, lists and mappings in brackets on one line,
and block texts, which are passed over. An anchor, an alias or a tag makes `plain` false: what it brings in is not known then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor.facts.record import Record

ITEM = "-"
_LONGEST = 1_000
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_KEY = re.compile(r"(?P<key>\"[^\"]*\"|'[^']*'|[^\s\"'#&*!\[\]{},:][^:#]*?)\s*:(?=\s|$)\s*")
_BLOCK = re.compile(r"[|>][+-]?\d?\s*$")
_SPECIAL = re.compile(r"(?:^|\s)(?:&[\w-]+|\*[\w-]+|!!?\w+|<<:)(?=\s|$)|^<<:|\$\{\{|\{%")


class Entry(Record):
    """A value with the keys that lead to it; an item of a list adds `-`. Line and column count from 1."""

    path: tuple[str, ...]
    value: str
    line: int
    column: int


def is_plain(text: str) -> bool:
    """Say whether a text is written in the part that is known."""
    return not any(_SPECIAL.search(_COMMENT.sub("", line)) for line in text.splitlines())


def entries(text: str) -> Iterator[Entry]:
    """Yield every key and item of a text, in order."""
    stack: list[tuple[int, str]] = []
    skip = -1
    for number, line in enumerate(text.splitlines(), 1):
        bare = _COMMENT.sub("", line[:_LONGEST]).rstrip()
        indent = len(bare) - len(bare.lstrip())
        if not bare.strip() or (skip >= 0 and indent > skip) or bare.strip() == "---":
            continue
        skip = -1
        for entry in _of_line(bare, indent, stack, number):
            yield entry
            if _BLOCK.match(entry.value):
                skip = indent


def _of_line(bare: str, indent: int, stack: list[tuple[int, str]], number: int) -> Iterator[Entry]:
    rest, column = bare[indent:], indent
    while rest.startswith("- ") or rest == "-":
        # A list may stand at the indentation of its own key.
        while stack and (stack[-1][0] > column or (stack[-1][0] == column and stack[-1][1] == ITEM)):
            stack.pop()
        stack.append((column, ITEM))
        shorter = rest[1:].lstrip()
        column += len(rest) - len(shorter)
        rest = shorter
    if (match := _KEY.match(rest)) is None:
        yield from _values(tuple(key for _, key in stack), rest, number, column)
        return
    while stack and stack[-1][0] >= column:
        stack.pop()
    stack.append((column, match["key"].strip("\"'")))
    yield from _values(tuple(key for _, key in stack), rest[match.end() :], number, column + match.end())


def _values(path: tuple[str, ...], text: str, number: int, column: int) -> Iterator[Entry]:
    if text[:1] == "[" and text.endswith("]"):
        for item in re.finditer(r"\"[^\"]*\"|'[^']*'|[^\s,\[\]\"'][^,\[\]]*", text):
            yield Entry((*path, ITEM), item[0].strip().strip("\"'"), number, column + item.start() + 1)
        return
    bare = text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text
    yield Entry(path, bare, number, column + 1)
