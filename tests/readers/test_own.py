"""Our own reports come back: every form of one gives the diagnosis of the machine that it was made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import xpudoctor
from xpudoctor.readers import own
from xpudoctor.readers.intake import lines

EXAMPLE = Path(__file__).parents[2] / "docs" / "example.json"
LIVE = json.loads(xpudoctor("check", "--snapshot", str(EXAMPLE), "--format", "json").stdout)


def rules(answer: str) -> list[tuple[str, str | None]]:
    return [(finding["rule"], finding["explained_by"]) for finding in json.loads(answer)["findings"]]


def told(report: str) -> list[tuple[str, str | None]]:
    return rules(xpudoctor("triage", "-", "--format", "json", stdin=report).stdout)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("check", "--format", "text"), id="text"),
        pytest.param(("check", "--format", "text", "--verbose"), id="text in full"),
        pytest.param(("check", "--format", "markdown"), id="Markdown"),
        pytest.param(("check", "--format", "markdown", "--verbose"), id="Markdown in full"),
        pytest.param(("check", "--format", "json"), id="JSON"),
        pytest.param(("report",), id="for an issue"),
    ],
)
def test_a_pasted_report_gives_the_same_diagnosis(command: tuple[str, ...]) -> None:
    report = xpudoctor(*command, "--snapshot", str(EXAMPLE)).stdout
    assert told(report) == rules(json.dumps(LIVE))
    quoted = "Why is that?\n\n> " + report.replace("\n", "\n> ") + "\n\nAny idea?\n"
    # Words around it are a log, in which the rules for logs may see the same.
    assert [found for found in told(quoted) if not found[0].startswith("log-")] == rules(json.dumps(LIVE))
    assert told(f"<details>\n\n```\n{report}\n```\n</details>") == rules(json.dumps(LIVE))


def test_a_report_of_sixty_columns_is_read_too() -> None:
    report = xpudoctor("check", "--snapshot", str(EXAMPLE), COLUMNS="60").stdout
    assert max(len(line) for line in report.splitlines() if not line.strip().startswith("$")) <= 60
    assert told(report) == rules(json.dumps(LIVE))


def test_an_answer_of_triage_can_be_pasted_again() -> None:
    for form in ("text", "markdown", "json"):
        answer = xpudoctor("triage", "-", "--format", form, stdin="> RuntimeError: UR error: 20 (UR_RESULT_ERROR_DEVICE_LOST)\n").stdout
        assert told(answer)[0] == told("RuntimeError: UR error: 20 (UR_RESULT_ERROR_DEVICE_LOST)\n")[0]


def test_what_stands_beside_a_report_is_still_judged() -> None:
    report = xpudoctor("check", "--snapshot", str(EXAMPLE)).stdout
    assert ("log-protobuf-missing", None) in told(report + "\nT5Converter requires the protobuf library but it was not found\n")


def test_what_nobody_knows_says_nothing() -> None:
    assert told("xpudoctor 9.9.9 | Ubuntu 24.04\n\n✗ no-such-rule: torch is broken\n\n1 error; 3 checks passed.\n") == []


def test_the_head_of_a_report_names_the_machine() -> None:
    report = b"xpudoctor 0.1.0 | Ubuntu 24.04.3 LTS | Python 3.11.7 (venv) | 2 x Arc A770\n\n91 checks passed.\n"
    seen = own.found(lines(report).lines).snapshot
    assert seen.system is not None
    assert seen.devices is not None
    assert (seen.system.distribution, len(seen.devices.gpus)) == ("ubuntu", 2)
