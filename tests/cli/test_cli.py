"""The commands as a user calls them: in a process of their own, with their exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BROKEN: dict[str, Any] = {
    "schema": 1,
    "packages": {
        "complete": True,
        "python": "3.11.7",
        "installed": [
            {"name": "torch", "version": "2.13.0"},
            {"name": "sentencepiece", "version": "0.2.0"},
            {"name": "transformers", "version": "4.50.0"},
        ],
    },
    "devices": {"complete": True, "gpus": [{"pci_id": "56a0", "name": "Arc A770", "family": "dg2", "kind": "discrete"}]},
    "torch": {"installed": True, "version": "2.13.0+cpu", "libraries": []},
}
FINE: dict[str, Any] = {"schema": 1, "devices": {"complete": True, "gpus": [{"pci_id": "56a0", "family": "dg2"}]}}


def xpudoctor(*arguments: str, cwd: Path | None = None, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program; no test may see a traceback."""
    command = [sys.executable, "-m", "xpudoctor", *arguments]
    env = {**os.environ, "COLUMNS": "200", **variables}
    ended = subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=env, timeout=120)
    assert "Traceback" not in ended.stderr
    return ended


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(BROKEN))
    return file


def test_findings_make_the_status_one(broken: Path) -> None:
    ended = xpudoctor("check", "--snapshot", str(broken))
    assert ended.returncode == 1
    assert "torch-not-xpu-build" in ended.stdout


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        pytest.param("error", 1, id="errors count"),
        pytest.param("warning", 1, id="warnings count, errors too"),
        pytest.param("info", 1, id="hints count"),
        pytest.param("never", 0, id="nothing counts"),
    ],
)
def test_the_status_follows_fail_on(broken: Path, limit: str, status: int) -> None:
    assert xpudoctor("check", "--snapshot", str(broken), "--fail-on", limit).returncode == status


def test_nothing_wrong_makes_the_status_zero(tmp_path: Path) -> None:
    (tmp_path / "fine.json").write_text(json.dumps(FINE))
    ended = xpudoctor("check", "--snapshot", "fine.json", cwd=tmp_path)
    assert ended.returncode == 0
    assert "Nothing wrong found" in ended.stdout


def test_select_asks_only_those_rules(broken: Path) -> None:
    ended = xpudoctor("check", "--snapshot", str(broken), "--select", "protobuf", "--format", "json")
    data = json.loads(ended.stdout)
    assert [finding["rule"] for finding in data["findings"]] == ["protobuf-missing"]
    assert all(result["rule"].startswith("protobuf") for result in data["results"])


def test_an_ignored_cause_no_longer_stands_first(broken: Path) -> None:
    ended = xpudoctor("check", "--snapshot", str(broken), "--ignore", "torch-not", "--format", "json")
    assert [finding["rule"] for finding in json.loads(ended.stdout)["findings"]] == ["protobuf-missing"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("xpudoctor.toml", 'fail-on = "never"\n[ignore]\n"torch-not" = "on purpose"\n', id="xpudoctor.toml"),
        pytest.param(
            "pyproject.toml",
            '[tool.xpudoctor]\nfail-on = "never"\n[tool.xpudoctor.ignore]\n"torch-not" = "on purpose"\n',
            id="pyproject.toml",
        ),
    ],
)
def test_settings_of_the_project_hold_below_it(broken: Path, file: str, text: str) -> None:
    (broken.parent / file).write_text(text)
    below = broken.parent / "below"
    below.mkdir()
    ended = xpudoctor("check", "--snapshot", str(broken), "--format", "json", cwd=below)
    data = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert {"rule": "torch-not-xpu-build", "status": "ignored", "seconds": 0.0, "note": "on purpose"} in data["results"]


def test_an_option_wins_over_the_settings(broken: Path) -> None:
    (broken.parent / "xpudoctor.toml").write_text('fail-on = "never"\nselect = ["torch"]\n')
    ended = xpudoctor("check", "--snapshot", str(broken), "--fail-on", "warning", "--select", "protobuf", cwd=broken.parent)
    assert ended.returncode == 1
    assert "torch-not" not in ended.stdout


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param("fail-on = 3", "fail-on: one of", id="a wrong value"),
        pytest.param("fial-on = 'error'", "unknown key 'fial-on'", id="a typing error"),
        pytest.param("[ignore]\n'torch' = ''", "its reason", id="an ignore without a reason"),
        pytest.param("select = 'torch'", "select: a list", id="a text for a list"),
        pytest.param("select = [", "not TOML", id="broken TOML"),
        pytest.param("select = ['moon']", "no rule begins with 'moon'", id="a rule that there is not"),
    ],
)
def test_wrong_settings_are_named(broken: Path, settings: str, says: str) -> None:
    (broken.parent / "xpudoctor.toml").write_text(settings)
    ended = xpudoctor("check", "--snapshot", str(broken), cwd=broken.parent)
    assert ended.returncode == 2
    assert says in " ".join(ended.stderr.replace("│", " ").split())


