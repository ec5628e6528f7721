"""The only place that starts a child process: with a limit, and with nothing of it left behind."""

from __future__ import annotations

import atexit
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from xpudoctor.facts.record import Record
from xpudoctor.probes._ends import TOKEN, end, told

# Seconds that a pipe may stay open after its process ended, and that a killed process may take to go.
_GRACE = 1.0
_COUNT = itertools.count()
_LIVE: dict[int, tuple[subprocess.Popen[bytes], str]] = {}
_CLOSING = Event()
# Held while a child is started, so that none comes to life unseen when the program ends.
_STARTING = Lock()
# The folder that every child stands in: an empty entry of a search path means this one, never the user's.
_ROOT = Path(sys.prefix).anchor


class Ended(Record):
    """How a child ended and what it said. One of `exit_status`, `signal`, `timed_out` and `error` (never started) tells the end."""

    exit_status: int | None = None
    signal: str = ""
    timed_out: bool = False
    seconds: float = 0.0
    stdout: str = ""
    stderr: str = ""
    marks: tuple[dict[str, Any], ...] = ()
    error: str = ""

    @property
    def ending(self) -> str:
        """A bad end in a few words, empty for a good one."""
        if self.timed_out:
            return "did not end within the time limit"
        if self.signal:
            return f"died of {self.signal}"
        return self.error or (f"ended with exit status {self.exit_status}" if self.exit_status else "")


def run(command: Sequence[str], *, timeout: float, env: Mapping[str, str | None] | None = None) -> Ended:
    """Run a command to its end or its limit; `env` is laid over this process's environment (None takes a variable out)."""
    return begin(command, env)(timeout)


def begin(command: Sequence[str], env: Mapping[str, str | None] | None = None) -> Callable[[float], Ended]:
    """Start a command, and return what waits for its end or its limit."""
    token = f"{os.getpid()}-{next(_COUNT)}"
    variables = {name: value for name, value in {**os.environ, **(env or {}), TOKEN: token}.items() if value is not None}
    with _STARTING:
        if _CLOSING.is_set():
            return lambda _: Ended(error="interrupted")
        start = time.monotonic()
        try:
            process = _start(command, variables)
        except (OSError, ValueError) as error:
            never = Ended(error=f"{command[0]}: {getattr(error, 'strerror', None) or error}")
            return lambda _: never
        _LIVE[process.pid] = process, token
    return partial(_ended, process, token, start)


def _ended(process: subprocess.Popen[bytes], token: str, start: float, timeout: float) -> Ended:
    try:
        return _watched(process, token, start, timeout)
    finally:
        _LIVE.pop(process.pid, None)


def _watched(process: subprocess.Popen[bytes], token: str, start: float, timeout: float) -> Ended:
    from xpudoctor.probes._output import Output  # Only here: the child runs by now.

    outputs = Output(), Output()
    pipes = [_thread(output.drain, pipe) for output, pipe in zip(outputs, (process.stdout, process.stderr), strict=True)]
    # Popen.wait with a limit looks only every 50 ms; a thread that waits without one is told at once.
    waiter = _thread(process.wait)
    waiter.join(max(0.0, start + timeout - time.monotonic()))
    seconds, timed_out = round(time.monotonic() - start, 3), waiter.is_alive()
    end(process, token, thorough=timed_out)
    _join(waiter, *pipes)
    if any(pipe.is_alive() for pipe in pipes):  # Someone who left the group still holds a pipe.
        end(process, token, thorough=True)
        _join(*pipes)
    status, name = (None, "") if timed_out else told(process.returncode)
    marks = tuple(mark for output in outputs for mark in output.marks)
    return Ended(status, name, timed_out, seconds, outputs[0].text(), outputs[1].text(), marks)


def _join(*threads: Thread) -> None:
    end_of_grace = time.monotonic() + _GRACE
    for thread in threads:
        thread.join(max(0.0, end_of_grace - time.monotonic()))


def _thread(work: Callable[..., Any], *arguments: Any) -> Thread:
    thread = Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


def _start(command: Sequence[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Unbuffered pipes have no lock that a thread still reading could hold when the interpreter shuts down.
        bufsize=0,
        env=variables,
        cwd=_ROOT,
        creationflags=flags,
        start_new_session=True,
    )


@atexit.register
def _end_all() -> None:
    """Leave no child behind when the user interrupts, or when a section was given up."""
    with suppress(ValueError):  # Not the main thread: then no signal comes here either.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _CLOSING.set()
    _STARTING.acquire(timeout=_GRACE)
    for process, token in tuple(_LIVE.values()):
        end(process, token, thorough=True)
