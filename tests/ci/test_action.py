"""The GitHub Action: its steps run as they are written, with the inputs that a workflow gives."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ci.runner import ACTION, Run, action
from tests.probes.patients import XPU, Patient, make

BIN = {"install": {"bin": str(Path(sys.executable).parent)}}


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """An environment with a torch that sees two cards of 16 GB, and with one thing wrong."""
    one = make(tmp_path / "venv")
    one.distribution("torch", "2.6.0+xpu")
    one.torch(XPU)
    one.distribution("transformers", "4.57.1")
    one.distribution("sentencepiece", "0.1.99")
    one.distribution("protobuf", "6.33.0")
    return one


def checked(folder: Path, **inputs: str) -> Run:
    """Run the step that looks, with the doctor of the tests."""
    return Run(folder, {name.replace("_", "-"): value for name, value in inputs.items()}, dict(BIN))


def found(run: Run) -> list[str]:
    log: dict[str, Any] = json.loads(Path(run.known["check"]["sarif"]).read_text(encoding="utf-8"))
    return [result["ruleId"] for result in log["runs"][0]["results"]]


def test_what_is_found_fails_the_step_and_is_told_three_times(patient: Patient, tmp_path: Path) -> None:
    run = checked(tmp_path, python=patient.python, select="protobuf")
    assert run.status == 1
    assert found(run) == ["protobuf-too-new-for-sentencepiece"]
    assert re.search(r"^::error title=xpudoctor%3A protobuf-too-new-for-sentencepiece::", run.log, re.MULTILINE)
    assert "### error: `protobuf-too-new-for-sentencepiece`" in run.summary


def test_what_the_job_requires_is_one_on_a_line(patient: Patient, tmp_path: Path) -> None:
    require = "xpu>=2\r\n\n  memory >= 16GB\ntorch~=2.6\npython>=3.8\nxpu>=3\n"
    run = checked(tmp_path, python=patient.python, select="no-intel", ignore="no-intel", require=require)
    assert run.status == 1
    assert found(run) == ["requirement-not-met"]
    assert "xpu>=3 is required; XPU devices: 2." in run.log


def test_all_is_well(patient: Patient, tmp_path: Path) -> None:
    run = checked(tmp_path, python=patient.python, select="protobuf  transformers", ignore="protobuf", require="xpu>=1")
    assert (run.status, found(run)) == (0, [])
    assert "**Nothing wrong found**" in run.summary


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        pytest.param({"fail_on": "never"}, 0, id="nothing fails it"),
        pytest.param({"static": "true"}, 1, id="nothing is imported"),
        pytest.param({"timeout": "30"}, 1, id="another limit"),
        pytest.param({"baseline": "known.toml"}, 0, id="a baseline"),
        pytest.param({"log": "job.log", "select": "device-out-of-memory"}, 1, id="a log"),
        pytest.param({"model": "no such model"}, 2, id="a model"),
        pytest.param({"model": "Qwen/Qwen3-8B", "quant": "no such format"}, 2, id="a format"),
        pytest.param({"model": "Qwen/Qwen3-8B", "context": "a lot"}, 2, id="a length"),
    ],
)
def test_each_input_is_an_option(patient: Patient, tmp_path: Path, inputs: dict[str, str], status: int) -> None:
    (tmp_path / "known.toml").write_text('[[known]]\nrule = "protobuf-too-new-for-sentencepiece"\nreason = "known"\n', encoding="utf-8")
    (tmp_path / "job.log").write_text("RuntimeError: UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY\n", encoding="utf-8")
    assert checked(tmp_path, **{"python": patient.python, "select": "protobuf", **inputs}).status == status


def test_a_project_alone_is_looked_at_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "back end").mkdir()
    (tmp_path / "back end" / "run.py").write_text("import torch\n\nmodel.to('cuda')\n", encoding="utf-8")
    run = checked(tmp_path, project="back end", machine="false", fail_on="warning")
    assert run.status == 1
    assert re.search(r"^::warning file=back end/run\.py,line=3,col=\d+,title=xpudoctor%3A project-", run.log, re.MULTILINE)
    log = json.loads(Path(run.known["check"]["sarif"]).read_text(encoding="utf-8"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("back%20end/run.py", 3)


def test_the_default_is_the_python_of_the_path(patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(patient.python).parent}:/usr/bin:/bin")
    link = Path(patient.python).with_name("python3")
    if not link.exists():
        link.symlink_to(patient.python)
    assert found(checked(tmp_path, select="protobuf", static="true")) == ["protobuf-too-new-for-sentencepiece"]


INJECTION = "$(touch hacked)`touch hacked`; touch hacked\ntouch hacked\n' || touch hacked #\n\" || touch hacked #\n ${{ github }} *"


@pytest.mark.parametrize("name", action()["inputs"])
def test_no_input_is_run(patient: Patient, tmp_path: Path, name: str) -> None:
    Run(tmp_path, {"python": patient.python, "select": "protobuf", "static": "true", name: INJECTION}, dict(BIN))
    assert not (tmp_path / "hacked").exists()


def test_wrong_usage_ends_with_status_two_and_uploads_nothing(patient: Patient, tmp_path: Path) -> None:
    run = checked(tmp_path, python=patient.python, require="torch>>2")
    assert run.status == 2
    assert run.known["check"] == {}
    assert "torch>>2" in run.log


def test_the_sarif_of_an_earlier_run_is_never_uploaded(tmp_path: Path) -> None:
    (tmp_path / "temp").mkdir()
    (tmp_path / "temp" / "xpudoctor.sarif").write_text("{}", encoding="utf-8")
    assert checked(tmp_path, python="/no/such/python").known["check"] == {}


def test_every_other_action_is_pinned_by_its_commit_and_no_script_holds_an_expression() -> None:
    text = ACTION.read_text(encoding="utf-8")
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", f"x@{'0' * 40}"))
    assert len(re.findall(r"uses: \S+ # v\d+\.\d+\.\d+$", text, re.MULTILINE)) == text.count("uses:")


def test_every_expression_names_something_that_there_is() -> None:
    data = action()
    steps = {step["id"] for step in data["runs"]["steps"] if "id" in step}
    used = set(re.findall(r"inputs\.([\w-]+)", ACTION.read_text(encoding="utf-8")))
    assert used == set(data["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)", ACTION.read_text(encoding="utf-8"))) == steps


@pytest.mark.real
def test_the_whole_action_with_a_doctor_that_it_installs_itself(patient: Patient, tmp_path: Path) -> None:
    run = Run(tmp_path, {"python": patient.python, "select": "protobuf", "require": "xpu>=1"})
    assert run.status == 1
    assert Path(run.known["install"]["bin"]).is_relative_to(tmp_path)
    assert found(run) == ["protobuf-too-new-for-sentencepiece"]
