"""What a script relies on: the exit status of each end, and that nothing is written but what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probes.patients import Patient

from .doctor import visit


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(("--fail-on", "error"), 1, id="an error is found"),
        pytest.param(("--fail-on", "never"), 0, id="an error is found, and is not to count"),
        pytest.param(("--ignore", "protobuf"), 0, id="the error is ignored"),
        pytest.param(("--ignore", "protobuf", "--fail-on", "info"), 1, id="a hint is found and counts"),
        pytest.param(("--select", "transformers"), 0, id="nothing is found"),
        pytest.param(("--select", "nothing-of-that-name"), 2, id="no rule begins so"),
        pytest.param(("--fail-on", "everything"), 2, id="a severity that is none"),
        pytest.param(("--format", "xml"), 2, id="a format that is none"),
        pytest.param(("--timeout", "0"), 2, id="no time at all"),
        pytest.param(("--no-such-option",), 2, id="an option that is none"),
        pytest.param(("-o", "/nowhere/at/all/report"), 2, id="a file that cannot be written"),
    ],
)
def test_exit_status(stand_in: Patient, arguments: tuple[str, ...], status: int) -> None:
    seen = visit("check", "--python", stand_in.python, *arguments)
    assert seen.status == status, seen.stderr
    assert "Traceback" not in seen.stderr
    assert bool(seen.stderr) is (status == 2)


def test_a_folder_of_checks_that_is_not_there(stand_in: Patient) -> None:
    seen = visit("check", "--python", stand_in.python, "--checks", "/nowhere/at/all")
    assert "/nowhere/at/all: no such folder" in seen.stdout
    assert (seen.stderr, seen.status) == ("", 1)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 2, id="empty"),
        pytest.param(b"not JSON", 2, id="no JSON"),
        pytest.param(b"\xff\xfe\x00", 2, id="no text"),
        pytest.param(b"[1, 2]", 2, id="no mapping"),
        pytest.param(b'{"schema": 99}', 2, id="of a later schema"),
        pytest.param(b'{"schema": 1, "torch": 5}', 2, id="with a section of another kind"),
        pytest.param(b"[" * 100_000, 2, id="too deep"),
        pytest.param(b'{"schema": 1}', 0, id="of a machine at which nobody looked"),
        pytest.param(None, 2, id="not there"),
    ],
)
def test_a_snapshot_that_is(tmp_path: Path, content: bytes | None, status: int) -> None:
    file = tmp_path / "snapshot.json"
    if content is not None:
        file.write_bytes(content)
    seen = visit("check", "--snapshot", file)
    assert seen.status == status, seen.stderr
    assert "Traceback" not in seen.stderr
    assert bool(seen.stderr) is (status == 2)
    assert status == 0 or "snapshot.json" in seen.stderr


@pytest.mark.parametrize(
    "python",
    [
        pytest.param("#!/bin/false\n", id="ends at once"),
        pytest.param("#!/bin/sh\nkill -SEGV $$\n", id="dies"),
        pytest.param("\x7fELF", id="is no program"),
        pytest.param("#!/bin/sh\necho Python 2.7\n", id="says something else"),
    ],
)
def test_what_is_named_and_is_no_interpreter_is_wrong_usage(tmp_path: Path, python: str) -> None:
    file = tmp_path / "python"
    file.write_text(python)
    file.chmod(0o755)
    seen = visit("check", "--python", file, "--timeout", "2")
    assert seen.status == 2
    assert str(file) in seen.stderr
    assert len(seen.stderr.splitlines()) == 1
    assert seen.seconds < 12


def test_an_interpreter_that_hangs_is_given_up_and_the_rest_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "python"
    file.write_text("#!/bin/sh\nexec sleep 300\n")
    file.chmod(0o755)
    seen = visit("check", "--python", file, "--timeout", "2", "--format", "json")
    assert seen.seen("gaps", "packages")
    assert seen.seen("gaps", "torch")
    assert seen.seen("system", "os") == "linux"
    assert (seen.crashed, seen.stderr) == ([], "")
    assert seen.seconds < 12


def test_nothing_is_written(stand_in: Patient, tmp_path: Path) -> None:
    stand_in.torch("import json.tool, xml.dom")
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    before = _tree(tmp_path)
    env = {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": None, "XDG_CONFIG_HOME": None}
    assert visit("check", "--python", stand_in.python, env=env, cwd=here).status == 1
    assert visit("snapshot", "--python", stand_in.python, "-o", "one.json", env=env, cwd=here).status == 0
    assert _tree(tmp_path) - before == {"here/one.json"}


def _tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
