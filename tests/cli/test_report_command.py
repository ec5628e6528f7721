"""`xpudoctor report` as its user meets it: the clipboard, wrong input, a live machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from xpudoctor.cli import app
from xpudoctor.facts import embedding

RUNNER = CliRunner()


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop whose one clipboard command writes what it is given to a file; returns that file."""
    tool = tmp_path / "bin" / "xclip"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\n[ "$1 $2" = "-selection clipboard" ] && cat > {tmp_path}/clipboard\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "clipboard"


def test_it_goes_to_the_clipboard(desktop: Path) -> None:
    told = RUNNER.invoke(app, ["report", "--static", "--copy"])
    assert told.exit_code == 0
    assert told.stdout == ""
    text = desktop.read_text(encoding="utf-8")
    assert text.startswith(embedding.BEGIN)
    assert f"{len(text)} characters" in told.stderr


def test_a_clipboard_that_fails_is_said(desktop: Path) -> None:
    (desktop.parent / "bin" / "xclip").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    told = RUNNER.invoke(app, ["report", "--static", "--copy"])
    assert told.exit_code == 2
    assert "exit status 3" in told.stderr


def test_without_a_clipboard_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    told = RUNNER.invoke(app, ["report", "--copy"])
    assert told.exit_code == 2
    assert "no clipboard here" in told.stderr


def test_the_live_machine_tells_nobody_who_the_user_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", "/home/jdoe-planted/hub")
    monkeypatch.setenv("ZE_AFFINITY_MASK", "sk-" + "a1b2" * 8)
    log = tmp_path / "run.log"
    log.write_text("jdoe-planted@tower-planted:~$ python run.py\nRuntimeError: Native API failed\n", encoding="utf-8")
    told = RUNNER.invoke(app, ["report", "--static", "--python", sys.executable, "--log", str(log)])
    assert told.exit_code == 0
    assert "planted" not in told.stdout
    assert "a1b2a1b2" not in told.stdout
    assert "Native API failed" in told.stdout
