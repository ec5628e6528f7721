"""What a person at a terminal sees: colour, the width of the window, and a line while the probes run."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

SLOW = "import time; time.sleep(30)"


def seen(arguments: list[str], columns: int = 80, seconds: float = 60, **variables: str) -> str:
    """Run the program at a terminal of its own and return all that it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    env = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "xpudoctor", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**env, "TERM": "xterm", **variables},
    )
    os.close(theirs)
    parts: list[bytes] = []
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.1)[0]:
                parts.append(os.read(ours, 65536))
    except OSError:
        pass  # The other end is closed: it has ended.
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return b"".join(parts).decode("utf-8", "replace")


@pytest.fixture
def fake_python(tmp_path: Path) -> Path:
    """An interpreter that takes its time."""
    file = tmp_path / "python"
    file.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{SLOW}'\n")
    file.chmod(0o755)
    return file


def test_a_terminal_gets_colour_and_no_line_is_wider() -> None:
    text = seen(["check", "--static"], columns=60)
    assert "\x1b[" in text
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    assert all(len(line) <= 60 or "$" in line for line in plain.splitlines())


def test_no_color_is_obeyed() -> None:
    assert "\x1b[3" not in seen(["check", "--static", "--quiet"], NO_COLOR="1")


def test_a_slow_probe_is_named_while_it_runs(fake_python: Path) -> None:
    text = seen(["check", "--static", "--timeout", "2", "--python", str(fake_python)])
    assert "looking at" in text
    assert "packages" in text


def test_after_ten_seconds_it_says_that_it_is_slow(fake_python: Path) -> None:
    assert "(slow:" in seen(["check", "--static", "--timeout", "14", "--python", str(fake_python)], columns=120, seconds=12)
