"""Findings that somebody states: a report of ours was pasted, and the snapshot that it was made from was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xpudoctor.diagnosis.checks import Check
from xpudoctor.diagnosis.findings import Finding, Match, Report
from xpudoctor.diagnosis.fixes import Remedy, remedy
from xpudoctor.diagnosis.rules import Rule
from xpudoctor.diagnosis.triage import arrange
from xpudoctor.facts.fact import Fact


def with_stated(report: Report, stated: Iterable[tuple[str, str, str]], checks: Iterable[Check]) -> Report:
    """Return the report with what is stated before what the text tells; a rule that nobody knows here says nothing."""
    rules = {check.rule.id: check.rule for check in checks}
    told = [
        Finding(rules[name], message, Match(Fact("report", message, source)).evidence, tuple(_fixes(rules[name], report)))
        for name, message, source in stated
        if name in rules
    ]
    names = {finding.rule.id for finding in told}
    # What our own words read like says nothing of the machine.
    found = (replace(finding, explained_by=None) for finding in report.findings if finding.rule.id not in names and not finding.share)
    return replace(report, findings=arrange([*told, *found])) if told else report


def _fixes(rule: Rule, report: Report) -> Iterator[Remedy]:
    """Yield the fixes that can be told without the values that the report was made from."""
    for fix in rule.fixes:
        if not any("{" in text for text in (fix.text, fix.risk, *(command.run for command in fix.commands))):
            yield remedy(fix, report.snapshot, {})
