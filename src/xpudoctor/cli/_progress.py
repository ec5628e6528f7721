"""What a person at a terminal sees while the probes run: what is still being looked at, and what is slow."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_SLOW = 10


def progress() -> Callable[[set[str]], None] | None:
    """Return a function that shows which sections are missing, and takes the line away when none is; None without a terminal."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    status = Console(stderr=True).status("looking at the machine")
    began = time.monotonic()

    def show(missing: set[str]) -> None:
        if not missing:
            status.stop()
            return
        seconds = time.monotonic() - began
        slow = f" (slow: {seconds:.0f} s; --timeout sets the limit)" if seconds > _SLOW else ""
        status.update(f"looking at {', '.join(sorted(missing))}{slow}")
        status.start()

    return show
