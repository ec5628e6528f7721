"""What a person at a terminal sees while the probes run: what is still being looked at, and what is slow."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status

_SLOW = 10


class Line:
    """The line at the terminal. Once nothing is missing it is gone for good, whatever a thread that was given up still tells."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = Lock()
        self._status: Status | None = None
        self._over = False

    def show(self, missing: set[str]) -> None:
        """Show which sections are missing."""
        with self._lock:
            if missing and not self._over:
                self._update(", ".join(sorted(missing)))
            elif self._status:
                self._status.stop()
            self._over = self._over or not missing

    def _update(self, missing: str) -> None:
        seconds = time.monotonic() - self._began
        slow = f" (slow: {seconds:.0f} s; --timeout sets the limit)" if seconds > _SLOW else ""
        if self._status is None:
            from rich.console import Console  # Only here, where it costs the start of the children nothing.

            self._status = Console(stderr=True).status("")
        self._status.update(f"looking at {missing}{slow}")
        self._status.start()


@contextmanager
def progress() -> Iterator[Callable[[set[str]], None] | None]:
    """Give a function that shows which sections are missing (None without a terminal); however the body ends, the line is gone then."""
    line = Line() if sys.stderr.isatty() else None
    try:
        yield line.show if line else None
    finally:
        if line:
            line.show(set())
