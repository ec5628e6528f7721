"""`xpudoctor triage` as a maintainer calls it, and `check --log`."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.test_cli import BROKEN, xpudoctor
from xpudoctor.cli.triage import answer
from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.codec import SnapshotError

PASTE = """\
OS: Ubuntu 24.04
GPU: Arc A770
```
$ pip list
Package     Version
----------- ----------
torch       2.6.0+cpu
```
>>> torch.xpu.is_available()
False
"""


@pytest.fixture
def paste(tmp_path: Path) -> Path:
    file = tmp_path / "issue.md"
    file.write_text(PASTE, encoding="utf-8")
    return file


def test_the_answer_is_one_object_with_findings_and_line_numbers(paste: Path) -> None:
    ended = xpudoctor("triage", str(paste), "--format", "json")
    answer = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert {"schema", "findings", "ask", "snapshot"} <= set(answer)
    assert answer["findings"][0]["cause"] == "torch-not-xpu-build"
    assert any("line" in fact["source"] for fact in answer["findings"][0]["evidence"])


def test_several_texts_are_one_answer_each(paste: Path) -> None:
    lines = xpudoctor("triage", str(paste), str(paste), "--format", "json").stdout.splitlines()
    assert [json.loads(line)["schema"] for line in lines] == [1, 1]


def test_standard_input_is_a_text_like_any_other() -> None:
    assert "torch-not-xpu-build" in xpudoctor("triage", "-", stdin=PASTE).stdout


def test_a_text_in_good_order_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "fine.txt").write_text("everything works\n")
    ended = xpudoctor("triage", "fine.txt", cwd=tmp_path)
    assert ended.returncode == 0
    assert "Nothing wrong found" in ended.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"PK\x03\x04" + bytes(100), "zip", id="a zip by mistake"),
        pytest.param(b"\x7fELF" + bytes(100), "only text can be read", id="a program"),
        pytest.param(None, "cannot be read", id="no such file"),
        pytest.param(b"", "there is nothing in it", id="nothing"),
        pytest.param(b"```\n\n```\n", "there is nothing in it", id="an empty fence"),
        pytest.param(b"x\n" + bytes(4_000), "not a text", id="zeros"),
        pytest.param(random.Random(1).randbytes(300_000), "not a text", id="random bytes"),
    ],
)
def test_what_is_no_text_is_one_clear_line(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    ended = xpudoctor("triage", str(file))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert says in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_log_is_held_against_a_machine(tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text(json.dumps(BROKEN))
    (tmp_path / "run.log").write_text("RuntimeError: Native API failed. Native API returns: 20 (UR_RESULT_ERROR_DEVICE_LOST)\n")
    plain = json.loads(xpudoctor("check", "--snapshot", "machine.json", "--format", "json", cwd=tmp_path).stdout)
    held = json.loads(xpudoctor("check", "--snapshot", "machine.json", "--log", "run.log", "--format", "json", cwd=tmp_path).stdout)
    assert len(held["findings"]) > len(plain["findings"])


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    ended = xpudoctor("triage", str(tmp_path))
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)


def test_a_standard_input_that_is_closed_is_one_clear_line() -> None:
    command = f'"{sys.executable}" -m xpudoctor triage - <&-'
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "standard input: cannot be read" in ended.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a named pipe is of Unix")
def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([sys.executable, "-m", "xpudoctor", "triage", pipe], stdout=subprocess.PIPE, text=True) as running:
        pipe.write_text("torch 2.9.0+xpu\n")
        told, _ = running.communicate(timeout=60)
    assert "torch 2.9.0+xpu" in told


def test_nothing_in_a_paste_steers_the_terminal() -> None:
    paste = "\x1b]0;title\x07[red]x[/red] \x1b[31mRuntimeError: UR_RESULT_ERROR_DEVICE_LOST\x1b[0m \x9b31m\n"
    told = xpudoctor("triage", "-", "--verbose", stdin=paste).stdout
    assert "[red]x[/red]" in told
    assert not {"\x1b", "\x07", "\x9b"} & set(told)


_PARTS = (
    'error |UR_RESULT_ERROR_DEVICE_LOST|torch|2.6.0+xpu|+cpu|==|Package Version|------- -------|Arc A770|GPU: |{"schema": 1|}|'
    "xpudoctor 0.1.0 |## xpudoctor|### error: `torch-not-xpu-build`|Links: |-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----|"
    "token=|C:\\Users\\me\\|/home/me/|Tried to allocate 9.99 GiB|model: |draft_model: |70B|libsycl.so.8: cannot open shared object|"
    "import |\r|\x1b[|```|> |$ |\t|\0"
).split("|")
_LINES = st.lists(st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=6)), max_size=6).map("".join), max_size=10)
_BYTES = st.one_of(_LINES.map("\n".join).map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=400))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_BYTES)
def test_any_bytes_are_answered_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paste"
        file.write_bytes(data)
        try:
            report = answer(file)
        except SnapshotError:
            return
    assert [result.note for result in report.results if result.status is Status.CRASHED] == []