def test_a_broken_pyproject_that_says_nothing_of_us_is_not_our_business(broken: Path) -> None:
    (broken.parent / "pyproject.toml").write_text("[tool.other\n")
    assert xpudoctor("check", "--snapshot", str(broken), cwd=broken.parent).returncode == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "not JSON", id="an empty file"),
        pytest.param(b"\xff\xfe\x00", "not a text file", id="a binary file"),
        pytest.param(b'{"a": 1}', "no schema number", id="another JSON"),
        pytest.param(b'{"schema": 1, "system": {"memory": "x"}}', "system.memory", id="a wrong value"),
        pytest.param(None, "cannot be read", id="no such file"),
    ],
)
def test_an_unreadable_snapshot_is_one_clear_line(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "file.json"
    if content is not None:
        file.write_bytes(content)
    ended = xpudoctor("check", "--snapshot", str(file))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert str(file) in ended.stderr
    assert says in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("check", "--format", "xml"), id="a form that there is not"),
        pytest.param(("check", "--moon"), id="an option that there is not"),
        pytest.param(("check", "--python", "/no/such/python"), id="an interpreter that there is not"),
        pytest.param(("check", "--snapshot", "x", "--static"), id="static and a snapshot"),
        pytest.param(("check", "--timeout", "0"), id="no time at all"),
        pytest.param(("check", "--timeout", "nan"), id="a time that is no number"),
        pytest.param(("check", "--timeout", "inf"), id="a time without end"),
        pytest.param(("check", "--require", "torch>>2"), id="a requirement that is none"),
        pytest.param(("check", "--require", "memory>=16"), id="a size without its unit"),
        pytest.param(("moon",), id="a command that there is not"),
        pytest.param(("explain", "moon"), id="a rule that there is not"),
        pytest.param(("check", "--static", "-o", "/no/such/folder/file"), id="a file that cannot be written"),
        pytest.param(("check", "--static", "-o", "sarif=/no/such/folder/file"), id="one more file that cannot be written"),
        pytest.param(("check", "--static", "-o", "sraif=a.sarif"), id="a form of a file that there is not"),
        pytest.param(("check", "--static", "-o", "sarif="), id="a form without a file"),
        pytest.param(("check", "--static", "-o", "a", "-o", "b"), id="two files of one form"),
    ],
)
def test_wrong_usage_is_status_two(arguments: tuple[str, ...]) -> None:
    ended = xpudoctor(*arguments)
    assert ended.returncode == 2
    assert ended.stderr


def test_a_snapshot_from_standard_input(broken: Path) -> None:
    assert xpudoctor("check", "--snapshot", "-", stdin=broken.read_text()).returncode == 1


def test_a_saved_snapshot_is_judged_as_the_machine_was(tmp_path: Path) -> None:
    live = xpudoctor("check", "--static", "--format", "json", cwd=tmp_path)
    (tmp_path / "live.json").write_text(live.stdout, encoding="utf-8")
    again = xpudoctor("check", "--snapshot", "live.json", "--format", "json", cwd=tmp_path)
    assert json.dumps(json.loads(live.stdout)["findings"]) == json.dumps(json.loads(again.stdout)["findings"])
    assert json.loads(live.stdout)["snapshot"] == json.loads(again.stdout)["snapshot"]


def test_the_snapshot_command_saves_what_check_sees(tmp_path: Path) -> None:
    assert xpudoctor("snapshot", "--static", "-o", "machine.json", cwd=tmp_path).returncode == 0
    saved = json.loads((tmp_path / "machine.json").read_text(encoding="utf-8"))
    assert saved["schema"] == 1
    assert saved["system"]["os"] == "linux"
    assert xpudoctor("check", "--snapshot", "machine.json", cwd=tmp_path).returncode in (0, 1)


def test_a_report_goes_to_the_file_that_was_asked_for(broken: Path) -> None:
    ended = xpudoctor("check", "--snapshot", str(broken), "--format", "markdown", "-o", "report.md", cwd=broken.parent)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert (broken.parent / "report.md").read_text(encoding="utf-8").startswith("## xpudoctor")


