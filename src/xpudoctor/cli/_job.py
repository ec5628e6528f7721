"""What a job of CI hands over with its options: what it requires of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from xpudoctor.facts.requirements import Requirements


def required(stated: Sequence[str]) -> Requirements | None:
    """Return what the job requires, None where it requires nothing; typer.BadParameter where one cannot be read."""
    if not stated:
        return None
    from xpudoctor.facts.requirements import Requirements, need

    try:
        for text in stated:
            need(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--require") from None
    return Requirements(tuple(stated))
