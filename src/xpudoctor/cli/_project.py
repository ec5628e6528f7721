"""Where a command gets what a project says, and a machine at which nobody looked, to judge a project alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xpudoctor.facts.project import Project
    from xpudoctor.facts.snapshot import Snapshot


def project(folder: Path | None) -> Project | None:
    """Return what the files of a folder say; SnapshotError where it is no folder that can be read."""
    if folder is None:
        return None
    from xpudoctor.facts.redaction import Identity, redacted, redactor
    from xpudoctor.projects import read

    # Paths in it are relative, and a folder may be called as its user is: only secrets are taken out.
    clean: Project = redacted(read(folder), redactor(Identity()))
    return clean


def no_machine(log: Path | None) -> Snapshot:
    """Return a snapshot in which nobody looked at any machine, with a log to hold against a project."""
    from xpudoctor.cli import _machine
    from xpudoctor.facts.snapshot import Snapshot

    return _machine.with_log(Snapshot(), log)
