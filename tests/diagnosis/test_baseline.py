"""A baseline: what it names is told and does not count; what is over, wrong or not there any more is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.renderers.example import HINT, REPORT, UNAVAILABLE, WRONG
from xpudoctor import Fact, Place
from xpudoctor.diagnosis.baseline import read, without_known
from xpudoctor.diagnosis.findings import Finding, Report
from xpudoctor.facts.codec import SnapshotError

TODAY = date(2026, 11, 21)


def applied(text: str, report: Report = REPORT) -> Report:
    return without_known(report, read(text, "known.toml"), TODAY)


def known(rule: str, more: str = "") -> str:
    return f'[[known]]\nrule = "{rule}"\nreason = "we know"\n{more}\n'


def ids(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule.id for finding in findings]


def test_what_is_named_is_told_apart_and_the_rest_counts() -> None:
    report = applied(known("torch-hint") + known("windows-long-paths"))
    assert ids(report.findings) == [WRONG.id, UNAVAILABLE.id]
    assert [(k.finding.rule.id, k.reason) for k in report.known] == [("windows-long-paths", "we know"), ("torch-hint", "we know")]
    assert (report.notes, report.problems) == ((), REPORT.problems)


def test_what_follows_from_a_known_cause_stands_by_itself() -> None:
    report = applied(known(WRONG.id))
    assert report.causes[0].rule.id == UNAVAILABLE.id
    assert report.causes[0].explained_by is None
    assert REPORT.findings[1].explained_by == WRONG.id


@pytest.mark.parametrize(
    ("until", "counts"),
    [
        pytest.param("2026-11-20", True, id="yesterday"),
        pytest.param("2026-11-21", False, id="today"),
        pytest.param("2026-11-22", False, id="tomorrow"),
    ],
)
def test_the_last_day_is_one_of_the_days(until: str, counts: bool) -> None:
    report = applied(known(WRONG.id, f"until = {until}"))
    assert (WRONG.id in ids(report.findings)) is counts
    said = "known.toml: known entry 1: torch-not-xpu-build was known until 2026-11-20 (we know); it counts again"
    assert (said in report.problems) is counts


def test_an_entry_that_is_over_and_matches_nothing_is_only_a_note() -> None:
    report = applied(known("fan-stopped", "until = 2020-01-01"))
    assert report.problems == REPORT.problems
    assert report.notes == ("known.toml: known entry 1: fan-stopped: nothing like it was found",)


def test_a_later_entry_may_take_the_place_of_one_that_is_over() -> None:
    report = applied(known(HINT.id, "until = 2020-01-01") + known(HINT.id))
    assert HINT.id not in ids(report.findings)


LINES = tuple(Fact("code", "x", "", Place(file, 1, 1)) for file in ("a.py", "b/c.py"))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        pytest.param(known(HINT.id, 'file = "a.py"'), True, id="one of its two files"),
        pytest.param(known(HINT.id, 'file = "a.py"') + known(HINT.id, 'file = "b/c.py"'), False, id="both files"),
        pytest.param(known(HINT.id), False, id="wherever it is"),
        pytest.param(known(HINT.id, 'file = "c.py"'), True, id="another file"),
    ],
)
def test_a_finding_in_a_project_is_known_where_each_of_its_files_is_named(text: str, counts: bool) -> None:
    report = applied(text, replace(REPORT, findings=(Finding(HINT, "It is.", LINES),)))
    assert bool(report.findings) is counts


def test_a_file_is_never_that_of_a_machine() -> None:
    report = applied(known(HINT.id, 'file = "a.py"'))
    assert HINT.id in ids(report.findings)
    assert report.notes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("[[known", "not TOML: ", id="broken TOML"),
        pytest.param('rule = "x"', "holds [[known]] entries and nothing else", id="no entry"),
        pytest.param('known = "x"', "holds [[known]] entries and nothing else", id="a text"),
        pytest.param("known = [1]", "known entry 1: a table expected", id="a number"),
        pytest.param(known("a") + '[[known]]\nrule = "b"', "known entry 2: reason is missing", id="no reason"),
        pytest.param('[[known]]\nreason = "b"\nrule = " "', "known entry 1: rule is missing", id="no rule"),
        pytest.param(known("a", "untill = 2027-01-31"), "known entry 1: unknown key 'untill'", id="a typing error"),
        pytest.param(known("a", 'until = "2027-01-31"'), "until is a day, without quotes", id="a day as a text"),
        pytest.param(known("a", "until = 2027-01-31T00:00:00"), "until is a day", id="a day with a time"),
        pytest.param(known("a", "file = 1"), "file is the path", id="a number as a file"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, says: str) -> None:
    with pytest.raises(SnapshotError, match=r"^known\.toml: ") as error:
        read(text, "known.toml")
    assert says in str(error.value)


def test_an_empty_baseline_knows_nothing() -> None:
    assert read("", "known.toml") == ()
