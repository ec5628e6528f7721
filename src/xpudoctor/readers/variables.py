"""Which environment variables a text sets: in a shell, in cmd, in PowerShell, for a container, in Python, or as env prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.environment import Environment, is_watched
from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot

_NAME = r"([A-Za-z_]\w{0,80})"
_VALUE = r"(\"[^\"\n]{0,1000}\"|'[^'\n]{0,1000}'|[^\s\"'`;|&]{0,1000})"
_BULLET = r"[\s*•-]{0,40}`{0,3}"
# A sentence says `Set X=1 to …`; a command begins in lower case, or is all upper case.
_COMMAND = r"(?:export|set|SET|declare -x|sudo|env|ENV|RUN|call)"
_LABEL = r"(?:[A-Za-z][\w ]{0,20} )?(?:[Ee]nvironment|[Ee]nv|[Vv]ariables?|[Vv]ars?)(?: [Vv]ariables?)?:"
_LEAD = rf"(?:{_LABEL}\s{{1,8}})?(?:{_COMMAND}\s{{1,8}}){{0,4}}"
_START = re.compile(rf"{_BULLET}{_LEAD}")
_ASSIGNED = re.compile(rf"\"?{_NAME}={_VALUE}\"?(?=$|[\s`;|&])[\s`;&]{{0,8}}(?:export\s|set\s)?")
_OPTION = re.compile(rf"(?:^|\s)(?:-e|--env)[ =][\"']?{_NAME}={_VALUE}")
_POWERSHELL = re.compile(rf"{_BULLET}\$[Ee][Nn][Vv]:{_NAME}\s*=\s*{_VALUE}")
_SETX = re.compile(rf"{_BULLET}(?:setx|SETX)\s+{_NAME}\s+{_VALUE}")
_PYTHON = re.compile(rf"\s{{0,40}}os\.environ(?:\.setdefault\(|\[)['\"]{_NAME}['\"](?:\]\s*=|,)\s*(\"[^\"\n]*\"|'[^'\n]*')")
_MAPPED = re.compile(rf"\s{{2,40}}{_NAME}:\s+{_VALUE}\s*")
_ENV_LINE = re.compile(rf"\s{{0,40}}ENV\s+{_NAME}\s+{_VALUE}\s*")
_UNSET = re.compile(rf"{_BULLET}(?:unset\s+{_NAME}|(?:set|SET)\s+{_NAME}=|Remove-Item\s+Env:\\?{_NAME})\s*")
_ALONE = (_POWERSHELL, _SETX, _PYTHON, _ENV_LINE, _MAPPED)
_LONGEST = 4_000


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the watched variables that the lines set, of several words on one the last."""
    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    for line in lines:
        for name, value in _set_in(line.text[:_LONGEST]):
            values.pop(name, None)
            if value is not None and is_watched(name):
                values[name], sources[name] = value, f"line {line.number}"
    if not values:
        return Snapshot()
    source = next(iter(sources[name] for name in values))
    return Snapshot(environment=Environment(values, source=source, sources={name: sources[name] for name in values}))


def _set_in(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield what a line sets; None is the value of a variable that it takes away."""
    if "=" not in text and ":" not in text and "set" not in text.lower() and "ENV" not in text:
        return
    if unset := _UNSET.fullmatch(text):
        yield unset[1] or unset[2] or unset[3], None
        return
    for pattern in _ALONE:
        if match := pattern.match(text):
            yield match[1], _bare(match[2])
            return
    yield from _assignments(text)
    for match in _OPTION.finditer(text):
        yield match[1], _bare(match[2])


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    """Yield the assignments that a line begins with; what comes after other words is advice or a program's own option."""
    start = _START.match(text)
    place = start.end() if start else 0
    while match := _ASSIGNED.match(text, place):
        yield match[1], _bare(match[2])
        place = match.end()


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0] else value.strip("\"'")
