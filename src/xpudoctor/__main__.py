"""The program: runs the command line, and turns whatever ends it into an exit status."""

# ruff: noqa: E402 (the module path has to be cleaned before the first import)
from __future__ import annotations

import os
import sys


def _is_here(folder: str) -> bool:
    try:
        return os.path.samefile(folder or ".", ".")  # noqa: PTH121 (pathlib is still to be found on the path that is cleaned here)
    except OSError:
        return folder in ("", ".")


def _outside(path: list[str]) -> list[str]:
    """Return the module path without the folder one stands in: `python -m` and an empty entry of PYTHONPATH put it before Python's own."""
    library = os.path.dirname(os.__file__)  # noqa: PTH120
    own = path.index(library) if library in path else len(path)
    return [folder for folder in path[:own] if not _is_here(folder)] + path[own:]


if sys.version_info < (3, 10):  # noqa: UP036 (pip refuses an older Python, but the one-file build runs without pip)
    sys.stderr.write(f"xpudoctor needs Python 3.10 or later; this is {sys.version.split()[0]} (--python looks at an older one)\n")
    sys.exit(2)
# No code of the working folder may run.
sys.path[:] = _outside(sys.path)

import atexit
import gc
import signal
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

USAGE, FAILED = 2, 3


def main() -> NoReturn:
    """Run the command line and exit: 0 fine, 1 findings, 2 wrong usage or unreadable input, 3 the doctor itself failed."""
    # It would look through all that is imported, again and again; what little runs in circles ends with the program.
    gc.disable()
    _open_streams()
    _heed()
    try:
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        status = 0  # Whoever read has read enough.
    except OSError as error:
        status = _failed(error)
    _leave(status)


def _leave(status: int) -> NoReturn:
    """End the children and the program, at once: to take every module apart would cost a tenth of a check."""
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


def _heed() -> None:
    """Let the signals that ask a program to end do so in good order: Python by itself would die of them and leave its children."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:  # Under nohup it is ignored, and stays so.
            signal.signal(number, _end)


def _end(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # A second one would cut short what ends the children.
    raise SystemExit(128 + number)


def _run() -> int:
    from xpudoctor.cli import app

    try:
        return int(app(standalone_mode=False) or 0)
    except OSError:  # Standard output takes nothing, most likely.
        raise
    except SystemExit as error:  # typer makes one of a closed pipe.
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        raise
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        # A class that is being made wraps even a Ctrl-C.
        return 130 if isinstance(error.__cause__, KeyboardInterrupt) else _failed(error)


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
