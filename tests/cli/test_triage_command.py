"""`xpudoctor triage` as a maintainer calls it, and `check --log`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import BROKEN, xpudoctor

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
