"""What a text reads like: a guess for each cause, the words that speak for it, and its place among other findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import learn
from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Status
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts import toml
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import log, run
from xpudoctor_checks import _likeness

CHECKS = collect([package_source("xpudoctor_checks")])
ALIKE = {check.rule.cause: check.rule for check in CHECKS if check.rule.id.startswith("alike-")}
CASES = [toml.loads(path.read_text(encoding="utf-8")) for path in sorted(learn.CASES.glob("*.toml"))]
UNKNOWN = log("The printer on the second floor is out of paper again.", "Somebody has to fill it, and nobody will.")


def test_the_table_was_learned_from_the_cases_as_they_are():
    """Where this fails: `python tests/learn.py`."""
    assert learn.digest() in learn.TABLE.read_text(encoding="utf-8")[:60]


def test_each_cause_that_was_learned_has_a_rule():
    assert set(_likeness.table().causes) - {_likeness.NOTHING} == set(ALIKE)
    assert all(rule.id == f"alike-{cause}" and rule.guess for cause, rule in ALIKE.items())


@pytest.mark.parametrize("cause", ALIKE)
def test_a_rule_speaks_of_texts_with_its_cause_and_of_no_other(cause: str) -> None:
    texts = [case["input"].strip().split("\n") for case in CASES if case["truth"]["cause"] == cause]
    assert any(run(f"alike-{cause}", log=log(*text)).status is Status.FOUND for text in texts)
    assert run(f"alike-{cause}", log=UNKNOWN).status is Status.CLEAR


def test_its_links_are_cases_with_its_cause():
    known = {case["url"]: case["truth"]["cause"] for case in CASES}
    assert [(rule.id, link) for cause, rule in ALIKE.items() for link in rule.links if known.get(link) != cause] == []


def test_the_words_that_speak_stand_in_the_text():
    lines = log("Hello", "out of memory loading the model on Arc A750 8GB", "memory is full")
    findings = run("alike-out-of-device-memory", log=lines).findings
    assert [fact.source for fact in findings[0].evidence] == ["line 2", "line 3"]
    said = findings[0].message.partition("`")[2].partition("`")[0].split(", ")
    assert said
    assert all(word in lines.text.lower() for word in said)


def test_a_sure_error_stands_alone():
    lines = log("docker container Arc A770 gpu driver", "RuntimeError: Required aspect fp64 is not supported on the device")
    assert [finding.rule.id for finding in examine(Snapshot(log=lines), CHECKS).findings] == ["fp64-missing"]


def test_a_cause_is_named_once_and_no_more_than_three_are_guessed():
    for case in CASES[::20]:
        findings = examine(Snapshot(log=log(*case["input"].split("\n"))), CHECKS).findings
        spoken = [finding for finding in findings if finding.share]
        assert len(spoken) <= 3
        assert not {finding.rule.cause for finding in spoken} & {finding.rule.cause for finding in findings if not finding.share}


@given(st.text(max_size=400))
def test_any_text_has_shares_that_are_one_or_none(text: str) -> None:
    shares = _likeness.likeness(f"intel gpu driver torch {text}").shares
    assert sum(shares.values()) == pytest.approx(1)
    assert _likeness.likeness("").shares == {}


def test_of_a_long_log_the_beginning_and_the_end_are_read():
    long = "intel arc gpu driver\n" + "x\n" * 100_000 + "RuntimeError: out of memory on xpu\n"
    assert {"arc", "memory"} <= set(_likeness.likeness(long).words)


def test_learning_reads_nothing_that_measures():
    assert not any("aside" in str(path) for path in learn.CASES.glob("*.toml"))
    assert (Path(learn.CASES) / "aside").is_dir()
