"""What a text reads like: a guess for each cause, the words that speak for it, and its place among other findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import learn
from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Status
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts import toml
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import log, run
from xpudoctor_checks import _likeness

CHECKS = collect([package_source("xpudoctor_checks")])
ALIKE = {check.rule.cause: check.rule for check in CHECKS if check.rule.id.startswith("alike-")}
CASES = learn.cases()
SOLVED = [
    case for path in sorted((learn.LESSONS / "solved").glob("*.toml")) for case in toml.loads(path.read_text(encoding="utf-8"))["case"]
]
WRITTEN = {path.stem: path.read_text(encoding="utf-8").split("\n=====\n") for path in sorted((learn.LESSONS / "written").glob("*.txt"))}
UNKNOWN = log("The printer on the second floor is out of paper again.", "Somebody has to fill it, and nobody will.")


def test_the_table_was_learned_from_the_cases_as_they_are():
    """Where this fails: `python tests/learn.py`."""
    assert learn.digest() in (learn.TABLES / "signs.tsv").read_text(encoding="utf-8")[:60]


def test_each_cause_that_was_learned_has_a_rule():
    assert set(_likeness.table().causes) - {_likeness.NOTHING} == set(ALIKE) - {"harmless-line"}
    assert all(rule.id == f"alike-{cause}" and rule.guess for cause, rule in ALIKE.items() if cause != "harmless-line")


def test_each_rule_that_the_table_weighs_exists():
    """Where this fails, a rule was renamed or deleted: `python tests/learn.py`."""
    weighed = {row[1:].partition("\t")[0] for row in _likeness.table().rows if row[0] == "!"}
    assert {name for name in weighed if ":" not in name} - {"tests"} <= {check.rule.id for check in CHECKS}
    kinds = {f"{check.rule.cause}:{check.rule.severity.value}:" for check in CHECKS}
    assert {name.rpartition(":")[0] + ":" for name in weighed if ":" in name} <= kinds


def test_lessons_are_whole():
    vocabulary = {check.rule.cause for check in CHECKS} | {"none"}
    assert set(WRITTEN) <= vocabulary
    assert all(len(text) > 30 for texts in WRITTEN.values() for text in texts)
    for case in SOLVED:
        assert {case["cause"], *case["also"]} <= vocabulary, case["url"]
        assert case["url"].startswith("https://github.com/")
        assert case["input"].strip()
    addresses = [case["url"] for case in (*CASES, *SOLVED)]
    assert sorted({one for one in addresses if addresses.count(one) > 1}) == []


@pytest.mark.parametrize("cause", sorted(set(ALIKE) - {"harmless-line"}))
def test_a_rule_speaks_of_texts_with_its_cause_and_of_no_other(cause: str) -> None:
    texts = [text.split("\n") for text in WRITTEN[cause][:10]]
    assert sum(run(f"alike-{cause}", log=log(*text)).status is Status.FOUND for text in texts) > len(texts) / 2
    assert run(f"alike-{cause}", log=UNKNOWN).status is Status.CLEAR


def test_its_links_are_cases_with_its_cause_or_sources_of_a_rule_on_it():
    known = {case["url"]: {case["truth"]["cause"], *case["truth"]["also"]} for case in CASES}
    sources = {
        (check.rule.cause, link)
        for check in CHECKS
        if check.rule.id not in {rule.id for rule in ALIKE.values()}
        for link in check.rule.links
    }
    links = [(cause, link) for cause, rule in ALIKE.items() for link in rule.links if cause != "harmless-line"]
    assert [one for one in links if one not in sources and one[0] not in known.get(one[1], ())] == []


def test_a_question_or_a_run_of_tests_is_told_and_what_is_found_in_it_is_a_hint():
    text = log(
        "[upstream_ut] AssertionError in test_ops_xpu.py", "Feature request: support this benchmark in CI nightly", "RuntimeError: UR error"
    )
    findings = examine(Snapshot(log=text), CHECKS).findings
    assert findings[-1].rule.id == "alike-no-fault"
    assert not [finding for finding in findings if finding.severity is Severity.ERROR]


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
        spoken = [finding for finding in findings if finding.share and finding.rule.cause != "harmless-line"]
        assert len(spoken) <= 3
        assert not {finding.rule.cause for finding in spoken} & {finding.rule.cause for finding in findings if not finding.share}


@given(st.text(max_size=400))
def test_any_text_has_shares_that_are_one_or_none(text: str) -> None:
    shares = _likeness.likeness(f"intel gpu driver torch {text}", (), of_tests=False).shares
    assert sum(shares.values()) == pytest.approx(1)
    assert _likeness.likeness("", (), of_tests=False).shares == {}


@pytest.mark.parametrize(
    "text",
    [
        "Kernel is incompatible with all devices in devs\nit runs elsewhere, on the A770 it does not",
        "/dev/dri/renderD128 is not a device\nthe container does not start",
        "zeModuleCreate returns ZE_RESULT_SUCCESS\nbut there are no kernels in it",
    ],
)
def test_a_text_that_names_but_the_card_its_node_or_its_interface_is_of_the_field(text: str) -> None:
    assert _likeness.likeness(text, (), of_tests=False).shares
    assert not _likeness.likeness(UNKNOWN.text, (), of_tests=False).shares


def test_of_a_long_log_the_beginning_and_the_end_are_read():
    long = "intel battlemage gpu driver\n" + "x\n" * 100_000 + "RuntimeError: out of memory on xpu\n"
    assert {"battlemage", "memory"} <= set(_likeness.likeness(long, (), of_tests=False).signs)


def test_learning_reads_nothing_that_measures():
    aside = {toml.loads(path.read_text(encoding="utf-8"))["url"] for path in (learn.CASES / "aside").glob("*.toml")}
    assert aside
    assert not aside & {case["url"] for case in (*CASES, *SOLVED)}
