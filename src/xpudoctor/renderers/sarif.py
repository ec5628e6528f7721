"""The report as SARIF 2.1.0, in the subset that code scanning reads."""

from __future__ import annotations

import json
from typing import Any

from xpudoctor import __version__
from xpudoctor.diagnosis.findings import Report, Status
from xpudoctor.diagnosis.rules import Confidence, Rule, Severity
from xpudoctor.facts.fact import Place
from xpudoctor.renderers import words
from xpudoctor.renderers.rulebook import page
from xpudoctor.renderers.spots import Spot, spots, told
from xpudoctor.renderers.view import View

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PRECISIONS = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high", Confidence.POSSIBLE: "medium"}


def render(report: Report, view: View) -> str:
    """Return a log of one run. Known findings are not in it: code scanning would open those that are marked as suppressed, too."""
    rules = list({finding.rule.id: finding.rule for finding in report.findings}.values())
    numbers = {rule.id: index for index, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "xpudoctor", "version": __version__, "rules": [_rule(rule) for rule in rules]}},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(spot, numbers, view) for spot in spots(report, view)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=not view.unicode) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": "\n".join((rule.why, *(fix.text for fix in rule.fixes), *rule.links)), "markdown": page(rule)},
        "helpUri": rule.links[0],
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"precision": _PRECISIONS[rule.confidence], "tags": ["xpu", rule.cause]},
    }


def _result(spot: Spot, numbers: dict[str, int], view: View) -> dict[str, Any]:
    finding = spot.finding
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": numbers[finding.rule.id],
        "level": _LEVELS[finding.severity],
        # A text of the form [text](address) would be shown as a link.
        "message": {"text": told(finding, view).replace("](", "] (")},
        "locations": [_location(spot)],
        "relatedLocations": [_physical(place) for place in spot.lines[1:]],
        # The one name of a fingerprint that code scanning reads.
        "partialFingerprints": {"primaryLocationLineHash": spot.fingerprint},
        "properties": {"cause": finding.rule.cause, "confidence": finding.confidence.value},
    }


def _location(spot: Spot) -> dict[str, Any]:
    location = _physical(spot.place)
    if not spot.lines:  # What it is really about: the parts of the machine that show the fault.
        parts = dict.fromkeys(words.printable(fact.name) for fact in spot.finding.evidence)
        location["logicalLocations"] = [{"name": name, "kind": "resource"} for name in parts or ("machine",)]
    return location


def _physical(place: Place) -> dict[str, Any]:
    from urllib.parse import quote

    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }


def _invocation(report: Report) -> dict[str, Any]:
    """Say what was not seen, and whether every check ran to its end."""
    unseen = [{"level": "warning", "message": {"text": words.printable(line)}} for line in words.not_seen(report)]
    return {"executionSuccessful": not report.count(Status.CRASHED), "toolExecutionNotifications": unseen}
