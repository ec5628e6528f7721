"""`xpudoctor explain`: what a rule means, why, the fix, the links; offline, out of its table alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xpudoctor.diagnosis.rules import Rule


def explain(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule, as `check` and `list` show it.")],
    checks: Annotated[list[Path] | None, typer.Option(help="A folder with more checks. May be repeated.")] = None,
) -> None:
    """Explain one rule: what it means, why it matters, how to mend it, where it is written."""
    from xpudoctor.renderers.rulebook import page

    typer.echo(page(_found(rule, checks or [])), nl=False)


def _found(wanted: str, folders: list[Path]) -> Rule:
    from xpudoctor.diagnosis.plugins import find_rule, rule_ids

    rule = find_rule(wanted, folders)
    if rule is not None:
        return rule
    from difflib import get_close_matches

    near = get_close_matches(wanted, rule_ids(folders), 1)
    hint = f"; did you mean {near[0]}?" if near else "; `xpudoctor list` shows them all"
    raise typer.BadParameter(f"there is no rule {wanted!r}{hint}", param_hint="ID")
