"""How findings are put in order: the worst and surest first, and under each cause what follows from it.

Of a pasted text, what its words speak for counts as well: of two causes that are possible, the likelier one stands first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from xpudoctor.diagnosis.findings import Finding
from xpudoctor.diagnosis.rules import Confidence, Severity

_SEVERITIES = list(Severity)
_CONFIDENCES = list(Confidence)
# What a finding speaks for its cause, by its kind, beside the share of the words that do. (Between half of these and twice as much, no
# more than one in a hundred of the solved issues that measure comes out otherwise.)
_SAID = {
    (Severity.ERROR, Confidence.CERTAIN): 0.6,
    (Severity.ERROR, Confidence.LIKELY): 0.4,
    (Severity.ERROR, Confidence.POSSIBLE): 0.15,
    (Severity.WARNING, Confidence.CERTAIN): 0.15,
    (Severity.WARNING, Confidence.LIKELY): 0.15,
}
# So much of the words has to speak for what is certain, all of it together, or it may be a symptom of another cause.
_SURE = 0.6
# More causes than these would be no answer, where some are only guessed.
_CAUSES = 3
# What a text is said to be by a guess of this cause where all may be well; and how much of the words makes an error a doubt.
_WELL = "harmless-line"
_DOUBT = 0.5

Weight = tuple[float, int, int, bool]


class _Words(NamedTuple):
    """What the words of a text speak for: the share of each cause, solved issues alike, and whether the words agree to what is certain."""

    shares: Mapping[str, float]
    alike: Mapping[str, tuple[str, ...]]
    agree: bool


def arrange(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, causes in order of weight, each followed by its consequences, which name it in `explained_by`."""
    # What is wrong with the machine is no cause of what is wrong with a project, nor the other way round.
    return _arranged([f for f in findings if not f.places]) + _arranged([f for f in findings if f.places])


def _arranged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    # Equal weights keep the order of the tables, in which the earlier rung of a ladder stands first.
    words = _words(findings)
    doubted = _doubted(findings, words)
    ordered = _without_idle_guesses(sorted(doubted, key=lambda finding: _weight(finding, words)), words)
    parents = {finding.rule.id: _parent(finding, ordered) for finding in ordered}
    tops = {name: _top(name, parents) for name in parents}
    # A cause weighs what the worst of its consequences weighs.
    weights: dict[str, Weight] = {}
    for finding in ordered:
        weights.setdefault(tops[finding.rule.id], _weight(finding, words))
    arranged: list[Finding] = []
    for finding in sorted(ordered, key=lambda finding: weights[tops[finding.rule.id]]):
        if tops[finding.rule.id] == finding.rule.id:
            arranged.append(finding)
            arranged += (
                replace(other, explained_by=finding.rule.id)
                for other in _once(finding, ordered, arranged)
                if tops[other.rule.id] == finding.rule.id != other.rule.id
            )
    # The guess that told of a solved issue may be left out, where a rule names the same cause; the first one of the cause tells of it.
    told = {finding.rule.cause: number for number, finding in reversed(list(enumerate(arranged)))}
    return tuple(
        replace(finding, alike=words.alike.get(finding.rule.cause, ()) if told[finding.rule.cause] == number else ())
        for number, finding in enumerate(arranged)
    )


def _words(findings: Sequence[Finding]) -> _Words:
    shares = {finding.rule.cause: finding.share for finding in findings if finding.share}
    certain = {finding.rule.cause for finding in findings if _is_certain(finding)}
    alike = {finding.rule.cause: finding.alike for finding in findings if finding.alike}
    return _Words(shares, alike, not shares or sum(shares.get(cause, 0.0) for cause in certain) >= _SURE)


def _doubted(findings: Sequence[Finding], words: _Words) -> Sequence[Finding]:
    """Make a hint of what is said of a text that reads like one of tests, or like a question, unless it is certain."""
    if words.shares.get(_WELL, 0.0) < _DOUBT:
        return findings
    return [replace(one, doubted=True) if one.pasted and one.confidence is not Confidence.CERTAIN else one for one in findings]


def _without_idle_guesses(ordered: Sequence[Finding], words: _Words) -> Sequence[Finding]:
    """Leave the guesses out that say nothing new, that stand behind three causes, or where an error is sure.

    One that goes by the symptom is for texts of which no rule knows more; one that goes by the words may name another cause.
    """
    named = {finding.rule.cause for finding in ordered if not finding.rule.guess}
    sure = any(_is_sure(finding, words) for finding in ordered)
    likely = any(finding.severity is Severity.ERROR and finding.confidence is not Confidence.POSSIBLE for finding in ordered)
    kept: list[Finding] = []
    for finding in ordered:
        causes = {other.rule.cause for other in kept} - {_WELL}
        idle = sure or len(causes) >= _CAUSES or finding.rule.cause in named | causes or (likely and not finding.share)
        if not (finding.rule.guess and idle) or finding.rule.cause == _WELL:
            kept.append(finding)
    return kept


def _once(finding: Finding, ordered: Sequence[Finding], arranged: Sequence[Finding]) -> Sequence[Finding]:
    """Give the consequences to the first finding of a rule only, where one rule found several things."""
    return () if any(other.rule.id == finding.rule.id for other in arranged[:-1]) else ordered


def _is_sure(finding: Finding, words: _Words) -> bool:
    """Whether it is a certain error. In a text, what is certain may be a symptom only: the words must not speak for another cause."""
    return _is_certain(finding) and (words.agree or not finding.pasted)


def _is_certain(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and finding.confidence is Confidence.CERTAIN


def _weight(finding: Finding, words: _Words) -> Weight:
    """Return what is compared: sure errors before all else; then, in a text, how much speaks for the cause."""
    severity, confidence = _SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)
    own = _SAID.get((finding.severity, finding.confidence), 0.0) if words.shares else 0.0
    said = -1.0 if finding.rule.cause == _WELL else words.shares.get(finding.rule.cause, 0.0) + own
    return (float("-inf") if _is_sure(finding, words) else -said), severity, confidence, finding.rule.guess


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
