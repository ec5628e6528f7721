"""What a job of CI hands over with its options: what it requires of the machine, and what is known to be wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xpudoctor.facts.codec import SnapshotError

if TYPE_CHECKING:
    from xpudoctor.diagnosis.baseline import Entry
    from xpudoctor.diagnosis.findings import Report
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


def baseline(file: Path | None) -> tuple[Entry, ...]:
    """Return the known findings of a baseline, none without one; SnapshotError names the file and the place where it is wrong."""
    if file is None:
        return ()
    from xpudoctor.diagnosis.baseline import read

    try:
        return read(file.read_text(encoding="utf-8-sig"), str(file))
    except OSError as error:
        raise SnapshotError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{file}: not a text file (byte {error.start})") from None


def new(report: Report, known: tuple[Entry, ...]) -> Report:
    """Return the report with the known findings apart."""
    if not known:
        return report
    from datetime import date

    from xpudoctor.diagnosis.baseline import without_known

    return without_known(report, known, date.today())
