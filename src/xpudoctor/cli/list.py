"""`xpudoctor list`: every rule with its severity and cause."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def list_rules(
    checks: Annotated[list[Path] | None, typer.Option(help="A folder with more checks. May be repeated.")] = None,
) -> None:
    """List all rules: id, severity, cause and title."""
    from xpudoctor.cli import _machine

    known, problems = _machine.checks(checks or [], logs=True, projects=True)
    for check in known:
        rule = check.rule
        typer.echo(f"{rule.id:40} {rule.severity.value:8} {rule.cause:32} {rule.title}")
    for problem in problems:
        typer.echo(f"xpudoctor: {problem}", err=True)
