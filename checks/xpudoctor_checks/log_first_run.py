"""A first run that is far slower than those after it, by the times that a text tells."""

from __future__ import annotations

import re
from itertools import islice

from xpudoctor import Log, Match
from xpudoctor_checks import _log

_LIST = re.compile(r"\[(?P<times>\d{1,5}(?:\.\d{1,9})?(?:, ?\d{1,5}(?:\.\d{1,9})?){2,20})")
# A line that holds one time and its name, as a loop over a model prints it.
_BARE = re.compile(
    r"(?i)^\W{0,6}(?:(?:iter(?:ation)?|step|run|epoch|batch|call|loop|round|time|pass|第)\W{0,3}\d{0,3}\W{0,4}(?:time|took|次)?\W{0,4})?"
    r"(?P<time>\d{1,5}\.\d{1,9}) ?(?P<unit>ms|s|secs?|seconds)?\W{0,3}$"
)
_TIME = re.compile(r"(?i)(?<![\w.:])(?P<time>\d{1,4}(?:\.\d{1,4})?) ?(?P<unit>ms|secs?|seconds|s|mins?|minutes|m|分钟|秒|分)(?![a-z/])")
_UNITS = {"ms": 0.001, "m": 60.0, "min": 60.0, "mins": 60.0, "minutes": 60.0, "分钟": 60.0, "分": 60.0}
_FIRST = re.compile(
    r"(?i)\b(?:first|1st|initial|step [01]|epoch [01]|iter(?:ation)? [01]|warm-?up)\b|第一(?:次|个|张|句|轮|步|条)|首次|首个"
)
_LATER = re.compile(
    r"(?i)\b(?:after(?:wards?)?|second|2nd|later|subsequent\w{0,2}|following|next|others?|rest|then|again|epoch 2)\b"
    r"|之后|后面|后续|第二|以后|再"
)
# A long run prints thousands; how the first ones went is enough.
_FEW = 200
# The first has to take so many times as long as any other, and at least so many seconds.
_TIMES, _SAID_TIMES, _SECONDS, _SAID_SECONDS = 8, 5, 1.0, 5.0
_REACH = 300


def first_run_far_slower(log: Log) -> Match | None:
    for line, match in islice(_log.every(log, _LIST), _FEW):
        times = [float(time) for time in match["times"].split(",")]
        # Whole numbers are shapes, and no times.
        if "." in match["times"] and _falls(times):
            return _match(line, times[0], max(times[1:]))
    return _in_lines(log) or _said(log)


def _in_lines(log: Log) -> Match | None:
    seen: list[tuple[_log.Line, float]] = []
    for line in (*log.lines, None):
        match = _BARE.search(line.text[:80]) if line else None
        if line and match:
            seen.append((line, _seconds(match)))
        elif line is None or line.text.strip():
            times = [time for _, time in seen]
            if _falls(times):
                return _match(seen[0][0], times[0], max(times[1:]))
            seen = []
    return None


def _said(log: Log) -> Match | None:
    """Compare the time that follows the word of the first run with the one that follows the word of a later."""
    for line, first in islice(_log.every(log, _FIRST), _FEW):
        after = " ".join((line.text[first.end() :], *(other.text for other in log.lines if 0 < other.number - line.number < 4)))[:_REACH]
        times = list(_TIME.finditer(after))
        later = _LATER.search(after, times[0].end()) if times else None
        if later is None:
            continue
        slow = _seconds(times[0])
        fast = next((_seconds(time) for time in times[1:] if time.start() >= later.start() - 40), None)
        if fast is not None and slow >= max(_SAID_SECONDS, _SAID_TIMES * fast):
            return _match(line, slow, fast)
    return None


def _falls(times: list[float]) -> bool:
    return len(times) > 2 and times[0] >= max(_SECONDS, _TIMES * max(times[1:]))


def _seconds(match: re.Match[str]) -> float:
    return float(match["time"]) * _UNITS.get((match["unit"] or "s").lower(), 1.0)


def _match(line: _log.Line, slow: float, fast: float) -> Match:
    return Match(line, slow=f"{slow:g} s", fast=f"{fast:g} s")
