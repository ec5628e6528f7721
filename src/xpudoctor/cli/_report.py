"""How a report leaves the program: to the terminal as it is, to a pipe, to a file; and the exit status it means."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from xpudoctor.facts.record import Record
from xpudoctor.renderers import RENDERERS, render
from xpudoctor.renderers.view import View

if TYPE_CHECKING:
    from xpudoctor.diagnosis.findings import Report

_FOUND = 1


class Goal(Record):
    """One form of the report, and the file it goes to (None: standard output)."""

    form: str
    file: Path | None


def goals(form: str, named: Sequence[str]) -> list[Goal]:
    """Return what is to be written, files first: FORM=FILE beside the rest, a plain FILE in place of standard output."""
    pairs = {name: pair for name in named if (pair := _pair(name))}
    plain = [Path(name) for name in named if name not in pairs]
    if len(plain) > 1:
        raise typer.BadParameter(f"{plain[1]}: one file takes --format; write the others as FORM=FILE", param_hint="--output")
    found = [*pairs.values(), Goal(form, plain[0] if plain else None)]
    for goal in found:
        must_be_writable(goal.file)
    return found


def _pair(name: str) -> Goal | None:
    """Read FORM=FILE; None for a plain file. A word that is no form is rather a typing error than the name of a file."""
    form, mark, file = name.partition("=")
    if not mark or not form.isalpha():
        return None
    if form not in RENDERERS or not file:
        raise typer.BadParameter(f"{name}: FORM=FILE, with one of {', '.join(RENDERERS)}", param_hint="--output")
    return Goal(form, Path(file))


def tell(report: Report, goals: Sequence[Goal], *, verbose: bool, quiet: bool, fail_on: str, project: Path | None = None) -> None:
    """Print the report and write its files; for GitHub also the summary of the job, where there is one."""
    if quiet:
        from xpudoctor.renderers import words

        for line in words.not_seen(report):
            typer.echo(f"xpudoctor: {line}", err=True)
    for goal in goals:
        view = replace(_place(goal.file), verbose=verbose, quiet=quiet, fail_on=fail_on, project=_leading_to(project))
        put(render(report, goal.form, view), goal.file)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and any(goal.form == "github" for goal in goals):
        put(render(report, "markdown", View(unicode=True)), Path(summary), mode="ab")


def told(report: Report, form: str, output: Path | None, *, verbose: bool, quiet: bool) -> str:
    """Return the report as it suits the place where it goes."""
    return render(report, form, replace(_place(output), verbose=verbose, quiet=quiet))


def _place(output: Path | None) -> View:
    return terminal() if output is None else View(width=100, unicode=True)


def _leading_to(project: Path | None) -> str:
    """Return the path from the working folder to a project, which its own paths follow: a job names files from where it stands."""
    if project is None:
        return ""
    try:
        path = os.path.relpath(project)
    except ValueError:  # It is on another drive of Windows.
        path = str(project)
    return "" if path == os.curdir else path.replace(os.sep, "/") + "/"


def put(text: str, output: Path | None, mode: Literal["wb", "ab"] = "wb") -> None:
    """Print a text, or write it to the file that the user asked for; typer.BadParameter where that cannot be done."""
    if output is None:
        # typer writes colours so that an old Windows console shows them, too.
        typer.echo(text, nl=False, file=sys.stdout)
        return
    try:
        with output.open(mode) as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise typer.BadParameter(
            f"{output}: cannot be written: {error.strerror}", param_hint="--output" if mode == "wb" else "GITHUB_STEP_SUMMARY"
        ) from None


def must_be_writable(output: Path | None) -> None:
    """Raise typer.BadParameter where a file cannot be put there: to be told before the probes run, not after."""
    if output is not None and not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"{output}: no such folder", param_hint="--output")


def status(report: Report, fail_on: str) -> int:
    """Return 1 where something at or above this severity was found."""
    view = View(fail_on=fail_on)
    return _FOUND if any(view.counts(finding.severity) for finding in report.findings) else 0


def terminal() -> View:
    """Return what standard output can show."""
    attended = sys.stdout.isatty()
    color = attended and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((100, 24)).columns if attended or "COLUMNS" in os.environ else 100
    return View(max(40, min(width, 120)), color, _can_show("✗└·"))


def _can_show(marks: str) -> bool:
    try:
        marks.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
