"""A child is given its time, its output is bounded, and nothing of it is left."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from xpudoctor.probes._ends import told
from xpudoctor.probes._output import MARK, Output
from xpudoctor.probes._run import Ended, run

SEGFAULT = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"


def python(script: str, timeout: float = 20, **more: str | None) -> Ended:
    return run([sys.executable, "-c", script], timeout=timeout, env=more)


def gone(pid: int) -> bool:
    """Say whether a process has ended (nobody may have collected it yet)."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("command", "ending"),
    [
        pytest.param(["true"], "", id="a good end"),
        pytest.param(["sh", "-c", "exit 7"], "ended with exit status 7", id="an exit status"),
        pytest.param([sys.executable, "-c", SEGFAULT], "died of SIGSEGV", id="a segmentation fault"),
        pytest.param(["sh", "-c", "kill -9 $$"], "died of SIGKILL", id="killed, as for lack of memory"),
        pytest.param(["sh", "-c", "kill -40 $$"], "died of signal 40", id="a signal without a name"),
        pytest.param(["sleep", "60"], "did not end within the time limit", id="a hang"),
        pytest.param(["sh", "-c", "trap '' TERM INT; sleep 60"], "did not end within the time limit", id="a hang that ignores signals"),
        pytest.param(["no-such-tool"], "no-such-tool: No such file or directory", id="a tool that is not there"),
        pytest.param(["/etc/passwd"], "/etc/passwd: Permission denied", id="a file that is no program"),
        pytest.param(["a\0b"], "a\0b: embedded null byte", id="a name that cannot be"),
    ],
)
def test_ending(command: list[str], ending: str) -> None:
    start = time.monotonic()
    assert run(command, timeout=0.5 if "limit" in ending else 20).ending == ending
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("status", "end"),
    [
        pytest.param(3221225477, (None, "access violation 0xC0000005"), id="as Windows counts it"),
        pytest.param(0xC0000409, (None, "fatal stack error 0xC0000409"), id="abort() on Windows"),
        pytest.param(0xC0001234, (None, "exception 0xC0001234"), id="an exception without a name"),
        pytest.param(255, (255, ""), id="a plain status"),
        pytest.param(None, (None, "a signal that it has not obeyed yet"), id="stuck in the kernel"),
    ],
)
def test_told(status: int | None, end: tuple[int | None, str]) -> None:
    assert told(status) == end


def test_standard_input_is_empty() -> None:
    assert run(["cat"], timeout=5).ending == ""


def test_environment_is_laid_over_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZE_AFFINITY_MASK", "7")
    monkeypatch.setenv("KEPT", "yes")
    script = "import os; print(*map(os.environ.get, ('ZE_AFFINITY_MASK', 'KEPT', 'MORE')))"
    assert python(script, ZE_AFFINITY_MASK=None, MORE="1").stdout == "None yes 1\n"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("sleep 300 & echo $!", id="left in the background"),
        pytest.param("sleep 300 & echo $!; sleep 60", id="of a child that hangs"),
        pytest.param("setsid sleep 300 & sleep .2; echo $!", id="in a session of its own, holding the pipe"),
        pytest.param("setsid sleep 300 >/dev/null 2>&1 & echo $!; sleep 60", id="in a session of its own, at the limit"),
        pytest.param("(trap '' TERM HUP; sleep 300) & echo $!; kill -SEGV $$", id="of a child that crashed"),
    ],
)
def test_grandchildren_are_ended(script: str) -> None:
    start = time.monotonic()
    ended = run(["sh", "-c", script], timeout=1)
    assert time.monotonic() - start < 4
    assert gone(int(ended.stdout))


@pytest.mark.parametrize(
    "child",
    [
        pytest.param("echo $$ > pid; exec sleep 300", id="a child"),
        pytest.param("setsid sleep 300 & echo $! > pid; wait", id="a grandchild in a session of its own"),
    ],
)
def test_nothing_outlives_the_program(tmp_path: Path, child: str) -> None:
    script = f"""
import threading, time
from xpudoctor.probes._run import run
command = ["sh", "-c", "cd {tmp_path}; {child}"]
threading.Thread(target=run, args=(command,), kwargs={{"timeout": 200}}, daemon=True).start()
time.sleep(0.5)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=20)
    assert gone(int((tmp_path / "pid").read_text()))


def test_no_child_is_started_once_the_program_ends() -> None:
    script = """
from xpudoctor.probes import _run
_run._CLOSING.set()
print(_run.run(["true"], timeout=1).ending)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=True, timeout=20, capture_output=True, text=True)
    assert ended.stdout == "interrupted\n"


def test_a_child_stands_in_the_root_folder() -> None:
    assert run(["pwd"], timeout=5).stdout == "/\n"


NOISE = f"import os; [os.write(1, b'x' * {1 << 20}) for _ in range(100)]; os.write(1, {MARK!r} + b'{{\"stage\": \"done\"}}\\n')"


def test_a_mark_after_100_megabytes_on_one_line() -> None:
    ended = python(NOISE)
    assert ended.marks == ({"stage": "done"},)
    assert len(ended.stdout) < 200_000
    assert "104726528 bytes left out" in ended.stdout


@pytest.mark.parametrize("size", [pytest.param(1, id="byte by byte"), *(pytest.param(n, id=f"{n} at once") for n in (2, 7, 50, 999))])
def test_marks_however_the_output_is_cut(size: int) -> None:
    data = b"noise " + MARK + b'{"a": 1}\nmore \x1e ' + MARK + b'{"b": "\xc3\xa9"}\r\n' + MARK + b"no JSON\nend \x1e@xpu"
    output = Output()
    for at in range(0, len(data), size):
        output.feed(data[at : at + size])
    output.finish()
    assert output.marks == [{"a": 1}, {"b": "é"}]
    assert output.text() == "noise more \x1e \x1e@xpudoctor no JSON\nend \x1e@xpu"


def test_a_mark_without_an_end_is_no_leak() -> None:
    output = Output()
    output.feed(MARK)
    for _ in range(100):
        output.feed(b"x" * (1 << 20))
    assert not output.marks
    assert len(output.text()) < 200_000


def test_output_that_is_no_utf_8() -> None:
    assert python("import os; os.write(1, b'caf\\xe9\\r\\n')").stdout == "caf\N{REPLACEMENT CHARACTER}\n"


def test_marks_on_both_streams() -> None:
    assert python(f"import os; os.write(2, {MARK!r} + b'{{}}\\n')").marks == ({},)
