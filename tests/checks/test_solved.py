"""Which solved issues a text reads like: its own among all that are known, none where it tells of something else."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tests import learn
from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.renderers import markdown, terminal
from xpudoctor.renderers.view import View
from xpudoctor.testing import log
from xpudoctor_checks import _likeness, _solved

CHECKS = collect([package_source("xpudoctor_checks")])
ISSUES = [example for example in learn.examples() if example.url]
MISSING_DLL = (
    "ollama missed some libraries, Win11, Thinkpad with Intel i185H",
    "pip install --pre --upgrade ipex-llm[cpp]",
    "ollama list: missing sycl8.dll, mkl_sycl_blas.5.dll, ur_win_proxy_loader.dll; only sycl7.dll is there",
)
THREAD = "https://github.com/intel/ipex-llm/issues/12784"


def test_the_table_holds_every_solved_issue_in_order():
    """Where this fails: `python tests/learn.py`."""
    table = _solved.table()
    assert learn.digest() in (learn.TABLES / "solved.tsv").read_text(encoding="utf-8")[:60]
    assert [row.split("\t")[0] for row in table.issues] == [example.url for example in ISSUES]
    assert all(first < second for first, second in pairwise(table.rows))
    assert len(table.lengths) == len(table.issues)


@pytest.mark.parametrize("number", range(0, len(ISSUES), 97))
def test_every_other_word_of_an_issue_still_reads_like_it(number: int) -> None:
    example = ISSUES[number]
    found = _solved.nearest(" ".join(example.text.split()[::2]))
    assert example.url in [issue.url for issue in found] or len(_solved.words(example.text)) < 20


def test_what_tells_of_something_else_reads_like_none():
    assert _solved.nearest("") == []
    assert _solved.nearest("The printer on the second floor is out of paper again.") == []
    assert _solved.nearest("Intel Arc A770, Ubuntu 24.04, torch 2.9.1+xpu: which driver do you recommend?") == []


def test_another_one_of_the_same_fault_is_shown_the_thread():
    report = examine(Snapshot(log=log(*MISSING_DLL)), CHECKS)
    first = report.findings[0]
    assert first.rule.cause == "oneapi-version-mismatch"
    assert THREAD in first.alike
    assert f"reads like {THREAD}" in terminal.render(report, View(width=80))
    assert f"Reads like: <{THREAD}>" in markdown.render(report, View(width=80))
    assert THREAD in json.loads(json.dumps(report.to_json()))["findings"][0]["alike"]


def test_an_issue_gives_its_weight_to_its_causes():
    shares = {"driver-missing": 0.5, "driver-too-old": 0.3, "none": 0.2}
    issue = _solved.Issue(THREAD, ("driver-too-old", "none"), 0.7)
    mixed = _likeness._with_issues(shares, [issue])
    assert mixed == pytest.approx({"driver-missing": 0.15, "driver-too-old": 0.59, "none": 0.26})
