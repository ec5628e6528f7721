"""How a snapshot is examined: each check is given the sections it reads, and what it says becomes a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import Any

from xpudoctor.diagnosis.checks import Check
from xpudoctor.diagnosis.findings import Finding, Match, Report, Result, Status
from xpudoctor.diagnosis.fixes import remedy
from xpudoctor.diagnosis.triage import arrange
from xpudoctor.facts.snapshot import Snapshot

# Sections that nobody looks for: the user hands them over, or does not.
_GIVEN = ("log", "requirements")


def examine(
    snapshot: Snapshot, checks: Iterable[Check], ignored: Mapping[str, str] | None = None, problems: tuple[str, ...] = ()
) -> Report:
    """Return what these checks say of the snapshot. `ignored` gives the reason for each rule that is not to be asked."""
    ignored = ignored or {}
    # Half of the rules read a log, and a live machine has none: they are not asked, rather than unknown.
    missing = {name for name in _GIVEN if getattr(snapshot, name) is None}
    checks = [check for check in checks if missing.isdisjoint(check.reads)]
    results = tuple(
        Result(check.rule, Status.IGNORED, note=ignored[check.rule.id]) if check.rule.id in ignored else _decided(check, snapshot)
        for check in checks
    )
    findings = arrange([finding for result in results for finding in result.findings])
    return Report(snapshot, results, findings, problems)


def _decided(check: Check, snapshot: Snapshot) -> Result:
    # The one decision that keeps false alarms out of every check: what nobody looked at is unknown, not absent.
    for name in check.reads:
        if getattr(snapshot, name) is None:
            return Result(check.rule, Status.UNKNOWN, note=f"{name}: {snapshot.gaps.get(name, 'not looked at')}")
    sections = {name: getattr(snapshot, name) for name in (*check.reads, *check.optional)}
    began = perf_counter()
    try:
        findings = tuple(_finding(check, match, snapshot) for match in _matches(check.function(**sections)))
    except (Exception, SystemExit) as error:  # Foreign code: one broken check must not end the run, and is a result of its own.
        return Result(check.rule, Status.CRASHED, note=f"{type(error).__name__}: {error}", seconds=perf_counter() - began)
    return Result(check.rule, Status.FOUND if findings else Status.CLEAR, findings, seconds=perf_counter() - began)


def _matches(answer: Any) -> Iterable[Match]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Match) else tuple(answer)


def _finding(check: Check, match: Match, snapshot: Snapshot) -> Finding:
    message = check.rule.message.format_map(match.values)
    fixes = tuple(remedy(fix, snapshot, match.values) for fix in check.rule.fixes)
    of_tests = "log" in check.reads and snapshot.log is not None and snapshot.log.is_of_tests
    return Finding(check.rule, message, match.evidence, fixes, of_tests=of_tests)
