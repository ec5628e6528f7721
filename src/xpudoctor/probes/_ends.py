"""How a child process ended, and how whatever it left behind is ended too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from xpudoctor.probes import _files

# The variable by which everyone whom a child started is known, wherever it went.
TOKEN = "XPUDOCTOR_CHILD"
# Windows has no signals: a process that crashed ends with the number of the exception.
_EXCEPTIONS = {
    0xC0000005: "access violation",
    0xC000001D: "illegal instruction",
    0xC00000FD: "stack overflow",
    0xC0000135: "missing DLL",
    0xC0000139: "missing entry point in a DLL",
    0xC0000142: "DLL initialisation failed",
    0xC0000374: "heap corruption",
    0xC0000409: "fatal stack error",
}


def told(returncode: int | None) -> tuple[int | None, str]:
    """Return exit status and signal: exactly one of them says something."""
    if returncode is None:
        return None, "a signal that it has not obeyed yet"
    if returncode < 0:
        with suppress(ValueError):
            return None, signal.Signals(-returncode).name
        return None, f"signal {-returncode}"
    code = returncode & 0xFFFFFFFF
    return (None, f"{_EXCEPTIONS.get(code, 'exception')} 0x{code:08X}") if code >= 0xC0000000 else (returncode, "")


def end(process: subprocess.Popen[bytes], token: str = "", *, thorough: bool) -> None:
    """Kill what is left of a child: its group, and if `thorough` also whoever left the group."""
    if sys.platform == "win32":
        if thorough and process.poll() is None:
            with suppress(OSError, subprocess.TimeoutExpired):
                command = [str(_files.system_folder() / "taskkill.exe"), "/F", "/T", "/PID", str(process.pid)]
                subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)
            with suppress(OSError):
                process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if thorough and token:
        _kill_marked(f"{TOKEN}={token}\0".encode())


def _kill_marked(token: bytes) -> None:
    """Kill the processes that carry the child's token in their environment: daemons too, whom no parent leads to."""
    if sys.platform == "win32":
        return
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if token in environ.read_bytes():
                os.kill(int(environ.parent.name), signal.SIGKILL)
