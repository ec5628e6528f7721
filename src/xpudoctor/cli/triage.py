"""`xpudoctor triage`: name the cause from what a user pasted."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xpudoctor.cli.check import FailOn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xpudoctor.diagnosis.findings import Report


class Format(str, Enum):
    """The forms of an answer: those of CI tell of one machine, and a text is read by a person."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def triage(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Texts to read: issues, logs, reports; `-` is standard input.")],
    select: Annotated[list[str] | None, typer.Option(help="Ask only the rules whose id begins so. May be repeated.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Do not ask the rules whose id begins so. May be repeated.")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="The least severity that makes the exit status 1.")] = FailOn.ERROR,
    form: Annotated[Format, typer.Option("--format", help="The form of the answer.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the answer to this file.")] = None,
    checks: Annotated[list[Path] | None, typer.Option(help="A folder with more checks (its code is run). May be repeated.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show why, evidence, links, and every check.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show one line for each cause, and nothing else.")] = False,
) -> int:
    """Read what a user pasted and name the cause, the lines that show it, the fix, and what to ask for; nothing in it is run or opened."""
    from xpudoctor.cli import _report

    _report.must_be_writable(output)
    reports = [answer(file, select or [], ignore or [], checks or []) for file in files]
    if form is Format.JSON:
        # One object for one text; of several, one object a line.
        indent = 2 if len(reports) == 1 else None
        _report.put("".join(json.dumps(report.to_json(), indent=indent) + "\n" for report in reports), output)
    else:
        _report.put("\n".join(_report.told(report, form.value, output, verbose=verbose, quiet=quiet) for report in reports), output)
    return max(_report.status(report, fail_on.value) for report in reports)


def answer(file: Path, select: Sequence[str] = (), ignore: Sequence[str] = (), folders: Sequence[Path] = ()) -> Report:
    """Return what is to be said of one text."""
    from dataclasses import replace

    from xpudoctor.cli import _machine, _pasted, _planned, _settings
    from xpudoctor.diagnosis.asks import asks
    from xpudoctor.diagnosis.examine import examine
    from xpudoctor.diagnosis.stated import with_stated

    told, stated = _pasted.pasted(file)
    seen = _planned.with_named_model(told)
    known, problems = _machine.checks(list(folders), logs=True)
    chosen, ignored = _settings.chosen(known, _settings.Settings(), select, ignore)
    report = with_stated(examine(seen, chosen, ignored, problems), stated, chosen)
    return replace(report, asks=asks(seen, report.findings))
