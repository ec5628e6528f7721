"""The formats for CI: each valid by what its reader publishes, each finding at its place, and no text that becomes a command."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.renderers.example import EMPTY, FINDINGS, GOOD, HINT, REPORT, WRONG
from xpudoctor import Fact, Place
from xpudoctor.diagnosis.findings import Finding, Report
from xpudoctor.renderers import render
from xpudoctor.renderers.view import View

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.4.json").read_text(encoding="utf-8"))
LINE = Fact("code", "model.to('cuda')", "", Place("src/my app.py", 7, 3))
# What may stand in a message: it quotes what libraries and users wrote.
HOSTILE = "50 %\r\n::stop-commands::x\n##[error]y,z: <a href='x'>&amp;]]> \x1b[31m \x07 \uffff | `c`"
TWICE = Finding(WRONG, HOSTILE, (LINE, replace(LINE, place=Place("src/my app.py", 9, 1))))
PROJECT = replace(REPORT, findings=(TWICE, Finding(HINT, "Hm.", (Fact(HOSTILE, "1"),))))
ALL = pytest.mark.parametrize(
    "report",
    [
        pytest.param(REPORT, id="of a machine"),
        pytest.param(PROJECT, id="of a project"),
        pytest.param(GOOD, id="nothing found"),
        pytest.param(EMPTY, id="nothing known"),
    ],
)


def sarif(report: Report) -> dict[str, Any]:
    log = json.loads(render(report, "sarif", View()))
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


@ALL
def test_sarif_is_valid_and_has_what_code_scanning_asks_for(report: Report) -> None:
    run = sarif(report)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}\n")
        assert rule["fullDescription"]["text"]
        assert result["level"] == rule["defaultConfiguration"]["level"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert re.fullmatch(r"[0-9a-f]{32}", result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(run["results"]) == len(report.findings)


def test_sarif_points_at_the_lines_of_a_project_and_names_the_parts_of_a_machine() -> None:
    twice, hint = sarif(PROJECT)["results"]
    first, machine = twice["locations"][0], hint["locations"][0]
    assert first["physicalLocation"]["artifactLocation"] == {"uri": "src/my%20app.py", "uriBaseId": "%SRCROOT%"}
    assert first["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 3}
    assert "logicalLocations" not in first
    assert [place["physicalLocation"]["region"]["startLine"] for place in twice["relatedLocations"]] == [9]
    assert "src/my app.py:7:3: model.to('cuda')\nsrc/my app.py:9:1: model.to('cuda')\n" in f"{twice['message']['text']}\n"
    assert sarif(REPORT)["results"][0]["locations"][0]["logicalLocations"] == [{"name": "torch", "kind": "resource"}]
    assert machine["physicalLocation"]["artifactLocation"]["uri"] == "xpudoctor.toml"


def test_of_many_lines_the_first_few_are_told() -> None:
    evidence = tuple(replace(LINE, place=Place("a.py", number, 1)) for number in range(1, 9))
    text = str(junit(replace(REPORT, findings=(Finding(WRONG, "It is.", evidence),))).findtext("testcase/failure"))
    assert "a.py:5:1: model.to('cuda')\nand 3 more\n" in text


def test_a_file_is_named_as_the_folder_of_the_job_sees_it() -> None:
    view = View(project="back end/")
    run = json.loads(render(PROJECT, "sarif", view))["runs"][0]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "back%20end/src/my%20app.py"
    assert json.loads(render(PROJECT, "gitlab", view))[0]["location"]["path"] == "back end/src/my app.py"
    assert render(PROJECT, "github", view).startswith("::error file=back end/src/my app.py,")


def test_no_text_becomes_a_link_of_sarif() -> None:
    report = replace(REPORT, findings=(Finding(WRONG, "See [here](https://example.org)."),))
    assert sarif(report)["results"][0]["message"]["text"].startswith("See [here] (https://example.org).")


def test_sarif_says_what_was_not_seen_and_that_a_check_failed() -> None:
    (invocation,) = sarif(REPORT)["invocations"]
    assert invocation["executionSuccessful"] is False
    said = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
    assert any("runtime" in text for text in said)
    assert any("bad-check" in text for text in said)
    assert sarif(GOOD)["invocations"][0]["executionSuccessful"] is True


def fingerprints(*findings: Finding) -> list[str]:
    entries = json.loads(render(replace(REPORT, findings=findings), "gitlab", View()))
    return [entry["fingerprint"] for entry in entries]


def test_a_fingerprint_stays_when_lines_and_numbers_move() -> None:
    moved = replace(LINE, place=Place("src/my app.py", 70, 5))
    assert fingerprints(Finding(WRONG, "1.0", (LINE,))) == fingerprints(Finding(WRONG, "2.0", (moved,)))
    assert fingerprints(Finding(WRONG, "1.0")) == fingerprints(Finding(WRONG, "2.0"))
    assert fingerprints(*FINDINGS) == fingerprints(*FINDINGS)


def test_no_two_findings_share_a_fingerprint() -> None:
    other = replace(LINE, place=Place("other.py", 7, 3))
    code = replace(LINE, value="model.cuda()")
    more = (Finding(WRONG, "again"), *(Finding(HINT, "x", (fact,)) for fact in (LINE, LINE, other, code)))
    several = fingerprints(*FINDINGS, *more)
    assert len(set(several)) == len(several) == len(FINDINGS) + 5


@ALL
def test_gitlab_has_every_field_that_its_documentation_asks_for(report: Report) -> None:
    for entry in json.loads(render(report, "gitlab", View())):
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not entry["location"]["path"].startswith(("./", "/"))
        assert entry["location"]["lines"]["begin"] >= 1


# Elements of Jenkins' junit-10.xsd: the attributes that each must have, those that it may have, and what it may hold.
JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"time", "skipped"}, {"testcase", "system-out", "system-err"}),
    "testcase": ({"name"}, {"time", "classname"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    **dict.fromkeys(("skipped", "error", "failure"), (set(), {"type", "message"}, set())),
    **dict.fromkeys(("system-out", "system-err"), (set(), set(), set())),
}


def junit(report: Report, fail_on: str = "error") -> ElementTree.Element:
    root = ElementTree.fromstring(render(report, "junit", View(fail_on=fail_on)))
    for element in root.iter():
        needed, allowed, children = JUNIT[element.tag]
        assert needed <= set(element.attrib) <= needed | allowed
        assert {child.tag for child in element} <= children
        assert len({"skipped", "error", "failure"} & {child.tag for child in element}) <= 1 or element.tag == "testsuite"
    suite = root[0]
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[name]) == len(list(suite.iter(tag)))
    assert re.fullmatch(r"\d+\.\d{3}", suite.attrib["time"])
    return suite


@ALL
def test_junit_has_a_case_for_each_rule_that_was_asked(report: Report) -> None:
    assert [case.get("name") for case in junit(report).iter("testcase")] == [result.rule.id for result in report.results]


@pytest.mark.parametrize(("fail_on", "failures"), [("never", 0), ("error", 2), ("warning", 3), ("info", 4)])
def test_junit_fails_what_makes_the_exit_status(fail_on: str, failures: int) -> None:
    assert junit(REPORT, fail_on).get("failures") == str(failures)


def test_junit_skips_what_could_not_be_told_and_says_what_failed() -> None:
    ends = {case.get("name"): case[0] for case in junit(REPORT).iter("testcase") if len(case)}
    assert (ends["log-lines"].tag, ends["log-lines"].get("message")) == ("skipped", "log: not looked at")
    assert (ends["bad-check"].tag, ends["bad-check"].get("message")) == ("error", "KeyError: 'x'")
    assert ends["torch-hint"].tag == "system-out"
    assert "info: A hint. (possible)" in str(ends["torch-hint"].text)


def unescaped(text: str) -> str:
    return text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


@ALL
def test_github_reads_one_command_a_finding_whatever_a_text_holds(report: Report) -> None:
    *commands, summary = render(report, "github", View(unicode=True)).splitlines()
    parsed = [re.fullmatch(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)", command) for command in commands]
    assert all(parsed)
    assert not summary.startswith("::")
    for match, finding in zip(parsed, report.findings, strict=False):
        assert match
        properties = dict(item.split("=", 1) for item in match[2].split(","))
        assert unescaped(properties["title"]) == f"xpudoctor: {finding.rule.id}"
        assert finding.message.split("\r")[0] in unescaped(match[3])


def test_github_marks_the_line_of_a_project_and_nothing_of_a_machine() -> None:
    first, machine, *_ = render(PROJECT, "github", View()).splitlines()
    assert first.startswith("::error file=src/my app.py,line=7,col=3,title=xpudoctor%3A torch-not-xpu-build::50 %25")
    assert machine.startswith("::notice title=xpudoctor%3A torch-hint::Hm. (possible)")


@pytest.mark.parametrize("form", ["sarif", "junit", "github", "gitlab"])
@ALL
def test_no_control_character_comes_through(form: str, report: Report) -> None:
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|\\u001b", render(report, form, View(unicode=True)))


@settings(deadline=None, database=None)
@given(text=st.text(), file=st.text(min_size=1))
def test_any_text_comes_through_every_form(text: str, file: str) -> None:
    fact = Fact(text, text, text, Place(file, 1, 1))
    report = replace(REPORT, findings=(Finding(WRONG, text, (fact,)), Finding(HINT, text, (replace(fact, place=None),))), problems=(text,))
    junit(report)
    sarif(report)
    assert len(json.loads(render(report, "gitlab", View()))) == 2
    for line in render(report, "github", View(unicode=True)).split("\n")[:-2]:
        assert re.fullmatch(r"::(error|warning|notice) [^:\r]*::[^\r]*", line)
