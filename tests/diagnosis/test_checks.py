"""Each rule is paired with one function; a check is given what it reads, and how it ends is a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.diagnosis.test_rules import GOOD
from xpudoctor import System
from xpudoctor.diagnosis.checks import Check, collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Report, Status
from xpudoctor.diagnosis.plugins import load
from xpudoctor.diagnosis.rules import Confidence, RuleError, Severity
from xpudoctor.diagnosis.sources import folder_source
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import log

HEAD = "from __future__ import annotations\nfrom xpudoctor import Devices, Fact, Match, System\n"


def checks(folder: Path, module: str = "", table: str = GOOD) -> tuple[Check, ...]:
    (folder / "fan.toml").write_text(table, encoding="utf-8")
    if module:
        (folder / "fan.py").write_text(HEAD + module, encoding="utf-8")
    return collect([folder_source(folder)])


def report(folder: Path, module: str, **sections: object) -> Report:
    return examine(Snapshot(**sections), checks(folder, module))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("module", "status"),
    [
        pytest.param("def fan_stopped(system: System): return Match(Fact('fan', '0'), fan=1)", Status.FOUND, id="a match"),
        pytest.param("def fan_stopped(system: System): return None", Status.CLEAR, id="nothing"),
        pytest.param("def fan_stopped(system: System): return []", Status.CLEAR, id="an empty list"),
        pytest.param("def fan_stopped(devices: Devices): return Match(fan=1)", Status.UNKNOWN, id="a section that nobody looked at"),
        pytest.param("def fan_stopped(devices: Devices | None): return Match(fan=devices)", Status.FOUND, id="one it can do without"),
        pytest.param("def fan_stopped(system: System): return 1 / 0", Status.CRASHED, id="a check that fails"),
        pytest.param("def fan_stopped(system: System): raise SystemExit", Status.CRASHED, id="a check that ends the program"),
        pytest.param("def fan_stopped(system: System): return Match()", Status.CRASHED, id="a value that the message lacks"),
    ],
)
def test_how_a_check_ends(tmp_path: Path, module: str, status: Status) -> None:
    assert report(tmp_path, module, system=System()).results[0].status is status


def test_one_rule_may_find_several_things(tmp_path: Path) -> None:
    found = report(tmp_path, "def fan_stopped(system: System): return [Match(fan=1), Match(fan=2)]", system=System())
    assert [finding.message for finding in found.findings] == ["Fan 1 stands still.", "Fan 2 stands still."]


def test_a_crash_says_what_happened_and_the_rest_runs(tmp_path: Path) -> None:
    two = GOOD + GOOD.replace("fan-stopped", "fan-loud")
    module = "def fan_stopped(system: System): raise KeyError('x')\ndef fan_loud(system: System): return Match(fan=2)"
    said = examine(Snapshot(system=System()), checks(tmp_path, module, two))
    assert said.results[0].note == "KeyError: 'x'"
    assert [finding.rule.id for finding in said.findings] == ["fan-loud"]


def test_an_unknown_check_says_why(tmp_path: Path) -> None:
    module = "def fan_stopped(system: System): return None"
    said = examine(Snapshot(gaps={"system": "not seen within 5 s"}), checks(tmp_path, module))
    assert said.results[0].note == "system: not seen within 5 s"


def test_an_ignored_rule_is_not_asked(tmp_path: Path) -> None:
    module = "def fan_stopped(system: System): raise AssertionError"
    said = examine(Snapshot(system=System()), checks(tmp_path, module), {"fan-stopped": "it has none"})
    assert (said.results[0].status, said.results[0].note) == (Status.IGNORED, "it has none")


@pytest.mark.parametrize(
    ("table", "module", "says"),
    [
        pytest.param(GOOD, "", "one of the two", id="a rule that nothing decides"),
        pytest.param(GOOD + 'when.system = { os = "linux" }', "def fan_stopped(system): ...", "one of the two", id="a rule decided twice"),
        pytest.param(GOOD, "def fan_stopped(fan): ...", "fan is no section", id="a parameter that is no section"),
        pytest.param(GOOD, "def fan_stopped(system): ...\ndef stray(system): ...", "stray decides no rule", id="a function without a rule"),
        pytest.param(GOOD + GOOD, "def fan_stopped(system): ...", "", id="one id twice"),
        pytest.param(GOOD + 'when.moon = ["full"]', "", "not moon", id="a word that `when` does not know"),
        pytest.param(GOOD + 'when.system = { moon = "full" }', "", "no field moon", id="a field that there is not"),
        pytest.param(GOOD + 'when.packages = ["torch >>> 2"]', "", "when:", id="a requirement that is none"),
        pytest.param(GOOD + 'when.environment = { A = "(" }', "", "when:", id="a pattern that is none"),
    ],
)
def test_what_cannot_be_paired_is_refused_when_it_is_loaded(tmp_path: Path, table: str, module: str, says: str) -> None:
    with pytest.raises(RuleError, match=r"fan\.toml") as error:
        checks(tmp_path, module, table)
    assert says in str(error.value)


def test_a_folder_that_is_not_there_is_reported_and_the_rest_runs(tmp_path: Path) -> None:
    known, problems = load([tmp_path / "none"])
    assert len(known) > 40
    assert len(problems) == 1
    assert "no such folder" in problems[0]


@pytest.mark.parametrize("module", ["import nonsense_that_is_not_there", "raise SystemExit('nonsense_that_is_not_there')"])
def test_a_plug_in_that_fails_to_load_is_reported_and_the_rest_runs(tmp_path: Path, module: str) -> None:
    (tmp_path / "fan.toml").write_text(GOOD)
    (tmp_path / "fan.py").write_text(module)
    known, problems = load([tmp_path])
    assert len(known) > 40
    assert "nonsense_that_is_not_there" in problems[0]


def test_a_plug_in_cannot_take_the_place_of_a_built_in_rule(tmp_path: Path) -> None:
    (tmp_path / "fan.toml").write_text(GOOD.replace("fan-stopped", "torch-missing"))
    (tmp_path / "fan.py").write_text("def torch_missing(system): return None")
    known, problems = load([tmp_path])
    assert "torch-missing exists already" in problems[0]
    assert next(check for check in known if check.rule.id == "torch-missing").rule.title != "the fan stands still"


def test_every_name_in_explains_is_a_rule() -> None:
    known, problems = load()
    ids = {check.rule.id for check in known}
    assert not problems
    for check in known:
        assert set(check.rule.explains) <= ids, check.rule.id
        assert check.rule.id not in check.rule.explains


@pytest.mark.parametrize(
    ("lines", "severity", "confidence"),
    [
        pytest.param(["fan 1 stopped"], Severity.ERROR, Confidence.CERTAIN, id="a program"),
        pytest.param(["fan 1 stopped", "FAILED test/test_fan.py::T"], Severity.WARNING, Confidence.POSSIBLE, id="pytest"),
        pytest.param(["[release/2.13] fan 1 stopped"], Severity.WARNING, Confidence.POSSIBLE, id="a release that is tested"),
        pytest.param(["fan 1 stopped", "[upstream_ut] fails"], Severity.WARNING, Confidence.POSSIBLE, id="a unit test of the stack"),
        pytest.param(["fan 1 stopped", "[gw3] linux -- Python 3.10.20"], Severity.WARNING, Confidence.POSSIBLE, id="pytest-xdist"),
        pytest.param(["fan 1 stopped", "FAIL: SYCL :: Basic/fan.cpp (1 of 9)"], Severity.WARNING, Confidence.POSSIBLE, id="LLVM's lit"),
    ],
)
def test_what_a_run_of_tests_says_is_a_hint(tmp_path: Path, lines: list[str], severity: Severity, confidence: Confidence) -> None:
    sure = GOOD.replace("warning", "error").replace("likely", "certain") + "when.log = 'fan (?P<fan>\\d) stopped'\n"
    found = examine(Snapshot(log=log(*lines)), checks(tmp_path, table=sure)).findings[0]
    assert (found.severity, found.confidence) == (severity, confidence)
