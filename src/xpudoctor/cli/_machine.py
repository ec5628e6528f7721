"""Where a command gets its facts and its checks: a live machine, a saved snapshot, the rules beside them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xpudoctor.facts.snapshot import Snapshot, SnapshotError

if TYPE_CHECKING:
    from xpudoctor.diagnosis.checks import Check

_LARGEST = 64 * 1024 * 1024


def saved(path: Path) -> Snapshot:
    """Return the snapshot in a file, `-` being standard input; SnapshotError names the file where it holds none."""
    name = "standard input" if str(path) == "-" else str(path)
    try:
        if str(path) != "-" and path.stat().st_size > _LARGEST:
            raise SnapshotError(f"{name}: {path.stat().st_size} bytes are no snapshot")
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SnapshotError(f"{name}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{name}: not a text file (byte {error.start})") from None
    return Snapshot.from_text(text, name)


def checks(folders: list[Path]) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Return every check there is, and what is wrong with plug-ins."""
    from xpudoctor.diagnosis.plugins import load

    return load(folders)


class Live:
    """The facts of the machine, once they are there."""

    snapshot: Snapshot


@contextmanager
def live(python: Path | None, *, static: bool, timeout: float) -> Iterator[Live]:
    """Look at the machine while the body of the `with` runs; afterwards the snapshot is there."""
    if python is not None and not python.is_file():
        raise typer.BadParameter(f"{python}: no such interpreter", param_hint="--python")
    answer, failures = Live(), list[BaseException]()

    def look() -> None:
        from xpudoctor.cli._progress import progress
        from xpudoctor.probes.gather import gather

        try:
            answer.snapshot = gather(str(python) if python else None, static=static, timeout=timeout, progress=progress())
        except BaseException as error:
            failures.append(error)

    worker = threading.Thread(target=look, daemon=True)
    worker.start()
    yield answer
    worker.join()
    if failures:
        raise failures[0]
