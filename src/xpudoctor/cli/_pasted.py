"""What a pasted text tells: of the machine that it is about, and what a report in it states."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from xpudoctor.cli._machine import clean, pasted_log
from xpudoctor.facts import embedding
from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.log import Log
from xpudoctor.facts.merge import merge
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
    if reported := _reported(log):
        return clean(reported, Identity()), ()
    seen = read(log.lines)
    theirs = own.others(log.lines)
    around = replace(log, lines=(*(seen.log.lines if seen.log else ()), *theirs))
    # A text that is nothing but our own words is judged as the machine was.
    alone = len(theirs) < len(log.lines) and not any(line.text.strip() for line in around.lines)
    return clean(replace(seen, log=None if alone else around), Identity()), own.stated(log.lines)


def _reported(log: Log) -> Snapshot | None:
    """Return what the report in a text carries, with the words around it; None where there is no whole report."""
    texts = [line.text for line in log.lines]
    span = embedding.span(texts)
    if span is None:
        return None
    try:
        carried = embedding.unpacked(texts[slice(*span)], log.name)
    except SnapshotError as error:
        typer.echo(f"xpudoctor: {error}; it is read as any other text", err=True)
        return None
    # A text that is nothing but the report, or a form with nothing else filled in, is judged as the machine was.
    around = tuple(line for line in (*log.lines[: span[0]], *log.lines[span[1] :]) if line.text.strip() and not line.text.startswith("#"))
    return merge([carried, replace(read(around), log=replace(log, lines=around))]) if around else carried
