"""The report to paste into an issue: the cause first, then the environment, the rest folded; always short enough to be posted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xpudoctor import __version__
from xpudoctor.diagnosis.findings import Report
from xpudoctor.facts import embedding
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.renderers import markdown, words
from xpudoctor.renderers.environment_table import rows
from xpudoctor.renderers.forms import filled

# GitHub takes 65,536 characters; a form around the report and a few words of the user need room, too.
LIMIT = 57_000
_MOST_FINDINGS = 25
_MARKS = re.compile(r"<(?:credentials|secret|user|host|uuid|mac|ip|email|serial|sid)>")


def render(report: Report, project: str = "") -> str:
    """Return the report as Markdown, in the form of a project's issues where one is named."""
    head, details = "\n".join(_head(report)), "\n".join(_details(report))
    for block, note in _blocks(report):
        room = LIMIT - len(head) - len(block) - len(note)
        if room > 0:
            break
    text = "\n".join(
        [
            embedding.BEGIN,
            head,
            *_folded("Findings in full", _cut(details, room)),
            *_folded("Snapshot", f"{note}\n\n{block}"),
            embedding.END,
        ]
    )
    return filled(project, text + "\n")


def _blocks(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the snapshot, each time smaller, and what is to be said of it."""
    snapshot, said = report.snapshot, _taken_out(report.snapshot)
    yield _fenced("json", embedding.plain(snapshot)), said
    yield _fenced("text", embedding.packed(snapshot)), f"{said} It is packed; `xpudoctor snapshot` shows it."
    if snapshot.log:
        seen = {fact.source for finding in report.findings for fact in finding.evidence}
        lines = tuple(line for line in snapshot.log.lines if line.fact.source in seen)
        less = replace(snapshot, log=replace(snapshot.log, lines=lines))
        yield _fenced("text", embedding.packed(less)), f"{said} It is packed, and of the log holds only the lines that a finding rests on."
    yield "", "Left out: it is too long for an issue. Please attach the file that `xpudoctor snapshot -o snapshot.json` writes."


def _head(report: Report) -> Iterator[str]:
    yield "### xpudoctor report\n"
    for finding in report.causes[:_MOST_FINDINGS]:
        yield f"- **{finding.severity.value}** `{finding.rule.id}` ({finding.confidence.value}): {markdown.escaped(finding.message)}"
    if more := len(report.causes) - _MOST_FINDINGS:
        yield from [f"- and {more} more"] if more > 0 else []
    yield from (f"- {markdown.escaped(line)}" for line in words.not_seen(report))
    if not report.causes:
        yield "Nothing wrong found with the environment."
    yield f"\n| | xpudoctor {__version__} |\n|---|---|"
    yield from (f"| {name} | {markdown.escaped(value)} |" for name, value in rows(report.snapshot))
    yield ""


def _details(report: Report) -> Iterator[str]:
    for finding in report.causes:
        yield from markdown.finding_lines(finding, report)
    yield from markdown.check_lines(report)


def _folded(title: str, text: str) -> tuple[str, ...]:
    return (f"<details><summary>{title}</summary>\n", text, "\n</details>\n") if text.strip() else ()


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def _cut(text: str, room: int) -> str:
    """Return whole lines of the text, as many as there is room for, and say what is missing."""
    if len(text) <= room:
        return text
    kept = text[: max(0, room - 200)].rpartition("\n")[0]
    # What was opened has to be closed: a list of commands, a folded part.
    kept += "\n```" if kept.count("\n```") % 2 else ""
    kept += "\n</details>" * (kept.count("<details>") - kept.count("</details>"))
    return f"{kept}\n\n{len(text) - len(kept)} characters are left out here; `xpudoctor check -v` shows them."


def _taken_out(snapshot: Snapshot) -> str:
    marks = _MARKS.findall(embedding.plain(snapshot))
    counts = ", ".join(f"{marks.count(mark)} x {mark[1:-1]}" for mark in dict.fromkeys(marks))
    return (
        f"User, host, home folder (`~`), addresses, serial numbers and secrets were taken out ({counts or 'none was found'}). "
        "Read it through before you share it. `xpudoctor triage` and `xpudoctor check --snapshot` read it."
    )
