"""The report as one JSON object, with a schema number: for programs."""

from __future__ import annotations

import json

from xpudoctor.diagnosis.findings import Report
from xpudoctor.renderers.view import View


def render(report: Report, view: View) -> str:
    """Return the whole report; what there is to see does not depend on the view."""
    return json.dumps(report.to_json(), indent=2, ensure_ascii=not view.unicode) + "\n"
