"""How findings are put in order: the worst and surest first, and under each cause what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xpudoctor.diagnosis.findings import Finding
from xpudoctor.diagnosis.rules import Confidence, Severity

_SEVERITIES = list(Severity)
_CONFIDENCES = list(Confidence)


def arrange(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, causes in order of weight, each followed by its consequences, which name it in `explained_by`."""
    # What is wrong with the machine is no cause of what is wrong with a project, nor the other way round.
    return _arranged([f for f in findings if not f.places]) + _arranged([f for f in findings if f.places])


def _arranged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    # Equal weights keep the order of the tables, in which the earlier rung of a ladder stands first.
    ordered = sorted(_without_idle_guesses(findings), key=_weight)
    parents = {finding.rule.id: _parent(finding, ordered) for finding in ordered}
    tops = {name: _top(name, parents) for name in parents}
    # A cause weighs what the worst of its consequences weighs.
    weights: dict[str, tuple[int, int, bool]] = {}
    for finding in ordered:
        weights.setdefault(tops[finding.rule.id], _weight(finding))
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


def _once(finding: Finding, ordered: Sequence[Finding], arranged: Sequence[Finding]) -> Sequence[Finding]:
    """Give the consequences to the first finding of a rule only, where one rule found several things."""
    return () if any(other.rule.id == finding.rule.id for other in arranged[:-1]) else ordered


def _weight(finding: Finding) -> tuple[int, int, bool]:
    return _SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence), finding.rule.guess


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
