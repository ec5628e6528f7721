"""How a snapshot is examined: each check is given the sections it reads, and what it says becomes a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from xpudoctor.diagnosis.checks import Check
from xpudoctor.diagnosis.findings import Finding, Match, Report, Result, Status
from xpudoctor.diagnosis.fixes import remedy
from xpudoctor.diagnosis.foreseen import Foreseen, foreseen
from xpudoctor.diagnosis.rules import Rule
from xpudoctor.diagnosis.triage import arrange
from xpudoctor.facts.fact import Place
from xpudoctor.facts.snapshot import SECTIONS, Snapshot

# Sections that nobody looks for: the user hands them over, or does not.
_GIVEN = ("log", "requirements", "project", "model")
# What a project alone can be asked for: itself, and what it would make of a machine.
_OF_A_PROJECT = frozenset(("project", "packages", "environment", "requirements", "gaps"))


def examine(
    snapshot: Snapshot, checks: Iterable[Check], ignored: Mapping[str, str] | None = None, problems: tuple[str, ...] = ()
) -> Report:
    """Return what these checks say of the snapshot. `ignored` gives the reason for each rule that is not to be asked."""
    ignored = ignored or {}
    worlds = tuple(foreseen(snapshot))
    results: list[Result] = []
    found: tuple[Rule, ...] = ()
    for check in sorted(_askable(checks, snapshot), key=lambda check: check.weighs):
        if check.rule.id in ignored:
            results.append(Result(check.rule, Status.IGNORED, note=ignored[check.rule.id]))
            continue
        results.append(_decided(check, snapshot, worlds, found))
        if results[-1].findings and not check.weighs:
            found = (*found, check.rule)
    findings = [finding for result in results for finding in result.findings]
    return Report(snapshot, tuple(results), arrange(findings), problems)


def _askable(checks: Iterable[Check], snapshot: Snapshot) -> list[Check]:
    """Leave out what would only be unknown: half of the rules read a log, which a live machine has not, and a project is no machine."""
    missing = {name for name in _GIVEN if getattr(snapshot, name) is None}
    checks = [check for check in checks if missing.isdisjoint(check.reads)]
    alone = snapshot.project is not None and all(getattr(snapshot, name) is None for name in SECTIONS if name not in _GIVEN)
    return [check for check in checks if _OF_A_PROJECT.issuperset(check.reads)] if alone else checks


def _decided(check: Check, snapshot: Snapshot, worlds: Sequence[Foreseen], found: tuple[Rule, ...]) -> Result:
    """Return what a check says of the machine, and of what a project would make of it."""
    result = _asked(check, snapshot, found)
    asked = [(world, _asked(check, world.snapshot, found)) for world in worlds if world.section in (*check.reads, *check.optional)]
    # A finding that points at no line of the file is one of the machine, and has been made.
    located: dict[tuple[Place, ...], Finding] = {}
    for world, finding in ((world, finding) for world, other in asked for finding in other.findings if finding.places):
        located.setdefault(finding.places, world.told(finding))
    if located:
        return replace(result, status=Status.FOUND, findings=(*result.findings, *located.values()))
    decided = next((other for _, other in asked if other.status in (Status.CLEAR, Status.CRASHED)), result)
    return decided if result.status is Status.UNKNOWN else result


def _asked(check: Check, snapshot: Snapshot, found: tuple[Rule, ...]) -> Result:
    # The one decision that keeps false alarms out of every check: what nobody looked at is unknown, not absent.
    for name in check.reads:
        if getattr(snapshot, name) is None:
            return Result(check.rule, Status.UNKNOWN, note=f"{name}: {snapshot.gaps.get(name, 'not looked at')}")
    sections = {name: getattr(snapshot, name) for name in (*check.reads, *check.optional)}
    if check.weighs:
        sections["found"] = found
    began = perf_counter()
    try:
        findings = tuple(_once(_finding(check, match, snapshot) for match in _matches(check.function(**sections))))
    except (Exception, SystemExit) as error:  # Foreign code: one broken check must not end the run, and is a result of its own.
        return Result(check.rule, Status.CRASHED, note=f"{type(error).__name__}: {error}", seconds=perf_counter() - began)
    return Result(check.rule, Status.FOUND if findings else Status.CLEAR, findings, seconds=perf_counter() - began)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what was found in the same lines of a project already: an extra has all that the project itself has."""
    known: set[tuple[Place, ...]] = set()
    for finding in findings:
        if not finding.places or finding.places not in known:
            yield finding
        known.add(finding.places)


def _matches(answer: Any) -> Iterable[Match]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Match) else tuple(answer)


def _finding(check: Check, match: Match, snapshot: Snapshot) -> Finding:
    message = check.rule.message.format_map(match.values)
    fixes = tuple(remedy(fix, snapshot, match.values) for fix in check.rule.fixes)
    share, alike = match.values.get("share", 0.0), match.values.get("alike", ())
    finding = Finding(
        check.rule,
        message,
        match.evidence,
        fixes,
        share=share if isinstance(share, float) else 0.0,
        alike=alike if isinstance(alike, tuple) else (),
    )
    # What was seen on the machine itself holds, whatever is run on it.
    of_tests = snapshot.log is not None and snapshot.log.is_of_tests
    return replace(finding, doubted=True) if of_tests and (finding.pasted or "log" in check.reads) else finding
