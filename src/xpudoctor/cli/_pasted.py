"""What a pasted text tells: of the machine that it is about, and what a report in it states."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from xpudoctor.cli._machine import clean, pasted_log
from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.redaction import Identity
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import own, read


def pasted(path: Path) -> tuple[Snapshot, tuple[tuple[str, str, str], ...]]:
    """Return what a text tells, `-` being standard input, and the findings that a report in it states.

    SnapshotError names the file where it is no text.
    """
    log = pasted_log(path)
    if not any(line.text.strip() for line in log.lines):
        raise SnapshotError(f"{log.name}: there is nothing in it")
    ours, seen = own.found(log.lines, log.name), read(log.lines)
    for problem in ours.problems:
        typer.echo(f"xpudoctor: {problem}; it is read as any other text", err=True)
    # A text that is nothing but our own words, or a form with nothing else filled in, is judged as the machine was.
    if len(ours.others) == len(log.lines) or any(line.text.strip() and not line.text.startswith("#") for line in ours.others):
        around = (*(seen.log.lines if seen.log else ()), *ours.others)
        seen = replace(seen, log=replace(log, lines=around))
    return clean(seen, Identity()), ours.stated
