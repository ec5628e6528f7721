"""The findings as a code quality report of GitLab."""

from __future__ import annotations

import json
from typing import Any

from xpudoctor.diagnosis.findings import Report
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.renderers import words
from xpudoctor.renderers.spots import Spot, spots
from xpudoctor.renderers.view import View

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(report: Report, view: View) -> str:
    """Return a list with an entry for each spot."""
    return json.dumps([_entry(spot) for spot in spots(report, view)], indent=2, ensure_ascii=not view.unicode) + "\n"


def _entry(spot: Spot) -> dict[str, Any]:
    finding = spot.finding
    return {
        "description": words.printable(finding.message),
        "check_name": finding.rule.id,
        "fingerprint": spot.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": spot.place.file, "lines": {"begin": spot.place.line}},
    }
