"""Where a command gets its facts and its checks: a live machine, a saved snapshot, the rules beside them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from xpudoctor.facts.codec import SnapshotError

if TYPE_CHECKING:
    from xpudoctor.diagnosis.checks import Check
    from xpudoctor.facts.log import Log
    from xpudoctor.facts.redaction import Identity
    from xpudoctor.facts.snapshot import Snapshot

_LARGEST = 64 * 1024 * 1024


def saved(path: Path, log: Path | None = None) -> Snapshot:
    """Return the snapshot in a file, `-` being standard input, with a log; SnapshotError names the file where it holds none."""
    with _opened(path) as (stream, name):
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise SnapshotError(f"{name}: more than {_LARGEST} bytes are no snapshot")
    # PowerShell's `>` writes UTF-16.
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return with_log(_snapshot(data.decode(encoding), name), log)
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{name}: not a text file (byte {error.start})") from None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """Open a file, `-` being standard input, and say what it is called; SnapshotError names it where it cannot be read."""
    name = "standard input" if str(path) == "-" else str(path)
    if str(path) == "-" and sys.stdin is None:  # It was closed before the program began.
        raise SnapshotError(f"{name}: cannot be read: nothing is there")
    try:
        with path.open("rb") if str(path) != "-" else nullcontext(sys.stdin.buffer) as stream:
            yield stream, name
    except OSError as error:
        raise SnapshotError(f"{name}: cannot be read: {error.strerror}") from None


def _snapshot(text: str, name: str) -> Snapshot:
    from xpudoctor.facts import embedding
    from xpudoctor.facts.snapshot import Snapshot

    lines = text.splitlines()
    span = next(embedding.spans(lines), None)
    return embedding.unpacked(lines[span.start : span.stop], name) if span else Snapshot.from_text(text, name)


def with_log(snapshot: Snapshot, path: Path | None, *, ours: bool = False) -> Snapshot:
    """Return the snapshot with the lines of a log to hold against it; `ours` for a log of this machine, whose user is known."""
    if path is None:
        return snapshot
    from dataclasses import replace

    from xpudoctor.facts.redaction import Identity
    from xpudoctor.probes.gather import identity

    return clean(replace(snapshot, log=pasted_log(path)), identity() if ours else Identity())


def clean(snapshot: Snapshot, identity: Identity) -> Snapshot:
    """Return the snapshot without what tells who somebody is."""
    from xpudoctor.facts.redaction import names_in, redacted, redactor

    names = frozenset(package.name.lower() for package in snapshot.packages.installed) if snapshot.packages else frozenset[str]()
    named = names_in(snapshot.log.text) if snapshot.log else {}
    cleaned: Snapshot = redacted(snapshot, redactor(identity, names, named))
    return cleaned


def pasted_log(path: Path) -> Log:
    """Return the lines of a text that may tell something; SnapshotError names the file where it cannot be read."""
    from xpudoctor.readers.intake import read_stream

    with _opened(path) as (stream, name):
        return read_stream(stream, name)


def checks(folders: list[Path], *, logs: bool, projects: bool = False) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Return every check there is, and what is wrong with plug-ins."""
    from xpudoctor.diagnosis.plugins import load

    return load(folders, logs=logs, projects=projects)


class Live:
    """The facts of the machine, once they are there."""

    snapshot: Snapshot


@contextmanager
def live(python: Path | None, *, static: bool, timeout: float) -> Iterator[Live]:
    """Look at the machine while the body of the `with` runs; afterwards the snapshot is there."""
    from xpudoctor.cli._progress import progress
    from xpudoctor.probes._patient import begin

    if timeout != timeout:  # Not a number passes every comparison that a range makes.
        raise typer.BadParameter("a number of seconds", param_hint="--timeout")
    answer, failures, interpreter = Live(), list[BaseException](), _interpreter(python)
    begin(interpreter, static=static, timeout=timeout)
    with progress() as show:

        def look() -> None:
            from xpudoctor.probes.gather import gather

            try:
                answer.snapshot = gather(interpreter, static=static, timeout=timeout, progress=show)
            except BaseException as error:
                failures.append(error)

        worker = threading.Thread(target=look, daemon=True)
        worker.start()
        yield answer
        worker.join()
    if failures:
        raise failures[0]


def _interpreter(python: Path | None) -> str | None:
    from xpudoctor.probes._interpreter import named

    try:
        return named(python) if python else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--python") from None
