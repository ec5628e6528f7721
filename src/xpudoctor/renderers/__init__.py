"""How a report is told: one renderer a format, each given the report and a view, each returning text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from xpudoctor.diagnosis.findings import Report
    from xpudoctor.renderers.view import View

# Imported when chosen: a run needs one of them.
RENDERERS = {
    "text": "terminal",
    "json": "json",
    "markdown": "markdown",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "gitlab": "gitlab",
}


def render(report: Report, form: str, view: View) -> str:
    """Return the report in this format; KeyError for one that there is not."""
    renderer: Callable[[Report, View], str] = import_module(f"{__name__}.{RENDERERS[form]}").render
    return renderer(report, view)
