"""How a report leaves the program: to the terminal as it is, to a pipe, to a file; and the exit status it means."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import typer

from xpudoctor.diagnosis.findings import Report
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.renderers import render, words
from xpudoctor.renderers.view import View

_FOUND = 1


def tell(report: Report, form: str, output: Path | None, *, verbose: bool, quiet: bool) -> None:
    """Print the report, or write it to a file."""
    if quiet:
        for line in words.not_seen(report):
            typer.echo(f"xpudoctor: {line}", err=True)
    put(told(report, form, output, verbose=verbose, quiet=quiet), output)


def told(report: Report, form: str, output: Path | None, *, verbose: bool, quiet: bool) -> str:
    """Return the report as it suits the place where it goes."""
    view = _view(verbose, quiet) if output is None else View(width=100, unicode=True, verbose=verbose, quiet=quiet)
    return render(report, form, view)


def put(text: str, output: Path | None) -> None:
    """Print a text, or write it to the file that the user asked for; typer.BadParameter where that cannot be done."""
    if output is None:
        # typer writes colours so that an old Windows console shows them, too.
        typer.echo(text, nl=False, file=sys.stdout)
        return
    try:
        output.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise typer.BadParameter(f"{output}: cannot be written: {error.strerror}", param_hint="--output") from None


def must_be_writable(output: Path | None) -> None:
    """Raise typer.BadParameter where a file cannot be put there: to be told before the probes run, not after."""
    if output is not None and not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"{output}: no such folder", param_hint="--output")


def status(report: Report, fail_on: str) -> int:
    """Return 1 where something at or above this severity was found."""
    if fail_on == "never":
        return 0
    order = list(Severity)
    limit = order.index(Severity(fail_on))
    return _FOUND if any(order.index(finding.severity) <= limit for finding in report.findings) else 0


def _view(verbose: bool, quiet: bool) -> View:
    terminal = sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((100, 24)).columns if terminal or "COLUMNS" in os.environ else 100
    return View(max(40, min(width, 120)), color, _can_show("✗└·"), verbose, quiet)


def _can_show(marks: str) -> bool:
    try:
        marks.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
