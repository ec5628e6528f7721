"""What a project would make of a machine: after each of its installations, under each of its start scripts.

The rules that judge a machine judge these, too, so that what is known of packages and variables stands in one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xpudoctor.facts.record import Record
from xpudoctor.facts.snapshot import Snapshot


class Foreseen(Record):
    """A machine as far as it would still be known, the file that makes it so, and the section that this file decides."""

    section: str
    file: str
    snapshot: Snapshot


def foreseen(snapshot: Snapshot) -> Iterator[Foreseen]:
    """Yield what the project of a snapshot would make of its machine; nothing where there is no project."""
    machine = Snapshot(system=snapshot.system, devices=snapshot.devices)
    project = snapshot.project
    for installation in project.installations if project else ():
        if installation.meant_for in ("", "xpu"):
            yield Foreseen("packages", installation.name, replace(machine, packages=installation.pinned))
    for environment in project.environments if project else ():
        yield Foreseen("environment", environment.source, replace(machine, packages=snapshot.packages, environment=environment))
