"""Whatever is broken around the doctor, its folder, its streams, its variables: it ends with a report, and by the rules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.probes.patients import Patient

from .doctor import Visit, check, visit

_SCRIPT = (str(Path(sys.executable).parent / "xpudoctor"),)
_MODULE = (sys.executable, "-m", "xpudoctor")
_LONGEST = 12


def judged(seen: Visit) -> None:
    """It ended in time and in good order, and judged what it could see."""
    assert "protobuf-too-new-for-sentencepiece" in seen.rules
    assert (seen.crashed, seen.stderr, seen.status) == ([], "", 1)
    assert seen.seconds < _LONGEST


def test_search_paths_that_name_the_working_folder(stand_in: Patient, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for name in ("typer", "json", "packaging", "signal"):
        (here / f"{name}.py").write_text("raise OSError('of the working folder')\n")
    (here / "sycl-ls").write_text("#!/bin/sh\necho of the working folder\n")
    (here / "sycl-ls").chmod(0o755)
    env = {"PYTHONPATH": ":/nowhere", "PATH": f":{os.environ['PATH']}"}
    seen = visit("check", "--python", stand_in.python, "--format", "json", cwd=here, program=_SCRIPT, env=env)
    judged(seen)
    assert "of the working folder" not in (seen.seen("runtime", "sycl_ls") or [])


@pytest.mark.parametrize(
    ("program", "names"),
    [
        pytest.param(_MODULE, ("torch", "intel_extension_for_pytorch", "numpy"), id="python -m, beside a folder named torch"),
        pytest.param(
            _SCRIPT, ("torch", "typer", "rich", "json", "ctypes", "xpudoctor_checks"), id="the command, beside folders of any name"
        ),
        pytest.param(_MODULE, ("typer", "rich", "packaging", "psutil"), id="python -m, beside folders named as what it uses"),
    ],
)
def test_no_code_of_the_working_folder_runs(stand_in: Patient, tmp_path: Path, program: tuple[str, ...], names: tuple[str, ...]) -> None:
    here, ran = tmp_path / "here", tmp_path / "ran"
    for name in names:
        (here / name).mkdir(parents=True)
        (here / name / "__init__.py").write_text(f"open({str(ran)!r}, 'a').write({name!r} + ' ')\nraise OSError('of the working folder')\n")
    seen = visit("check", "--python", stand_in.python, "--format", "json", cwd=here, program=program)
    assert (ran.read_text() if ran.exists() else "") == ""
    judged(seen)


@pytest.mark.parametrize(
    ("env", "encoding"),
    [
        pytest.param({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "ascii", id="LC_ALL=C"),
        pytest.param({"LC_ALL": "POSIX"}, "utf-8", id="LC_ALL=POSIX"),
        pytest.param({"PYTHONIOENCODING": "ascii"}, "ascii", id="a stream in ASCII"),
        pytest.param({"PYTHONIOENCODING": "iso-8859-1"}, "iso-8859-1", id="a stream in Latin 1"),
        pytest.param({"PYTHONIOENCODING": "cp1252"}, "cp1252", id="a stream in Windows' code page"),
        pytest.param({"LC_ALL": "no_SUCH.locale"}, "utf-8", id="a locale that is not there"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_another_encoding(stand_in: Patient, env: Mapping[str, str], encoding: str, form: str) -> None:
    stand_in.torch("raise OSError('ünïcödé → 漢字')")
    seen = visit("check", "--python", stand_in.python, "--format", form, "-v", env=env, encoding=encoding)
    assert (seen.stderr, seen.status) == ("", 1)
    assert "protobuf-too-new-for-sentencepiece" in seen.stdout


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_reader_who_leaves(stand_in: Patient, form: str) -> None:
    command = [*_MODULE, "check", "--python", stand_in.python, "--format", form]
    with subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as doctor:
        assert doctor.stdout
        doctor.stdout.close()
        assert doctor.stderr
        assert doctor.stderr.read() == b""
        assert doctor.wait(_LONGEST) == 0


def test_a_list_that_nobody_reads() -> None:
    with subprocess.Popen([*_MODULE, "list"], cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as doctor:
        assert doctor.stdout
        assert doctor.stderr
        doctor.stdout.close()
        assert (doctor.stderr.read(), doctor.wait(_LONGEST)) == (b"", 0)


def test_a_reader_of_one_line(stand_in: Patient) -> None:
    seen = visit(before=("sh", "-c", '"$@" check --python "$PATIENT" -v | head -1', "sh"), env={"PATIENT": stand_in.python})
    assert seen.stdout.startswith("xpudoctor ")
    assert (seen.stderr, seen.status) == ("", 0)


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param("<&-", id="no standard input"),
        pytest.param("2>&-", id="no standard error"),
        pytest.param("<&- 2>&-", id="neither"),
        pytest.param("</dev/full", id="an input that cannot be read"),
    ],
)
def test_closed_streams(stand_in: Patient, streams: str) -> None:
    judged(check(stand_in.python, before=("sh", "-c", f'exec "$@" {streams}', "sh")))


@pytest.mark.parametrize("streams", [pytest.param(">&-", id="no standard output"), pytest.param(">/dev/full", id="a full disk")])
def test_a_report_that_cannot_be_written(stand_in: Patient, tmp_path: Path, streams: str) -> None:
    before = ("sh", "-c", f'exec "$@" {streams}', "sh")
    told = visit("check", "--python", stand_in.python, before=before)
    assert told.status in ((3,) if "full" in streams else (1, 3))
    assert "Traceback" not in told.stderr
    assert len(told.stderr.splitlines()) == (1 if told.status == 3 else 0)
    saved = visit("check", "--python", stand_in.python, "--format", "json", "-o", tmp_path / "report.json", before=before)
    assert (saved.status, saved.stderr) == (1, "")
    assert (tmp_path / "report.json").read_text().startswith("{")


@pytest.mark.parametrize(
    "env",
    [
        pytest.param({"HOME": None}, id="no HOME"),
        pytest.param({"HOME": "/nowhere/at/all"}, id="a HOME that is not there"),
        pytest.param({"HOME": "/dev/null"}, id="a HOME that is no folder"),
        pytest.param({"HOME": None, "PATH": None, "USER": None, "LOGNAME": None, "LANG": None}, id="next to no variables"),
        pytest.param({"TMPDIR": "/nowhere/at/all"}, id="no temporary folder"),
        pytest.param({"HF_HOME": "\udcff\udcfe", "LD_LIBRARY_PATH": "\udcff:/nowhere"}, id="variables that are no text"),
        pytest.param({"COLUMNS": "0"}, id="a terminal without columns"),
    ],
)
def test_other_variables(stand_in: Patient, env: Mapping[str, str | None]) -> None:
    judged(check(stand_in.python, env=env))
    assert visit("check", "--python", stand_in.python, env=env).status == 1


def test_a_working_folder_that_is_gone(stand_in: Patient, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    before = ("sh", "-c", f'cd "{tmp_path}/gone" && rmdir "$PWD" && exec "$@"', "sh")
    judged(visit("check", "--python", stand_in.python, "--format", "json", before=before, program=_SCRIPT))
