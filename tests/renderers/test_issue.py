"""The report for an issue: what it holds, that it is never too long, and that whoever reads it back judges the same."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.renderers.example import EMPTY, REPORT
from xpudoctor.cli import app
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.plugins import load
from xpudoctor.facts import embedding
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.log import Line, Log
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.renderers.forms import PROJECTS
from xpudoctor.renderers.issue import LIMIT, render
from xpudoctor.testing import gpus, installed

RUNNER = CliRunner()
_RANDOM = random.Random(1)


def _noise(length: int) -> str:
    return "".join(_RANDOM.choice(string.ascii_letters) for _ in range(length))


def _many(count: int) -> Packages:
    place = "/opt/conda/envs/llm/lib/python3.11/site-packages"
    names = [f"package-{_noise(12)}" for _ in range(count)]
    return Packages(tuple(Package(n, "1.0", "conda", place, "pip", source=f"{place}/{n}-1.0.dist-info") for n in names), complete=True)


BROKEN = Snapshot(
    system=System(os="linux", name="Ubuntu 22.04.5 LTS", kernel="6.5.0-41-generic", groups=("adm",)),
    packages=installed("torch==2.3.0+cpu", "ipex-llm==2.2.0", "intel-extension-for-pytorch==2.3.110+xpu", "transformers==4.50.0"),
    devices=gpus("56a0"),
    torch=Torch(installed=True, version="2.3.0+cpu", available=False),
    environment=Environment({"ZE_AFFINITY_MASK": "7", "SYCL_CACHE_PERSISTENT": "1"}, complete=True),
)
LINES = tuple(Line(number, f"step {number} {_noise(60)}") for number in range(1, 900))
OOM = Line(900, "RuntimeError: UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY: allocation of 9.00 GiB failed")
SNAPSHOTS = {
    "broken": BROKEN,
    "nothing known": Snapshot(),
    "with a log": replace(BROKEN, log=Log((OOM,), 1)),
    "400 packages": replace(BROKEN, packages=_many(400)),
    "with a long log": replace(BROKEN, log=Log((*LINES, OOM), 900)),
}


def _written(tmp_path: Path, snapshot: Snapshot, *options: str) -> Path:
    (tmp_path / "snapshot.json").write_text(json.dumps(snapshot.to_json()), encoding="utf-8")
    issue = tmp_path / "issue.md"
    told = RUNNER.invoke(app, ["report", "--snapshot", str(tmp_path / "snapshot.json"), "-o", str(issue), *options])
    assert told.exit_code == 0, told.output
    return issue


def _findings(*arguments: str) -> str:
    return json.dumps(json.loads(RUNNER.invoke(app, [*arguments, "--format", "json"]).stdout)["findings"])


@pytest.mark.parametrize("project", ["", *PROJECTS])
@pytest.mark.parametrize("name", SNAPSHOTS)
def test_whoever_reads_it_back_finds_the_same(tmp_path: Path, name: str, project: str) -> None:
    issue = _written(tmp_path, SNAPSHOTS[name], *(["--for", project] if project else []))
    on_the_machine = _findings("check", "--snapshot", str(tmp_path / "snapshot.json"))
    assert _findings("check", "--snapshot", str(issue)) == on_the_machine
    assert _findings("triage", str(issue)) == on_the_machine


def test_words_around_it_are_read_as_well(tmp_path: Path) -> None:
    issue = _written(tmp_path, BROKEN)
    issue.write_text("It dies:\n\n" + OOM.text + "\n\n" + issue.read_text(encoding="utf-8"), encoding="utf-8")
    causes = {finding["cause"] for finding in json.loads(_findings("triage", str(issue)))}
    assert causes > {finding["cause"] for finding in json.loads(_findings("check", "--snapshot", str(tmp_path / "snapshot.json")))}


def test_it_is_read_out_of_a_quote_too(tmp_path: Path) -> None:
    issue = _written(tmp_path, BROKEN)
    quoted = tmp_path / "quoted.md"
    quoted.write_text("".join(f"> {line}\n" for line in issue.read_text(encoding="utf-8").splitlines()), encoding="utf-8")
    assert _findings("triage", str(quoted)) == _findings("triage", str(issue))


@pytest.mark.parametrize("project", ["", *PROJECTS])
@pytest.mark.parametrize(
    "snapshot",
    [
        pytest.param(replace(BROKEN, packages=_many(3000)), id="3000 packages"),
        pytest.param(replace(BROKEN, log=Log(tuple(Line(n, _noise(1500)) for n in range(1, 900)), 900)), id="1.3 MB of noise"),
        pytest.param(replace(BROKEN, packages=_many(3000), log=Log((*LINES, OOM), 900)), id="both"),
        pytest.param(replace(BROKEN, environment=Environment({f"ZE_{_noise(9)}": _noise(900) for _ in range(99)})), id="variables"),
    ],
)
def test_it_is_never_too_long_and_always_whole(snapshot: Snapshot, project: str) -> None:
    text = render(examine(snapshot, load([], logs=snapshot.log is not None)[0]), project)
    assert len(text) < 60_000
    assert text.count("<details>") == text.count("</details>")
    assert text.count("\n```") % 2 == 0
    assert text.count(embedding.BEGIN) == text.count(embedding.END) == 1
    report = text[text.index(embedding.BEGIN) :]
    assert report.index("- **error** `") < 100


def test_what_is_left_out_is_said() -> None:
    noise = Log(tuple(Line(n, _noise(1500)) for n in range(1, 900)), 900)
    assert "of the log holds only the lines" in render(examine(replace(BROKEN, log=noise), ()))
    assert "It is packed" in render(examine(replace(BROKEN, packages=_many(500)), ()))
    assert "too long for an issue" in render(examine(replace(BROKEN, packages=_many(5000)), ()))
    assert "characters are left out here" in render(replace(REPORT, findings=REPORT.findings * 99))


def test_it_says_what_was_taken_out() -> None:
    secret = replace(BROKEN, environment=Environment({"CC": "/home/<user>/x", "HF_HOME": "<secret>", "CXX": "<user>"}))
    assert "(2 x user, 1 x secret)" in render(examine(secret, ())).replace("1 x secret, 2 x user", "2 x user, 1 x secret")
    assert "none was found" in render(EMPTY)


def test_the_cause_stands_first_and_the_snapshot_last() -> None:
    text = render(REPORT)
    assert text.startswith(embedding.BEGIN)
    assert text.rstrip().endswith(embedding.END)
    order = [text.index(word) for word in ("torch-not-xpu-build", "| System |", "Findings in full", "<summary>Snapshot")]
    assert order == sorted(order)


@pytest.mark.parametrize("project", PROJECTS)
def test_each_form_holds_the_report_once(project: str) -> None:
    text = render(REPORT, project)
    assert text.count(embedding.BEGIN) == 1
    assert text.startswith("### ")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        pytest.param(lambda text: text.replace('"packages"', '"packages'), "damaged", id="broken JSON"),
        pytest.param(lambda text: text.replace('{"schema": 1', '{"schema": 99'), "schema 99", id="of a later version"),
        pytest.param(lambda text: text.replace('{"schema"', '{"x"'), "carries no snapshot", id="taken out"),
    ],
)
def test_a_damaged_report_is_said_in_one_line(tmp_path: Path, change: Callable[[str], str], word: str) -> None:
    issue = _written(tmp_path, BROKEN)
    issue.write_text(change(issue.read_text(encoding="utf-8")), encoding="utf-8")
    judged = RUNNER.invoke(app, ["triage", str(issue)])
    assert judged.exit_code in (0, 1)
    assert word in judged.stderr
    assert judged.stderr.count("\n") == 1


def test_a_bomb_is_not_unpacked() -> None:
    import zlib
    from base64 import b64encode

    bomb = b64encode(zlib.compress(b'{"schema": 1, "gaps": {"x": "' + b" " * (80 << 20))).decode()
    with pytest.raises(embedding.SnapshotError, match="damaged"):
        embedding.unpacked(["xpudoctor-snapshot zlib base64", bomb], "here")


def test_the_limit_leaves_room_for_a_form() -> None:
    assert max(len(render(EMPTY, project)) - len(render(EMPTY)) for project in PROJECTS) < 60_000 - LIMIT


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_it_is_found_below_a_long_log(tmp_path: Path, name: str) -> None:
    issue = _written(tmp_path, SNAPSHOTS[name])
    noise = "".join(f"INFO step {number} of the run\n" for number in range(30_000))
    issue.write_text(noise + issue.read_text(encoding="utf-8") + noise, encoding="utf-8")
    on_the_machine = json.loads(_findings("check", "--snapshot", str(tmp_path / "snapshot.json")))
    judged = json.loads(_findings("triage", str(issue)))
    assert {finding["rule"] for finding in judged} >= {finding["rule"] for finding in on_the_machine}
