"""How bytes become lines: decoded, without what terminals and Markdown put around the words, in bounded memory."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import accumulate
from typing import BinaryIO

from xpudoctor.facts import embedding
from xpudoctor.facts.log import Line, Log
from xpudoctor.readers import _bytes, _wrapping
from xpudoctor.readers._telling import telling

_CHUNK = 1 << 20
# Lists of installed packages and our own JSON stand in one line and lose their point when they are cut.
_WHOLE = ("Successfully installed ", "Would install ", "{", '"')

WHOLE_TEXT = 4_000
LONGEST_LINE = 2_000
_LONGEST_WHOLE = 1 << 19
_WHOLE_BUDGET = 4 << 20
# More lines than any report has.
_LONGEST_REPORT = 3_000
# Of a longer one.
_HEAD, _BETWEEN, _TAIL = 400, 700, 700
_NO_DIGITS = str.maketrans("", "", "0123456789")
_OFTEN, _MOST_SHAPES = 3, 50_000
# More than this takes seconds to judge, in however few lines it stands.
MOST_CHARACTERS = 2 << 20


def lines(data: bytes, name: str = "") -> Log:
    """Return the lines of a text that may tell something; raise SnapshotError where it is no text."""
    return read_stream(BytesIO(data), name)


def read_stream(stream: BinaryIO, name: str = "") -> Log:
    """Return the lines of a stream of any length that may tell something; raise SnapshotError where it is no text."""
    first = stream.read(_CHUNK)
    encoding = _bytes.encoding(first, name)
    kept = _Kept()
    for block in _blocks(_bytes.chunks(stream, first, encoding)):
        kept.add(_wrapping.unwrapped_block(_bytes.text(block)))
    return Log(tuple(kept.lines()), kept.total, name)


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces that end where a line ends, a line without an end being cut."""
    rest = b""
    seen = False
    for chunk in chunks:
        block, newline, end = chunk.rpartition(b"\n")
        if newline:
            yield rest + block
            rest, seen = end, bool(end)
            continue
        rest, seen = rest + end, True
        if len(rest) > _CHUNK:
            # Of what writes over itself (a progress bar), the last state counts.
            rest = rest[rest.rfind(b"\r") + 1 :][:_LONGEST_WHOLE]
    if seen:
        yield rest


class _Kept:
    """The lines so far: all of them while they are few, then the first, the last and those between that may tell something."""

    def __init__(self) -> None:
        self.total = 0
        self._first: list[Line] = []
        self._telling: deque[Line] = deque(maxlen=_BETWEEN)
        self._last: deque[Line] = deque(maxlen=_TAIL)
        self._budget = _WHOLE_BUDGET
        self._report: list[Line] = []
        self._in_report = False
        self._said: Counter[int] = Counter()

    def add(self, block: str) -> None:
        """Take the lines of a block."""
        texts = block.split("\n")
        if self._in_report or embedding.BEGIN in block:
            self._keep_report(texts)
        room = max(0, WHOLE_TEXT - len(self._first))
        self._first += [self._line(number, text) for number, text in enumerate(texts[:room], self.total + 1)]
        if self.total + len(texts) > WHOLE_TEXT:
            if self.total <= WHOLE_TEXT:
                head = telling("\n".join(line.text for line in self._first[_HEAD:]))
                self._telling.extend(line for line in (self._first[_HEAD + index] for index in sorted(head)) if self._is_news(line.text))
            between = [index for index in sorted(telling(block)) if index >= room and self._is_news(texts[index])][-_BETWEEN:]
            self._telling.extend(self._line(self.total + index + 1, texts[index]) for index in between)
            last = range(max(room, len(texts) - _TAIL), len(texts))
            self._last.extend(self._line(self.total + index + 1, texts[index]) for index in last)
        self.total += len(texts)

    def _is_news(self, text: str) -> bool:
        """Say whether a line was said less than three times, whatever its numbers were: a loop tells the same a thousand times."""
        shape = hash(text.translate(_NO_DIGITS))
        if len(self._said) > _MOST_SHAPES:
            self._said.clear()
        self._said[shape] += 1
        return self._said[shape] <= _OFTEN

    def _keep_report(self, texts: list[str]) -> None:
        """Keep what a report of ours carries: with a line missing, it would be none."""
        for number, text in enumerate(texts, self.total + 1):
            self._in_report = self._in_report or embedding.BEGIN in text
            if self._in_report and len(self._report) < _LONGEST_REPORT:
                self._report.append(self._line(number, text))
            self._in_report = self._in_report and embedding.END not in text

    def _line(self, number: int, text: str) -> Line:
        if len(text) > LONGEST_LINE:
            text = self._cut(text)
        return Line(number, _wrapping.unwrapped(text))

    def _cut(self, text: str) -> str:
        if len(text) <= self._budget and text.lstrip(" >").startswith(_WHOLE):
            self._budget -= len(text)
            return text[:_LONGEST_WHOLE]
        return text[:LONGEST_LINE]

    def lines(self) -> list[Line]:
        """Return what was kept, in order."""
        if self.total <= WHOLE_TEXT:
            return _ordered([*_within_bounds(self._first), *self._report])
        kept = (*self._first[:_HEAD], *self._telling, *self._last, *self._first[max(_HEAD, self.total - _TAIL) :])
        return _ordered([*_within_bounds(_ordered(kept)), *self._report])


def _ordered(lines: Iterable[Line]) -> list[Line]:
    """Return the lines in their order, each once."""
    known = {line.number: line for line in lines}
    return [known[number] for number in sorted(known)]


def _within_bounds(lines: list[Line]) -> list[Line]:
    """Return the lines as far as they can be judged; where they are too long for that, a quarter from the start, the rest from the end."""
    ends = list(accumulate(len(line.text) for line in lines))
    if not ends or ends[-1] <= MOST_CHARACTERS:
        return lines
    return lines[: bisect(ends, MOST_CHARACTERS // 4)] + lines[bisect(ends, ends[-1] - MOST_CHARACTERS * 3 // 4) + 1 :]