def test_list_and_explain_know_the_same_rules() -> None:
    ids = [line.split()[0] for line in xpudoctor("list").stdout.splitlines()]
    assert len(ids) == len(set(ids)) > 40
    assert "torch-not-xpu-build" in ids
    assert xpudoctor("explain", ids[-1]).stdout.startswith(f"# {ids[-1]}\n")


def test_explain_shows_the_rows_that_a_rule_goes_by() -> None:
    said = xpudoctor("explain", "driver-known-bad-windows").stdout
    assert "- Windows driver 31.0.101.4672 (Alchemist): " in said
    assert "Linux 6.16.9" not in said


def test_explain_guesses_what_was_meant() -> None:
    assert "did you mean protobuf-missing?" in " ".join(xpudoctor("explain", "protobuf-mising").stderr.replace("│", " ").split())


def test_the_version_is_the_packages() -> None:
    from xpudoctor import __version__

    assert xpudoctor("--version").stdout == f"xpudoctor {__version__}\n"


def test_a_narrow_encoding_loses_marks_and_nothing_else(broken: Path) -> None:
    command = [sys.executable, "-m", "xpudoctor", "check", "--snapshot", str(broken)]
    ended = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "cp1252"}, timeout=60)
    assert ended.returncode == 1
    assert "X torch-not-xpu-build" in ended.stdout.decode("cp1252")
    assert b"Traceback" not in ended.stderr


def test_a_closed_pipe_ends_in_silence(broken: Path) -> None:
    command = f"{sys.executable} -m xpudoctor check --snapshot {broken} --format json | head -c 1"
    ended = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""


def test_without_a_terminal_there_is_no_colour_and_no_progress(broken: Path) -> None:
    ended = xpudoctor("check", "--static", FORCE_COLOR="", cwd=broken.parent)
    assert "\x1b" not in ended.stdout + ended.stderr


def test_a_plug_in_folder_is_used_only_when_it_is_named(broken: Path) -> None:
    folder = broken.parent / "mine"
    folder.mkdir()
    (folder / "mine.toml").write_text(
        '[[rule]]\nid = "my-own"\ntitle = "t"\nmessage = "mine {torch}"\nwhy = "w"\nseverity = "info"\nconfidence = "certain"\n'
        'links = ["https://example.org"]\nwhen.packages = ["torch"]\n'
    )
    assert "my-own" not in xpudoctor("check", "--snapshot", str(broken), cwd=folder).stdout
    assert "my-own" in xpudoctor("check", "--snapshot", str(broken), "--checks", str(folder)).stdout
    assert xpudoctor("explain", "my-own").returncode == 2
    assert xpudoctor("explain", "my-own", "--checks", str(folder)).stdout.startswith("# my-own\n")


def test_an_installed_plug_in_is_used_and_a_broken_one_is_reported(broken: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name, target in (("good", "my_checks"), ("bad", "no_such_package")):
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[xpudoctor.checks]\n{name} = {target}\n")
    (site / "my_checks").mkdir()
    (site / "my_checks" / "__init__.py").write_text('"""Checks."""\n')
    (site / "my_checks" / "mine.toml").write_text(
        '[[rule]]\nid = "my-own"\ntitle = "t"\nmessage = "mine {torch}"\nwhy = "w"\nseverity = "info"\nconfidence = "certain"\n'
        'links = ["https://example.org"]\nwhen.packages = ["torch"]\n'
    )
    ended = xpudoctor("check", "--snapshot", str(broken), PYTHONPATH=str(site))
    assert "my-own: mine 2.13.0" in ended.stdout
    assert "checks of no_such_package not loaded" in ended.stdout
    assert xpudoctor("explain", "my-own", PYTHONPATH=str(site)).stdout.startswith("# my-own")


def test_a_snapshot_that_powershell_wrote_is_read(broken: Path) -> None:
    broken.write_bytes(json.dumps(BROKEN).encode("utf-16"))
    assert xpudoctor("check", "--snapshot", str(broken)).returncode == 1


def test_a_wrong_prefix_in_the_settings_names_the_file(broken: Path) -> None:
    (broken.parent / "xpudoctor.toml").write_text('[ignore]\n"moon" = "why not"\n')
    ended = xpudoctor("check", "--snapshot", str(broken), cwd=broken.parent)
    assert ended.returncode == 2
    assert "ignore in" in ended.stderr
    assert "xpudoctor.toml" in "".join(ended.stderr.replace("│", " ").split())
