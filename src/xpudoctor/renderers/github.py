"""The findings as workflow commands of GitHub Actions: an annotation for each, on its line where it has one."""

from __future__ import annotations

from xpudoctor.diagnosis.findings import Report
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.renderers import words
from xpudoctor.renderers.spots import Spot, spots, told
from xpudoctor.renderers.view import View

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, view: View) -> str:
    """Return a line for each annotation (what was not seen is one, too), and the sum of it for the log."""
    unseen = (f"::notice title=xpudoctor::{_data(words.printable(line))}" for line in words.not_seen(report))
    summary = f"{words.counts(report) or words.nothing(report)}; {words.passes(report)}."
    return "".join(f"{line}\n" for line in (*(_annotation(spot, view) for spot in spots(report, view)), *unseen, summary))


def _annotation(spot: Spot, view: View) -> str:
    finding, place = spot.finding, spot.place
    where = {"file": place.file, "line": str(place.line), "col": str(place.column)} if spot.lines else {}
    properties = {**where, "title": f"xpudoctor: {finding.rule.id}"}
    return f"::{_COMMANDS[finding.severity]} {','.join(f'{k}={_property(v)}' for k, v in properties.items())}::{_data(told(finding, view))}"


def _data(text: str) -> str:
    """Write a text so that the runner reads one message of it, and no command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(words.printable(text)).replace(":", "%3A").replace(",", "%2C")
