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

_LINES = 5  # of a project, under a finding
# Code scanning and code quality show nothing without a file. What was seen of the machine stands in none, so it is put where a
# project says what it expects of its machine; always there, whether or not the file exists, or each move of the settings would close
# all findings and open them again.
MACHINE = Place("xpudoctor.toml", 1, 1)


class Spot(Record):
    """Where a finding is shown: its `lines` in the project, the first of which stands for all; none for what was seen of the machine."""

    finding: Finding
    lines: tuple[Place, ...]
    fingerprint: str

    @property
    def place(self) -> Place:
        """The one place that a reader shows it at."""
        return self.lines[0] if self.lines else MACHINE


def spots(report: Report, view: View) -> Iterator[Spot]:
    """Yield the spot of every finding, in their order; its files as the folder of the job sees them."""
    from hashlib import sha256  # Only here: a check at a terminal shows no fingerprints.

    seen: Counter[tuple[str, ...]] = Counter()
    for finding in report.findings:
        located = [fact for fact in finding.evidence if fact.place]
        lines = tuple(replace(place, file=view.project + place.file) for place in finding.places)
        # Neither the number of the line, nor a version or a size in the message: what moves them is no new finding.
        name = (finding.rule.id, lines[0].file, located[0].value) if lines else (finding.rule.id,)
        seen[name] += 1
        digest = sha256("\0".join((*name, str(seen[name]))).encode("utf-8", "replace")).hexdigest()
        yield Spot(finding, lines, digest[:32])


def told(finding: Finding, view: View) -> str:
    """Return a finding in plain lines: the fact, where it is, what it follows from, and the fixes with their commands."""
    sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
    lines = [f"{finding.message}{sure}"]
    located = [f"{view.project}{fact.place}: {fact.value}" for fact in finding.evidence if fact.place]
    lines += located[:_LINES]
    if len(located) > _LINES:
        lines.append(f"and {len(located) - _LINES} more")
    if finding.explained_by:
        lines.append(f"It follows from {finding.explained_by}.")
    for number, fix in enumerate(finding.fixes):
        needs = f" (needs: {', '.join(fix.needs)})" if fix.needs else ""
        risk = f" Risk: {fix.risk}" if fix.risk else ""
        lines.append(f"{'Or' if number else 'Fix'}: {fix.text}{needs}{risk}")
        lines += (f"$ {command}" for command in fix.commands)
    return words.printable("\n".join(lines))
