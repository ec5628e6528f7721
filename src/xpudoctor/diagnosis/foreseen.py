"""What a project would make of a machine: after each of its installations, under each of its start scripts.

The rules that judge a machine judge these, too, so that what is known of packages and variables stands in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from xpudoctor.diagnosis.findings import Finding
from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.project import located
from xpudoctor.facts.record import Record
from xpudoctor.facts.snapshot import Snapshot


class Foreseen(Record):
    """A machine as far as it would still be known, the file that makes it so, its lines, and the section that they decide."""

    section: str
    file: str
    snapshot: Snapshot
    lines: Mapping[Place | None, Fact] = field(default_factory=dict)

    def told(self, finding: Finding) -> Finding:
        """Return a finding as one of this file: named for it, with its lines."""
        evidence = tuple(self.lines.get(fact.place, fact) for fact in finding.evidence)
        return replace(finding, message=f"With {self.file}: {finding.message}", evidence=evidence)


def foreseen(snapshot: Snapshot) -> Iterator[Foreseen]:
    """Yield what the project of a snapshot would make of its machine; nothing where there is no project."""
    machine = Snapshot(system=snapshot.system, devices=snapshot.devices)
    project = snapshot.project
    for installation in project.installations if project else ():
        if installation.meant_for in ("", "xpu"):
            lines = {dependency.fact.place: dependency.fact for dependency in installation.dependencies}
            yield Foreseen("packages", installation.name, replace(machine, packages=installation.pinned), lines)
    for environment in project.environments if project else ():
        rows = (located("variable", f"{name}={environment.get(name)}", place) for name, place in environment.places.items())
        set_in = {fact.place: fact for fact in rows}
        world = replace(machine, packages=snapshot.packages, environment=environment)
        yield Foreseen("environment", environment.source, world, set_in)
