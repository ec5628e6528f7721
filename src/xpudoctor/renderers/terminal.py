"""The report for a person at a terminal: a mark, the id and one line of fact, and the fix under it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import typer

from xpudoctor.diagnosis.findings import Finding, Report, Status
from xpudoctor.diagnosis.rules import Confidence, Severity
from xpudoctor.renderers import words
from xpudoctor.renderers.view import View

# textwrap and typer's colours, not rich: rich.console alone costs half of what `check --static` may take.
_MARKS = {Severity.ERROR: ("✗", "X"), Severity.WARNING: ("!", "!"), Severity.INFO: ("·", "-")}
_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_INDENT = 4
_SAID, _SAID_LINES = 160, 2  # characters and lines of a text, as they show a finding; --verbose shows all
_LINES = 5  # of a project, under a finding; --verbose shows all


def render(report: Report, view: View) -> str:
    """Return the report as lines no wider than the view (a command to copy is never broken)."""
    lines = list(_findings(report, view))
    if view.quiet:
        return "".join(f"{line}\n" for line in lines)
    head = _wrapped(" | ".join(words.machine(report.snapshot)), view, 0, dim=True)
    return "\n".join([*head, "", *lines, *(_checks(report, view) if view.verbose else ()), *_summary(report, view)]) + "\n"


def _findings(report: Report, view: View) -> Iterator[str]:
    told: set[str] = set()
    for finding in report.causes:
        yield from _finding(finding, view, 0)
        if view.quiet:
            continue
        if finding.rule.id not in told:
            for other in report.consequences(finding):
                yield from _consequence(other, view)
        told.add(finding.rule.id)
        yield ""


def _finding(finding: Finding, view: View, indent: int) -> Iterator[str]:
    mark = _mark(finding, view)
    sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
    yield from _headed(mark, f"{finding.rule.id}{sure}", finding.message, view, indent, _COLORS[finding.severity])
    if view.quiet:
        return
    yield from _project_lines(finding, view, indent + _INDENT)
    if view.verbose:
        yield from _wrapped(f"why: {finding.rule.why}", view, indent + _INDENT)
        for fact in (fact for fact in finding.evidence if fact.place is None):
            source = f" ({fact.source})" if fact.source else ""
            yield from _wrapped(f"seen: {fact.name}: {fact.value}{source}", view, indent + _INDENT, dim=True)
    else:
        said = dict.fromkeys(f"{fact.source}: {fact.value.strip()[:_SAID]}" for fact in finding.evidence if fact.name == "log")
        for line in list(said)[:_SAID_LINES]:
            yield from _wrapped(line, view, indent + _INDENT, dim=True)
    yield from _fixes(finding, view, indent + _INDENT)
    yield from (" " * (indent + _INDENT) + f"reads like {link}" for link in finding.alike)
    if view.verbose:
        yield from (" " * (indent + _INDENT) + _styled(f"see {link}", view, dim=True) for link in finding.rule.links)


def _project_lines(finding: Finding, view: View, indent: int) -> Iterator[str]:
    located = [fact for fact in finding.evidence if fact.place]
    shown = located if view.verbose else located[:_LINES]
    for fact in shown:
        yield from _wrapped(f"{fact.place}: {fact.value}", view, indent, dim=True)
    if len(shown) < len(located):
        yield from _wrapped(f"and {len(located) - len(shown)} more; --verbose shows them", view, indent, dim=True)


def _fixes(finding: Finding, view: View, indent: int) -> Iterator[str]:
    for number, fix in enumerate(finding.fixes):
        needs = f" (needs: {', '.join(fix.needs)})" if fix.needs else ""
        risk = f" Risk: {fix.risk}" if fix.risk else ""
        yield from _wrapped(f"{'or' if number else 'fix'}: {fix.text}{needs}{risk}", view, indent)
        yield from (" " * (indent + 2) + _styled(words.printable(f"$ {command}"), view, fg="green") for command in fix.commands)


def _consequence(finding: Finding, view: View) -> Iterator[str]:
    arrow = "└ hence" if view.unicode else "`- hence"
    yield from _headed(arrow, finding.rule.id, finding.message, view, _INDENT, _COLORS[finding.severity])


def _headed(mark: str, name: str, text: str, view: View, indent: int, color: str) -> Iterator[str]:
    """Yield `mark name: text`, wrapped, with the mark and the name in colour (which must not count for the width)."""
    head, text = f"{mark} {name}:", words.printable(text)
    first, *rest = textwrap.wrap(
        f"{head} {text}",
        view.width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + _INDENT),
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield first.replace(head, _styled(head, view, fg=color, bold=True), 1)
    yield from rest


def _checks(report: Report, view: View) -> Iterator[str]:
    for result in report.results:
        if result.status is not Status.FOUND:
            note = f": {result.note}" if result.note else ""
            line = f"{result.status.value:8} {result.rule.id}{note} [{result.seconds * 1000:.1f} ms]"
            yield from _wrapped(line, view, 0, dim=True)
    for known in report.known:
        yield from _wrapped(f"known    {known.finding.rule.id}: {known.finding.message} [{known.reason}]", view, 0, dim=True)
    for note in report.notes:
        yield from _wrapped(note, view, 0, dim=True)
    yield ""


def _summary(report: Report, view: View) -> Iterator[str]:
    for line in words.not_seen(report):
        yield from _wrapped(line, view, 0, fg="yellow")
    if not report.findings:
        color = "green" if report.count(Status.CLEAR) else "yellow"
        yield from _wrapped(f"{words.nothing(report)}: {words.passes(report)}.", view, 0, fg=color)
        yield from _asks(report, view)
        return
    yield from _wrapped(f"{words.counts(report)}; {words.passes(report)}.", view, 0, bold=True)
    first = report.causes[0]
    yield from _asks(report, view)
    yield from _wrapped(f"Start with {first.rule.id}; `xpudoctor explain {first.rule.id}` tells more.", view, 0)


def _asks(report: Report, view: View) -> Iterator[str]:
    system = report.snapshot.system.os if report.snapshot.system else None
    if report.asks:
        yield from _wrapped("To be sure, ask for:", view, 0)
    for question in report.asks:
        yield from _wrapped(f"{question.fact} ({question.why})", view, 2)
        yield "    " + _styled(f"$ {question.windows if system == 'windows' else question.linux}", view, fg="green")


def _mark(finding: Finding, view: View) -> str:
    return _MARKS[finding.severity][0 if view.unicode else 1]


def _wrapped(text: str, view: View, indent: int, **style: bool | str) -> Iterator[str]:
    """Yield the text in lines; a path or a link is never broken in two, as it could not be copied then."""
    hanging, text = " " * (indent + (2 if indent else 0)), words.printable(text)
    lines = textwrap.wrap(
        text, view.width, initial_indent=" " * indent, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
    return (_styled(line, view, **style) for line in lines)


def _styled(text: str, view: View, **style: bool | str) -> str:
    return typer.style(text, **style) if view.color else text  # type: ignore[arg-type]
