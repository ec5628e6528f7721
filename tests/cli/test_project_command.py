"""`check --project DIR`, as a user calls it: with this machine and without, with broken files and wrong words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_cli import BROKEN, xpudoctor

FILES = {
    "requirements.txt": "torch==2.1.0\nnumpy\nintel-extension-for-pytorch==2.8.10\n",
    "app.py": "import torch\nmodel.to('cuda')\n",
    "run.sh": "#!/bin/sh\nexport UR_ADAPTERS_FORCE_LOAD=libur_adapter_opencl.so.0\nexport TOKEN=hf_abcdefghijklmnopqrstuv\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    for name, text in FILES.items():
        (tmp_path / "app" / name).write_text(text)
    return tmp_path / "app"


def test_a_project_alone(folder: Path) -> None:
    ended = xpudoctor("check", "--no-machine", "--project", str(folder), "--format", "json")
    data = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert set(data["snapshot"]) == {"schema", "project"}
    told = {finding["rule"]: finding for finding in data["findings"]}
    assert set(told) == {
        "ipex-torch-mismatch", "project-numpy-2-with-old-torch", "adapters-forced", "project-torch-not-xpu", "project-stack-archived",
        "project-device-hard-wired",
    }  # fmt: skip
    assert told["ipex-torch-mismatch"]["message"] == "With requirements.txt: IPEX 2.8.10 needs torch 2.8, and torch 2.1.0 is installed."
    assert told["ipex-torch-mismatch"]["evidence"][0]["place"] == {"file": "requirements.txt", "line": 3, "column": 1}
    assert told["adapters-forced"]["evidence"][0]["place"] == {"file": "run.sh", "line": 2, "column": 8}
    assert "hf_abc" not in ended.stdout


def test_no_machine_means_that_none_is_looked_at(folder: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "xpudoctor", "check", "--no-machine", "--project", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "project app (3 files)" in ended.stdout
    assert "xpudoctor.projects" in ended.stderr
    assert "xpudoctor.probes" not in ended.stderr
    assert "psutil" not in ended.stderr


def test_a_terminal_shows_the_place_and_the_line(folder: Path) -> None:
    ended = xpudoctor("check", "--no-machine", "--project", str(folder), COLUMNS="60")
    assert "    app.py:2:10: model.to('cuda')\n" in ended.stdout
    assert "project app (3 files)" in ended.stdout.splitlines()[0]
    assert all(len(line) <= 60 or "http" in line or "$ " in line for line in ended.stdout.splitlines())


def test_a_project_beside_a_machine(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text(json.dumps(BROKEN))
    data = json.loads(xpudoctor("check", "--snapshot", str(tmp_path / "machine.json"), "--project", str(folder), "--format", "json").stdout)
    rules = [finding["rule"] for finding in data["findings"]]
    assert {"torch-not-xpu-build", "protobuf-missing", "project-device-hard-wired"} <= set(rules)
    # The machine first, and neither explains the other.
    assert rules.index("protobuf-missing") < rules.index("ipex-torch-mismatch")


def test_a_report_on_a_project_can_be_judged_again(folder: Path, tmp_path: Path) -> None:
    first = xpudoctor("check", "--no-machine", "--project", str(folder), "--format", "json", "-o", str(tmp_path / "report.json"))
    assert first.returncode == 1
    again = xpudoctor("check", "--snapshot", str(tmp_path / "report.json"), "--format", "json")
    known = json.loads((tmp_path / "report.json").read_text())["findings"]
    assert json.loads(again.stdout)["findings"] == known


def test_a_machine_alone_is_asked_nothing_about_projects(tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text(json.dumps(BROKEN))
    data = json.loads(xpudoctor("check", "--snapshot", str(tmp_path / "machine.json"), "--format", "json").stdout)
    assert not any(result["rule"].startswith("project-") for result in data["results"])


def test_a_broken_file_is_said_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[project\n")
    ended = xpudoctor("check", "--no-machine", "--project", str(folder))
    assert "not read: pyproject.toml:1:1: not TOML" in ended.stdout
    assert "project-device-hard-wired" in ended.stdout


def test_an_ignored_rule_is_not_told(folder: Path) -> None:
    ended = xpudoctor("check", "--no-machine", "--project", str(folder), "--ignore", "project-device")
    assert "app.py:2" not in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("--project", "gone"), "gone: no such folder", id="no such folder"),
        pytest.param(("--no-machine",), "it needs --project", id="nothing to judge"),
        pytest.param(
            ("--no-machine", "--project", ".", "--static"),
            "no --snapshot, --python, --static or --require",
            id="no machine, and how to look at it",
        ),
    ],
)
def test_wrong_words_end_with_one_line_and_status_two(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    (tmp_path / "fine.json").write_text(json.dumps({"schema": 1}))
    machine = () if "--no-machine" in arguments else ("--snapshot", "fine.json")
    ended = xpudoctor("check", *machine, *arguments, cwd=tmp_path)
    assert ended.returncode == 2
    assert told in " ".join(ended.stderr.split())


def test_what_a_start_script_sets_is_held_against_the_machine(tmp_path: Path) -> None:
    (tmp_path / "start.bat").write_text("@echo off\r\nset SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS=1\r\npython app.py\r\n")
    gpus = [{"pci_id": "e20b", "name": "Arc B580", "family": "bmg", "kind": "discrete"}]
    machine = {"schema": 1, "system": {"os": "windows"}, "devices": {"complete": True, "gpus": gpus}}
    (tmp_path / "machine.json").write_text(json.dumps(machine))
    ended = xpudoctor("check", "--snapshot", "machine.json", "--project", ".", "--format", "json", cwd=tmp_path)
    (finding,) = json.loads(ended.stdout)["findings"]
    assert finding["rule"] == "immediate-command-lists-on-battlemage"
    assert finding["message"].startswith("With start.bat: SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS is 1 with Arc B580")
    assert finding["evidence"][0]["place"] == {"file": "start.bat", "line": 2, "column": 5}
    assert finding["evidence"][0]["value"] == "SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS=1"
