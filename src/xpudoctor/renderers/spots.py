"""What the formats for CI share: each spot that a finding points at, with a fingerprint that stays the same from run to run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from xpudoctor.diagnosis.findings import Finding, Report
from xpudoctor.diagnosis.rules import Confidence
from xpudoctor.facts.fact import Place
from xpudoctor.facts.record import Record
from xpudoctor.renderers import words
from xpudoctor.renderers.view import View

# Code scanning and code quality show nothing without a file. What was seen of the machine stands in none, so it is put where a
# project says what it expects of its machine; always there, whether or not the file exists, or each move of the settings would close
# all findings and open them again.
MACHINE = Place("xpudoctor.toml", 1, 1)


class Spot(Record):
    """One thing to mark: a line of the project, or (`line` is None) the machine."""

    finding: Finding
    line: Place | None
    fingerprint: str

    @property
    def place(self) -> Place:
        """Where it is shown."""
        return self.line or MACHINE


def spots(report: Report, view: View) -> Iterator[Spot]:
    """Yield every spot of every finding, in their order; its file as the folder of the job sees it."""
    from hashlib import sha256  # Only here: a check at a terminal shows no fingerprints.

    seen: Counter[tuple[str, ...]] = Counter()
    for finding in report.findings:
        for place, name in _named(finding, view.project):
            seen[name] += 1
            digest = sha256("\0".join((*name, str(seen[name]))).encode("utf-8", "replace")).hexdigest()
            yield Spot(finding, place, digest[:32])


def _named(finding: Finding, project: str) -> Iterator[tuple[Place | None, tuple[str, ...]]]:
    """Yield each place with what names it: neither a line's number, nor a version or a size in the message, which move."""
    for fact in finding.evidence:
        if fact.place:
            place = replace(fact.place, file=project + fact.place.file)
            yield place, (finding.rule.id, place.file, fact.value)
    if not finding.places:
        yield None, (finding.rule.id,)


def told(finding: Finding) -> str:
    """Return a finding in plain lines: the fact, what it follows from, and the fixes with their commands."""
    sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
    lines = [f"{finding.message}{sure}"]
    if finding.explained_by:
        lines.append(f"It follows from {finding.explained_by}.")
    for number, fix in enumerate(finding.fixes):
        needs = f" (needs: {', '.join(fix.needs)})" if fix.needs else ""
        risk = f" Risk: {fix.risk}" if fix.risk else ""
        lines.append(f"{'Or' if number else 'Fix'}: {fix.text}{needs}{risk}")
        lines += (f"$ {command}" for command in fix.commands)
    return words.printable("\n".join(lines))
