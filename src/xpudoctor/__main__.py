"""The program: runs the command line, and turns whatever ends it into an exit status."""

from __future__ import annotations

import sys

# `python -m` puts the working folder first on the path; no code of the folder one stands in may run.
if __name__ == "__main__" and not sys.argv[0].endswith(".pyz") and __spec__ is not None and __spec__.name == "xpudoctor.__main__":
    sys.path[:1] = []

import os
from pathlib import Path
from typing import NoReturn

FOUND, USAGE, FAILED = 1, 2, 3


def main() -> NoReturn:
    """Run the command line and exit: 0 fine, 1 findings, 2 wrong usage or unreadable input, 3 the doctor itself failed."""
    _open_streams()
    try:
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        status = 0  # Whoever read has read enough.
        _mute()
    except OSError as error:
        status = _failed(error)
        _mute()
    sys.exit(status)


def _mute() -> None:
    """Keep Python from complaining once more when it closes a standard output that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


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


def _open_streams() -> None:
    """Give every standard stream a file, so that no pipe of a child takes its number, and let no encoding end the run."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (for the whole run)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
