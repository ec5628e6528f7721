"""`xpudoctor check`: look at the machine (or at a snapshot of one), judge, tell, and exit by what was found."""

# No `from __future__ import annotations`: typer would evaluate the text of each annotation four times.
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from xpudoctor.diagnosis.checks import Check
    from xpudoctor.diagnosis.findings import Report
    from xpudoctor.facts.project import Project
    from xpudoctor.facts.requirements import Requirements
    from xpudoctor.facts.snapshot import Snapshot

    # The checks that are to be asked, the reason for each rule that is not, and what is wrong with plug-ins.
    Chosen = tuple[list[Check], dict[str, str], tuple[str, ...]]


class Format(str, Enum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"


class FailOn(str, Enum):
    """The least severity that makes the exit status 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


def check(
    python: Annotated[
        Path | None,
        typer.Option(help="The Python interpreter whose environment is looked at (default: the one that runs xpudoctor)."),
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Ask only the rules whose id begins so. May be repeated.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Do not ask the rules whose id begins so. May be repeated.")] = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="The least severity that makes the exit status 1 (default: error).")] = None,
    form: Annotated[Format, typer.Option("--format", help="The form of the report.")] = Format.TEXT,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="[FORM=]FILE",
            help="Write the report to this file; as FORM=FILE write one more in that form. May be repeated.",
        ),
    ] = None,
    snapshot: Annotated[Path | None, typer.Option(help="Judge a saved snapshot (or JSON report) in place of this machine.")] = None,
    static: Annotated[
        bool, typer.Option("--static", help="Import nothing: ask only what needs no child process that imports torch.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, max=86400, help="Seconds after which a slow probe is given up.")] = 60,
    log: Annotated[Path | None, typer.Option(help="Hold this log against the facts, too.")] = None,
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Judge what the files of this project declare and do, too; nothing of it is run.")
    ] = None,
    no_machine: Annotated[bool, typer.Option("--no-machine", help="With --project: judge the project alone, look at no machine.")] = False,
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME>=VALUE",
            help="What must be there, or it is an error: xpu, memory, driver, disk, python or a package. May be repeated.",
        ),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Say also whether this model fits (`xpudoctor fit` tells more).")] = None,
    quant: Annotated[str | None, typer.Option(help="The format of its weights.")] = None,
    context: Annotated[int | None, typer.Option(help="Its tokens of prompt and answer together.")] = None,
    draft: Annotated[str | None, typer.Option(metavar="MODEL", help="A draft model beside it.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="A file of known findings (TOML): they are told, but do not count.")] = None,
    checks: Annotated[list[Path] | None, typer.Option(help="A folder with more checks (its code is run). May be repeated.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show why, evidence, links, and every check.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show one line for each cause, and nothing else.")] = False,
) -> int:
    """Look at this machine and say what is wrong, why, and how to mend it."""
    from xpudoctor.cli import _job, _machine, _project, _report, _settings

    goals = _report.goals(form.value, output or [])
    required, known = _job.required(require or []), _job.baseline(baseline)
    settings = _settings.read()
    limit = fail_on.value if fail_on else settings.fail_on
    _must_fit(project, no_machine, snapshot, live=python is not None or static, required=required is not None)

    def choose(*, logs: bool, projects: bool) -> "Chosen":
        every, problems = _machine.checks(checks or [], logs=logs, projects=projects)
        return *_settings.chosen(every, settings, select or [], ignore or []), problems

    if snapshot is not None or no_machine:
        facts, told = _machine.saved(snapshot, log) if snapshot else _project.no_machine(log), _project.project(project)
        chosen = choose(logs=facts.log is not None, projects=(told or facts.project) is not None)
    else:
        # The rules and the project are read while the probes run.
        with _machine.live(python, static=static, timeout=timeout) as probes:
            told = _project.project(project)
            chosen = choose(logs=log is not None, projects=told is not None)
        facts = _machine.with_log(probes.snapshot, log, ours=True)
    report = _job.new(_judged(_with(facts, model, quant, context, draft), told, required, chosen), known)
    _report.tell(report, goals, verbose=verbose, quiet=quiet, fail_on=limit, project=project)
    return _report.status(report, limit)


def _with(facts: "Snapshot", model: str | None, *options: Any) -> "Snapshot":
    if model is None:
        return facts
    from xpudoctor.cli._planned import with_model

    return with_model(facts, model, *options)


def _judged(facts: "Snapshot", told: "Project | None", required: "Requirements | None", chosen: "Chosen") -> "Report":
    from dataclasses import replace

    from xpudoctor.diagnosis.examine import examine

    return examine(replace(facts, project=told or facts.project, requirements=required or facts.requirements), *chosen)


def _must_fit(project: Path | None, no_machine: bool, snapshot: Path | None, *, live: bool, required: bool) -> None:
    """Raise typer.BadParameter where two options ask for different machines."""
    if no_machine and (project is None or snapshot is not None or live or required):
        raise typer.BadParameter("it needs --project, and no --snapshot, --python, --static or --require", param_hint="--no-machine")
    if snapshot is not None and live:
        raise typer.BadParameter("it is judged as it was taken: --python and --static are for a live machine", param_hint="--snapshot")
