"""Known findings: what a baseline names is told, but no longer counts, each for its reason and, where a day is named, until that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from xpudoctor.diagnosis.findings import Finding, Known, Report
from xpudoctor.diagnosis.triage import arrange
from xpudoctor.facts import toml
from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.fact import Place
from xpudoctor.facts.record import Record


class Entry(Record):
    """One `[[known]]`: the findings of a rule, in a project only those in `file`. `place` is where it stands."""

    rule: str
    reason: str
    place: str
    until: date | None = None
    file: str = ""

    def names(self, finding: Finding, spot: Place | None) -> bool:
        """Say whether this finding, at this spot of a project, is meant."""
        return self.rule == finding.rule.id and (not self.file or (spot is not None and spot.file == self.file))


def read(text: str, name: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline; SnapshotError names the file and the entry that is wrong."""
    try:
        data = toml.loads(text)
    except toml.TOMLDecodeError as error:
        raise SnapshotError(f"{name}: not TOML: {error}") from None
    rows = data.get("known", [])
    if set(data) - {"known"} or not isinstance(rows, list):
        raise SnapshotError(f"{name}: a baseline holds [[known]] entries and nothing else")
    return tuple(_entry(row, f"{name}: known entry {number}") for number, row in enumerate(rows, 1))


def _entry(row: Any, place: str) -> Entry:
    problem = _problem(row)
    if problem:
        raise SnapshotError(f"{place}: {problem}")
    return Entry(**row, place=place)


def _problem(row: Any) -> str:
    if not isinstance(row, dict):
        return "a table expected"
    for name in ("rule", "reason"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            return f"{name} is missing"
    if unknown := set(row) - {"rule", "reason", "until", "file"}:
        return f"unknown key {min(unknown)!r}"
    if type(row.get("until", date.max)) is not date:
        return "until is a day, without quotes: until = 2027-01-31"
    return "" if isinstance(row.get("file", ""), str) else "file is the path of a file in the project, with slashes"


def without_known(report: Report, entries: Sequence[Entry], today: date) -> Report:
    """Return the report with its known findings apart; what follows from one of them stands by itself, until it is named, too."""
    valid = [entry for entry in entries if entry.until is None or today <= entry.until]
    reasons = [(finding, _reason(finding, valid)) for finding in report.findings]
    left = [replace(finding, explained_by=None) for finding, reason in reasons if not reason]
    meant = [entry for entry in entries if _is_found(entry, report.findings)]
    return replace(
        report,
        findings=arrange(left),
        known=tuple(Known(finding, reason) for finding, reason in reasons if reason),
        problems=(*report.problems, *(_expired(entry) for entry in meant if entry not in valid)),
        notes=(*report.notes, *(f"{entry.place}: {entry.rule}: nothing like it was found" for entry in entries if entry not in meant)),
    )


def _reason(finding: Finding, entries: Sequence[Entry]) -> str:
    """Return why this finding may stay; empty where a spot of it is not named."""
    reasons = [next((e.reason for e in entries if e.names(finding, spot)), "") for spot in finding.places or (None,)]
    return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""


def _is_found(entry: Entry, findings: Iterable[Finding]) -> bool:
    return any(entry.names(finding, spot) for finding in findings for spot in finding.places or (None,))


def _expired(entry: Entry) -> str:
    return f"{entry.place}: {entry.rule} was known until {entry.until} ({entry.reason}); it counts again"
