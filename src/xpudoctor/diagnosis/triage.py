"""How findings are put in order: the worst and surest first, and under each cause what follows from it.

Where nothing is sure, what the words of a text speak for counts, too: of two causes that are possible, the likelier one stands first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xpudoctor.diagnosis.findings import Finding
from xpudoctor.diagnosis.rules import Confidence, Severity

_SEVERITIES = list(Severity)
_CONFIDENCES = list(Confidence)
# What a rule of its own says of a cause beside the words, and no less in their absence: its place among those that are not sure.
_SAID = {
    (Severity.ERROR, Confidence.POSSIBLE): 0.3,
    (Severity.WARNING, Confidence.CERTAIN): 0.21,
    (Severity.WARNING, Confidence.LIKELY): 0.2,
    (Severity.WARNING, Confidence.POSSIBLE): 0.15,
}
_GUESSED = 0.1
# More than these would be no answer.
_GUESSES = 3

Weight = tuple[float, int, int, bool]


def arrange(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, causes in order of weight, each followed by its consequences, which name it in `explained_by`."""
    # What is wrong with the machine is no cause of what is wrong with a project, nor the other way round.
    return _arranged([f for f in findings if not f.places]) + _arranged([f for f in findings if f.places])


def _arranged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    # Equal weights keep the order of the tables, in which the earlier rung of a ladder stands first.
    shares = {finding.rule.cause: finding.share for finding in findings if finding.share}
    kept = _without_idle_guesses(_spoken_for_once(findings))
    ordered = sorted(kept, key=lambda finding: _weight(finding, shares))
    parents = {finding.rule.id: _parent(finding, ordered) for finding in ordered}
    tops = {name: _top(name, parents) for name in parents}
    # A cause weighs what the worst of its consequences weighs.
    weights: dict[str, Weight] = {}
    for finding in ordered:
        weights.setdefault(tops[finding.rule.id], _weight(finding, shares))
    arranged: list[Finding] = []
    for finding in sorted(ordered, key=lambda finding: weights[tops[finding.rule.id]]):
        if tops[finding.rule.id] == finding.rule.id:
            arranged.append(finding)
            arranged += (
                replace(other, explained_by=finding.rule.id)
                for other in _once(finding, ordered, arranged)
                if tops[other.rule.id] == finding.rule.id != other.rule.id
            )
    return tuple(arranged)


def _without_idle_guesses(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Leave the guesses out where an error was found that is more than possible."""
    known = any(finding.severity is Severity.ERROR and finding.confidence is not Confidence.POSSIBLE for finding in findings)
    return [finding for finding in findings if not (known and finding.rule.guess)]


def _spoken_for_once(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Leave out what only the words say where a rule of its own says the same, and all but the likeliest of the others."""
    named = {finding.rule.cause for finding in findings if not finding.share}
    spoken = [finding for finding in findings if finding.share and finding.rule.cause not in named]
    likeliest = sorted(spoken, key=lambda finding: -finding.share)[:_GUESSES]
    return [finding for finding in findings if not finding.share or finding in likeliest]


def _once(finding: Finding, ordered: Sequence[Finding], arranged: Sequence[Finding]) -> Sequence[Finding]:
    """Give the consequences to the first finding of a rule only, where one rule found several things."""
    return () if any(other.rule.id == finding.rule.id for other in arranged[:-1]) else ordered


def _weight(finding: Finding, shares: Mapping[str, float]) -> Weight:
    """Return what is compared: the sure errors before all else, then how much speaks for the cause."""
    severity, confidence = _SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)
    if finding.severity is Severity.ERROR and finding.confidence is not Confidence.POSSIBLE:
        return -1.0, severity, confidence, finding.rule.guess
    said = 0.0 if finding.share else _GUESSED if finding.rule.guess else _SAID.get((finding.severity, finding.confidence), 0.0)
    return 1.0 - shares.get(finding.rule.cause, 0.0) - said, severity, confidence, finding.rule.guess


def _parent(finding: Finding, ordered: Sequence[Finding]) -> str | None:
    """Return the weightiest finding that explains this one."""
    return next((other.rule.id for other in ordered if finding.rule.id in other.rule.explains), None)


def _top(name: str, parents: dict[str, str | None]) -> str:
    """Follow the explanations to the first cause; of a circle, its weightiest finding is the top."""
    seen = [name]
    while (parent := parents[seen[-1]]) is not None:
        if parent in seen:
            return min(seen[seen.index(parent) :], key=list(parents).index)
        seen.append(parent)
    return seen[-1]
