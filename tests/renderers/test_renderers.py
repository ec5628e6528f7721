"""Each form of one report, held against what it is expected to look like (tests/golden/; `UPDATE_GOLDEN=1 pytest` writes them)."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.renderers.example import EMPTY, GOOD, REPORT, WRONG
from xpudoctor import Fact, Place, Runtime
from xpudoctor.diagnosis.findings import Finding, Report
from xpudoctor.diagnosis.rules import Command, Fix
from xpudoctor.facts.fact import UNSEEN
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.renderers import RENDERERS, render
from xpudoctor.renderers.rulebook import page
from xpudoctor.renderers.view import View

GOLDEN = Path(__file__).parent.parent / "golden"


def golden(name: str, text: str) -> None:
    """Compare a text with the file of its name."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "form", "view"),
    [
        pytest.param("text-60.txt", "text", View(60, unicode=True), id="60 columns"),
        pytest.param("text-120.txt", "text", View(120, unicode=True), id="120 columns"),
        pytest.param("text-ascii.txt", "text", View(80), id="an old console"),
        pytest.param("text-verbose.txt", "text", View(80, unicode=True, verbose=True), id="verbose"),
        pytest.param("text-quiet.txt", "text", View(80, unicode=True, quiet=True), id="quiet"),
        pytest.param("text-color.txt", "text", View(80, color=True, unicode=True), id="in colour"),
        pytest.param("report.md", "markdown", View(), id="Markdown"),
        pytest.param("report-verbose.md", "markdown", View(verbose=True), id="Markdown, verbose"),
    ],
)
def test_a_form_of_the_report(name: str, form: str, view: View) -> None:
    golden(name, render(REPORT, form, view))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_but_what_is_to_be_copied(width: int) -> None:
    for line in render(REPORT, "text", View(width, verbose=True)).splitlines():
        assert len(line) <= width or re.search(r"^ *(\$|see) |\S{30}", line), line


def test_colour_changes_nothing_but_colour() -> None:
    colored = render(REPORT, "text", View(80, color=True, unicode=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(REPORT, "text", View(80, unicode=True))


def test_the_json_says_all_that_the_text_says() -> None:
    data = json.loads(render(REPORT, "json", View()))
    assert data["schema"] == 1
    assert [finding["rule"] for finding in data["findings"]] == [
        "torch-not-xpu-build", "torch-xpu-unavailable", "windows-long-paths", "torch-hint",
    ]  # fmt: skip
    assert data["findings"][1]["explained_by"] == "torch-not-xpu-build"
    assert set(data["findings"][0]) >= {"rule", "cause", "severity", "confidence", "message", "evidence", "why", "fixes", "links"}
    assert data["snapshot"]["gaps"] == {"runtime": "not seen within 60 s"}
    assert data["problems"] == ["checks of /x not loaded: no such folder"]


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize("report", [pytest.param(GOOD, id="a good end"), pytest.param(EMPTY, id="nothing known")])
def test_every_form_tells_of_an_empty_report(form: str, report: Report) -> None:
    assert render(report, form, View())


def test_a_good_end_is_one_plain_sentence() -> None:
    assert render(GOOD, "text", View()).endswith("Nothing wrong found: 1 check passed.\n")
    assert "Nothing could be judged" in render(EMPTY, "text", View())


def test_a_part_that_could_not_be_seen_is_told() -> None:
    hanging = Runtime(sources={"sycl_ls": f"{UNSEEN}it hung", "compilers": "PATH"})
    text = render(replace(GOOD, snapshot=Snapshot(runtime=hanging)), "text", View())
    assert [line for line in text.splitlines() if line.startswith(UNSEEN)] == ["not seen: runtime, sycl_ls: it hung"]


def test_a_rule_is_a_page_with_fixed_headings() -> None:
    assert re.findall(r"^#+ (.*)$", page(WRONG), re.MULTILINE) == ["torch-not-xpu-build", "What it means", "Why", "Fix", "Links"]


def test_a_page_names_no_command_that_does_not_exist() -> None:
    anew = Fix("Start anew.", (Command("fresh pip install {what}", ("venv",)),))
    assert "\npip install [what]  # venv, in a fresh environment\n" in page(replace(WRONG, fixes=(anew,)))


def test_a_finding_in_a_project_shows_its_place_and_the_line() -> None:
    evidence = tuple(Fact("code", f"x = x.cuda({n})", "", Place("app.py", n, 9)) for n in range(1, 8))
    report = replace(REPORT, findings=(Finding(WRONG, "It is.", evidence),))
    text = render(report, "text", View(80))
    assert "    app.py:1:9: x = x.cuda(1)\n" in text
    assert "app.py:6:9" not in text
    assert "    and 2 more; --verbose shows them\n" in text
    assert "app.py:7:9: x = x.cuda(7)" in render(report, "text", View(80, verbose=True))
    data = json.loads(render(report, "json", View()))
    assert data["findings"][0]["evidence"][0]["place"] == {"file": "app.py", "line": 1, "column": 9}
