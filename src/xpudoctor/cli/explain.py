"""`xpudoctor explain`: what a rule means, why, the fix, the links; offline, out of its table alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xpudoctor.diagnosis.rules import Rule
    from xpudoctor.diagnosis.sources import Source


def explain(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule, as `check` and `list` show it.")],
    checks: Annotated[list[Path] | None, typer.Option(help="A folder with more checks. May be repeated.")] = None,
) -> None:
    """Explain one rule: what it means, why it matters, how to mend it, where it is written."""
    from xpudoctor.diagnosis.sources import known
    from xpudoctor.renderers.rulebook import page

    source, found = _found(rule, checks or [])
    typer.echo(page(found, known(source, found)), nl=False)


def _found(wanted: str, folders: list[Path]) -> tuple[Source, Rule]:
    from xpudoctor.diagnosis.plugins import find_rule, rule_ids

    found = find_rule(wanted, folders)
    if found is not None:
        return found
    from difflib import get_close_matches

    near = get_close_matches(wanted, rule_ids(folders), 1)
    hint = f"; did you mean {near[0]}?" if near else "; `xpudoctor list` shows them all"
    raise typer.BadParameter(f"there is no rule {wanted!r}{hint}", param_hint="ID")
