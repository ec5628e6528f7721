"""The program: runs the command line, and turns whatever ends it into an exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

FOUND, USAGE, FAILED = 1, 2, 3


def main() -> NoReturn:
    """Run the command line and exit: 0 fine, 1 findings, 2 wrong usage or unreadable input, 3 the doctor itself failed."""
    _speak_freely()
    try:
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has read enough. Python would complain once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)


def _run() -> int:
    from xpudoctor.cli import app

    try:
        return int(app(standalone_mode=False) or 0)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """Say in one line what ended the run, and return the status for it."""
    from xpudoctor.facts.codec import SnapshotError

    if hasattr(error, "exit_code") and hasattr(error, "show"):  # wrong usage, in whichever click typer brings
        error.show()
        return USAGE
    if type(error).__name__ in ("Exit", "Abort"):
        return int(getattr(error, "exit_code", 130))
    if isinstance(error, SnapshotError):
        print(f"xpudoctor: {error}", file=sys.stderr)
        return USAGE
    place = _place(error)
    print(f"xpudoctor failed itself: {type(error).__name__}: {error} ({place})", file=sys.stderr)
    return FAILED


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def _speak_freely() -> None:
    """Let no text end the run because the terminal's or the pipe's encoding lacks a character of it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
