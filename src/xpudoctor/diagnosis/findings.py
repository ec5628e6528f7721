"""What a check may say, and what becomes of it: match, finding, result, report."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from xpudoctor.diagnosis.fixes import Remedy
from xpudoctor.diagnosis.rules import Confidence, Rule, Severity
from xpudoctor.facts.codec import to_json
from xpudoctor.facts.fact import Fact, HasFact, Place
from xpudoctor.facts.record import Record
from xpudoctor.facts.snapshot import Snapshot

SCHEMA = 1


class Match:
    """All that a check may say: the facts that show the fault, and the values that fill `{…}` in the rule's texts."""

    __slots__ = ("evidence", "values")

    def __init__(self, *evidence: Fact | HasFact, **values: object) -> None:
        self.evidence = tuple(item if isinstance(item, Fact) else item.fact for item in evidence)
        self.values: Mapping[str, object] = values


class Finding(Record):
    """What is wrong. `explained_by` is the id of the rule whose finding this one follows from.

    One that is `doubted` is a hint at most: of tests, it is they that fail. `share` is how much of a text speaks for the cause; `alike`
    are solved issues with this cause that the text reads like.
    """

    rule: Rule
    message: str
    evidence: tuple[Fact, ...] = ()
    fixes: tuple[Remedy, ...] = ()
    explained_by: str | None = None
    doubted: bool = False
    share: float = 0.0
    alike: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Where in a project it stands; empty for what was seen of a machine."""
        return tuple(fact.place for fact in self.evidence if fact.place)

    @property
    def pasted(self) -> bool:
        """Whether what shows it stood in a text, and nothing of it was seen on the machine."""
        sources = {fact.source for fact in self.evidence if fact.source}
        return bool(sources) and all(source.startswith("line ") for source in sources)

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.doubted and self.rule.severity is Severity.ERROR else self.rule.severity

    @property
    def confidence(self) -> Confidence:
        return Confidence.POSSIBLE if self.doubted else self.rule.confidence

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON data; every key is always there."""
        return {
            "rule": self.rule.id,
            "cause": self.rule.cause,
            "severity": self.severity.value,
            "confidence": self.confidence.value,
            "title": self.rule.title,
            "message": self.message,
            "explained_by": self.explained_by,
            "evidence": [to_json(fact) | {"source": fact.source} for fact in self.evidence],
            "why": self.rule.why,
            "fixes": [fix.to_json() for fix in self.fixes],
            "links": list(self.rule.links),
            "alike": list(self.alike),
        }


class Known(Record):
    """A finding that a baseline names, and why it may stay."""

    finding: Finding
    reason: str


class Question(Record):
    """A fact that is missing, why it would decide, and the command that prints it (on Linux, on Windows)."""

    fact: str
    why: str
    linux: str
    windows: str = ""


class Status(str, Enum):
    """How a check ended: nothing wrong, something found, a fact missing, the user said so, the check itself failed."""

    CLEAR = "clear"
    FOUND = "found"
    UNKNOWN = "unknown"
    IGNORED = "ignored"
    CRASHED = "crashed"


class Result(Record):
    """The end of one check; `note` says why it is unknown, ignored or crashed."""

    rule: Rule
    status: Status
    findings: tuple[Finding, ...] = ()
    note: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        note = {"note": self.note} if self.note else {}
        return {"rule": self.rule.id, "status": self.status.value, "seconds": round(self.seconds, 6), **note}


class Report(Record):
    """What a renderer is given. `findings` is in order, the cause before what follows from it.

    `problems` tell of broken plug-ins and of findings that are no longer known, `asks` what is missing to be sure, `known` what does
    not count, `notes` what is of interest only to who looks closer.
    """

    snapshot: Snapshot
    results: tuple[Result, ...]
    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    asks: tuple[Question, ...] = ()
    known: tuple[Known, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def causes(self) -> tuple[Finding, ...]:
        """The findings that no other one explains."""
        return tuple(finding for finding in self.findings if finding.explained_by is None)

    def consequences(self, finding: Finding) -> tuple[Finding, ...]:
        """The findings that follow from this one."""
        return tuple(other for other in self.findings if other.explained_by == finding.rule.id)

    def count(self, status: Status) -> int:
        """How many checks ended so."""
        return sum(result.status is status for result in self.results)

    def to_json(self) -> dict[str, Any]:
        """Return the whole report as JSON data, with its schema number."""
        return {
            "schema": SCHEMA,
            "findings": [finding.to_json() for finding in self.findings],
            "results": [result.to_json() for result in self.results],
            "known": [known.finding.to_json() | {"reason": known.reason} for known in self.known],
            "problems": list(self.problems),
            "notes": list(self.notes),
            "ask": to_json(self.asks),
            "snapshot": to_json(self.snapshot) | {"schema": SCHEMA},
        }
