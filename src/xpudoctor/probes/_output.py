"""What a child process writes: the beginning and the end of it, and every mark that its script set in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

MARK = b"\x1e@xpudoctor "
_END = 64 * 1024
_LONGEST_MARK = 4 * 1024 * 1024


class Readable(Protocol):
    """The raw end of a pipe."""

    def read(self, size: int, /) -> bytes | None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Output:
    """One stream of a child, however much it writes: 64 KB of its start, 64 KB of its end, and all marks."""

    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    left_out: int = 0
    marks: list[dict[str, Any]] = field(default_factory=list)
    _rest: bytes = b""

    def drain(self, pipe: Readable) -> None:
        """Read the pipe to its end."""
        try:
            while data := pipe.read(_END):
                self.feed(data)
        except (OSError, ValueError):
            pass  # The pipe was torn down: what came before stays.
        finally:
            pipe.close()
            self.finish()

    def feed(self, data: bytes) -> None:
        """Take the next piece, whatever it was cut in the middle of."""
        data, self._rest = self._rest + data, b""
        while MARK in data:
            before, _, after = data.partition(MARK)
            self._keep(before)
            line, newline, data = after.partition(b"\n")
            if not newline and len(line) <= _LONGEST_MARK:
                self._rest = MARK + line
                return
            self._mark(line, newline)
        held = _beginning_of_mark(data)
        self._rest = data[len(data) - held :]
        self._keep(data[: len(data) - held])

    def finish(self) -> None:
        """Take what looked like the start of a mark as it is."""
        self._keep(self._rest)
        self._rest = b""

    def text(self) -> str:
        """Return what was written, without the marks; a note stands where something was left out."""
        note = f"\n[… {self.left_out} bytes left out …]\n".encode() if self.left_out else b""
        return bytes(self.head + note + self.tail).decode("utf-8", "replace").replace("\r\n", "\n")

    def _mark(self, line: bytes, newline: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if isinstance(said, dict):
            self.marks.append(said)
        else:
            self._keep(MARK + line + newline)

    def _keep(self, data: bytes) -> None:
        room = max(0, _END - len(self.head))
        self.head += data[:room]
        self.tail += data[room:]
        if len(self.tail) > 2 * _END:
            self.left_out += len(self.tail) - _END
            del self.tail[:-_END]


def _beginning_of_mark(data: bytes) -> int:
    """Return how many of the last bytes may be the start of a mark that the next piece ends."""
    at = data.rfind(MARK[:1], max(0, len(data) - len(MARK) + 1))
    return len(data) - at if at >= 0 and MARK.startswith(data[at:]) else 0
