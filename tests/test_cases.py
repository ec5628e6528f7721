"""Real, solved issues, each with the cause that was found in the end: how many of them triage names, and that it cries no wolf.

Those of the folder `aside` were gathered by somebody who knew no rule, and nobody who writes rules reads them; nothing is learned from
them: they tell how triage does on what it has not seen. Whoever reads one to mend a rule moves it out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests import learn
from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.findings import Report
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts import toml

CHECKS = collect([package_source("xpudoctor_checks")])
PATHS = sorted((Path(__file__).parent / "cases").rglob("*.toml"))
CASES = {path.stem: toml.loads(path.read_text(encoding="utf-8")) for path in PATHS}
ASIDE = {path.stem for path in PATHS if path.parent.name == "aside"}
HEALTHY = [name for name, case in CASES.items() if case["truth"]["cause"] == "none"]
BROKEN = [name for name in CASES if name not in HEALTHY]
SEEN, UNSEEN = [name for name in BROKEN if name not in ASIDE], [name for name in BROKEN if name in ASIDE]


@pytest.fixture(scope="module")
def answers() -> dict[str, Report]:
    """What triage answers to each of them."""
    return dict(zip(CASES, learn.diagnoses([case["input"] for case in CASES.values()], weighed=True), strict=True))


def _causes(report: Report) -> list[str]:
    return list(dict.fromkeys(finding.rule.cause for finding in report.findings))


def _right(case: dict[str, Any]) -> set[str]:
    return {case["truth"]["cause"], *case["truth"]["also"]}


@pytest.mark.parametrize("name", CASES)
def test_case_is_whole(name):
    case = CASES[name]
    assert case["id"] == name
    assert case["url"].startswith("https://github.com/")
    assert case["url"].endswith(f"/{int(name.rpartition('-')[2])}")
    assert case["input"].strip()
    assert _right(case) <= {check.rule.cause for check in CHECKS} | {"none"}
    assert case["truth"]["detail"]


@pytest.mark.parametrize(("names", "least"), [(SEEN, 0.9), (UNSEEN, 0.55)], ids=["seen", "unseen"])
def test_the_cause_stands_first(names, least, answers):
    first = [name for name in names if _right(CASES[name]) & set(_causes(answers[name])[:1])]
    assert len(first) / len(names) >= least


@pytest.mark.parametrize(("names", "least"), [(SEEN, 0.95), (UNSEEN, 0.85)], ids=["seen", "unseen"])
def test_the_cause_is_among_three(names, least, answers):
    three = [name for name in names if _right(CASES[name]) & set(_causes(answers[name])[:3])]
    assert len(three) / len(names) >= least


@pytest.mark.parametrize("names", [SEEN, UNSEEN], ids=["seen", "unseen"])
def test_hardly_one_is_left_without_a_word(names, answers):
    assert len([name for name in names if not answers[name].findings]) / len(names) <= 0.05


@pytest.mark.parametrize("name", HEALTHY)
def test_no_error_where_all_is_well(name, answers):
    assert [finding.rule.id for finding in answers[name].findings if finding.severity is Severity.ERROR] == []


def test_no_message_lacks_a_value_that_it_names(answers):
    told = [finding.message for report in answers.values() for finding in report.findings]
    assert [message for message in told if re.search(r"(?<![=\w])None\b", message)] == []
