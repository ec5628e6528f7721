"""What a CI job relies on: several outputs of one run, the summary of the job, nothing that waits or colours without a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.test_cli import BROKEN, xpudoctor
from xpudoctor.cli.check import Format
from xpudoctor.renderers import RENDERERS


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(BROKEN))
    return file


def test_every_renderer_can_be_asked_for() -> None:
    assert [form.value for form in Format] == list(RENDERERS)


def test_several_outputs_of_one_run(broken: Path, tmp_path: Path) -> None:
    named = ("-o", "sarif=a.sarif", "-o", "junit=a.xml", "--output", "gitlab=a.json", "-o", "github=a.txt")
    ended = xpudoctor("check", "--snapshot", str(broken), *named, cwd=tmp_path)
    assert ended.returncode == 1
    assert "Start with torch-not-xpu-build" in ended.stdout
    results = json.loads((tmp_path / "a.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    names = [result["ruleId"] for result in results]
    assert names == ["torch-not-xpu-build", "protobuf-missing"]
    failed = [case.get("name") for case in ElementTree.parse(tmp_path / "a.xml").iter("testcase") if case.find("failure") is not None]
    assert failed == ["torch-not-xpu-build"]  # the other one is a warning, which --fail-on lets pass
    assert [entry["check_name"] for entry in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))] == names
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("::error title=xpudoctor%3A torch-not-xpu-build::")


def test_a_plain_output_takes_the_place_of_the_terminal(broken: Path, tmp_path: Path) -> None:
    named = ("-o", "sarif=a.sarif", "--format", "json", "-o", "a=b/report.json")
    (tmp_path / "a=b").mkdir()
    wrong = xpudoctor("check", "--snapshot", str(broken), *named, cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    ended = xpudoctor("check", "--snapshot", str(broken), *named[:-1], "./a=b/report.json", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert json.loads((tmp_path / "a=b" / "report.json").read_text(encoding="utf-8"))["schema"] == 1
    assert (tmp_path / "a.sarif").exists()


@pytest.mark.parametrize("arguments", [("--format", "github"), ("-o", "github=a.txt")], ids=["printed", "written"])
def test_the_summary_of_a_github_job_grows_by_the_report(broken: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n")
    xpudoctor("check", "--snapshot", str(broken), *arguments, cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text(encoding="utf-8").startswith("# before\n## xpudoctor\n")
    assert "### error: `torch-not-xpu-build`" in summary.read_text(encoding="utf-8")


def test_a_summary_that_cannot_be_written_is_said_after_the_report(broken: Path, tmp_path: Path) -> None:
    summary = str(tmp_path / "no" / "summary.md")
    ended = xpudoctor("check", "--snapshot", str(broken), "--format", "github", cwd=tmp_path, GITHUB_STEP_SUMMARY=summary)
    assert ended.returncode == 2
    assert ended.stdout.startswith("::error ")
    assert "GITHUB_STEP_SUMMARY" in ended.stderr


def test_without_the_github_form_the_summary_is_left_alone(broken: Path, tmp_path: Path) -> None:
    xpudoctor("check", "--snapshot", str(broken), cwd=tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert not (tmp_path / "summary.md").exists()


def test_junit_and_the_exit_status_agree(broken: Path, tmp_path: Path) -> None:
    ended = xpudoctor("check", "--snapshot", str(broken), "--fail-on", "never", "-o", "junit=a.xml", cwd=tmp_path)
    assert ended.returncode == 0
    assert ElementTree.parse(tmp_path / "a.xml").getroot()[0].get("failures") == "0"


@pytest.mark.parametrize("arguments", [("check", "--static"), ("check", "--help"), ("check", "--moon")], ids=" ".join)
@pytest.mark.parametrize("variables", [{"GITHUB_ACTIONS": "true"}, {"GITLAB_CI": "true"}], ids=str)
def test_no_colour_and_no_waiting_without_a_terminal(arguments: tuple[str, ...], variables: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xpudoctor", *arguments]
    # A standard input that stays open and says nothing: whoever asks it waits.
    reader, writer = os.pipe()
    ended = subprocess.run(command, stdin=reader, capture_output=True, cwd=tmp_path, env={**os.environ, **variables}, timeout=60)
    os.close(reader)
    os.close(writer)
    assert ended.returncode in (0, 1, 2)
    assert ended.stdout or ended.stderr
    assert b"\x1b" not in ended.stdout + ended.stderr


def test_a_report_as_text_imports_no_other_form(broken: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from xpudoctor.cli import app; app(['check', '--snapshot', sys.argv[1]], standalone_mode=False); print(*sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(broken)], capture_output=True, text=True, encoding="utf-8", cwd=tmp_path)
    imported = set(ended.stdout.splitlines()[-1].split())
    assert "xpudoctor.renderers.terminal" in imported
    others = {f"xpudoctor.renderers.{module}" for module in RENDERERS.values() if module != "terminal"}
    assert not imported & {*others, "xpudoctor.renderers.spots", "hashlib", "xml.etree.ElementTree"}


def test_what_the_job_requires_fails_it_whatever_is_selected(broken: Path) -> None:
    arguments = ("check", "--snapshot", str(broken), "--select", "protobuf", "--require")
    met = xpudoctor(*arguments, "torch~=2.13", "--require", "python>=3.10")
    assert met.returncode == 0
    assert "requirement" not in met.stdout
    missing = xpudoctor(*arguments, "torch~=2.13", "--require", "memory>=64GB")
    assert missing.returncode == 1
    assert "requirement-not-met: memory>=64GB is required; memory of the GPU: unknown (no source tells it)." in missing.stdout


def test_a_saved_report_keeps_what_was_required(broken: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    xpudoctor("check", "--snapshot", str(broken), "--require", "torch<2", "--format", "json", "-o", str(report))
    again = xpudoctor("check", "--snapshot", str(report), "--format", "json")
    assert json.loads(again.stdout)["findings"] == json.loads(report.read_text(encoding="utf-8"))["findings"]
    assert "torch<2 is required; torch: 2.13.0+cpu." in again.stdout
    other = xpudoctor("check", "--snapshot", str(report), "--require", "torch>=2", "--ignore", "torch-not")
    assert other.returncode == 0


KNOWN = '[[known]]\nrule = "torch-not-xpu-build"\nreason = "the wheel comes in January"\n'


def test_a_known_finding_no_longer_fails_the_job_and_is_told(broken: Path, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text(KNOWN, encoding="utf-8")
    arguments = ("check", "--snapshot", str(broken), "--baseline", "known.toml")
    ended = xpudoctor(*arguments, "-o", "sarif=a.sarif", "-o", "junit=a.xml", "-o", "markdown=a.md", cwd=tmp_path)
    assert ended.returncode == 0
    assert "torch-not-xpu-build" not in ended.stdout
    assert ", 1 known." in ended.stdout
    assert "the wheel comes in January" in (tmp_path / "a.md").read_text(encoding="utf-8")
    # Code scanning opens what is marked as suppressed, too.
    assert "torch-not-xpu-build" not in (tmp_path / "a.sarif").read_text(encoding="utf-8")
    case = next(case for case in ElementTree.parse(tmp_path / "a.xml").iter("testcase") if case.get("name") == "torch-not-xpu-build")
    assert (case[0].tag, case[0].get("message")) == ("skipped", "the wheel comes in January")
    verbose = " ".join(xpudoctor(*arguments, "-v", cwd=tmp_path).stdout.split())
    assert "known torch-not-xpu-build: torch 2.13.0+cpu is the CPU build" in verbose
    assert "[the wheel comes in January]" in verbose


def test_where_all_is_known_nothing_new_is_found(broken: Path, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text(KNOWN + KNOWN.replace("torch-not-xpu-build", "protobuf-missing"), encoding="utf-8")
    ended = xpudoctor("check", "--snapshot", str(broken), "--baseline", "known.toml", "--fail-on", "info", cwd=tmp_path)
    assert ended.returncode == 0
    assert "Nothing new found: " in ended.stdout


def test_what_is_over_counts_again_and_what_is_gone_is_said_to_who_looks_closer(broken: Path, tmp_path: Path) -> None:
    gone = KNOWN.replace("torch-not-xpu-build", "no-intel-gpu")
    (tmp_path / "known.toml").write_text(f"{KNOWN}until = 2020-01-01\n{gone}", encoding="utf-8")
    arguments = ("check", "--snapshot", str(broken), "--baseline", "known.toml")
    ended = xpudoctor(*arguments, cwd=tmp_path)
    assert ended.returncode == 1
    assert "known.toml: known entry 1: torch-not-xpu-build was known until 2020-01-01 (the wheel comes in January)" in ended.stdout
    assert "known entry 2" not in ended.stdout
    assert "known.toml: known entry 2: no-intel-gpu: nothing like it was found" in xpudoctor(*arguments, "-v", cwd=tmp_path).stdout
    notes = json.loads(xpudoctor(*arguments, "--format", "json", cwd=tmp_path).stdout)["notes"]
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"[[known", "not TOML", id="broken TOML"),
        pytest.param(b"\xff\xfe", "not a text file", id="no text"),
        pytest.param(b"[[known]]\nrule = 'x'", "known entry 1: reason is missing", id="no reason"),
        pytest.param(None, "cannot be read", id="no such file"),
    ],
)
def test_a_broken_baseline_is_one_clear_line(broken: Path, tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "known.toml"
    if content is not None:
        file.write_bytes(content)
    ended = xpudoctor("check", "--snapshot", str(broken), "--baseline", str(file))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"{file}: " in ended.stderr
    assert says in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_what_is_required_is_never_passed_over_for_want_of_a_machine(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("torch==2.9.1\n", encoding="utf-8")
    project = ("check", "--project", ".", "--no-machine")
    assert xpudoctor(*project, "--require", "xpu", cwd=tmp_path).returncode == 2
    assert xpudoctor(*project, "--format", "json", "-o", "project.json", cwd=tmp_path).returncode == 0
    again = xpudoctor("check", "--snapshot", "project.json", "--require", "xpu", cwd=tmp_path)
    assert again.returncode == 1
    assert "xpu is required; XPU devices: unknown (not looked at)." in again.stdout


def test_a_baseline_knows_the_files_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import torch\nmodel.to('cuda')\n", encoding="utf-8")
    (tmp_path / "known.toml").write_text(
        '[[known]]\nrule = "project-device-hard-wired"\nreason = "a demo"\nfile = "one.py"\n', encoding="utf-8"
    )
    arguments = ("check", "--project", ".", "--no-machine", "--fail-on", "info", "--baseline", "known.toml")
    assert xpudoctor(*arguments, cwd=tmp_path).returncode == 0
    (tmp_path / "two.py").write_text("import torch\nmodel.to('cuda')\n", encoding="utf-8")
    ended = xpudoctor(*arguments, cwd=tmp_path)
    assert ended.returncode == 1
    assert "two.py:2" in ended.stdout
