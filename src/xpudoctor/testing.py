"""How a check is tested, here and in plug-ins: run one rule on the sections that matter."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from xpudoctor.diagnosis.checks import Check, collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Result, Status
from xpudoctor.diagnosis.sources import folder_source, package_source
from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.gpus import model
from xpudoctor.facts.log import Line, Log
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.snapshot import Snapshot

__all__ = ["Status", "gpus", "installed", "log", "run", "variables"]


def run(rule: str, *, source: str | Path = "xpudoctor_checks", **sections: Any) -> Result:
    """Return what one rule of a package (or folder) of checks says of a snapshot that holds these sections."""
    chosen = [check for check in _checks(source) if check.rule.id == rule]
    if not chosen:
        raise LookupError(f"{source} has no rule {rule}")
    return examine(Snapshot(**sections), chosen).results[0]


def installed(*packages: str, complete: bool = True, **fields: Any) -> Packages:
    """Return a listing of these packages, written `name==version`."""
    rows = (text.partition("==") for text in packages)
    return Packages(tuple(Package(name, version) for name, _, version in rows), complete, **fields)


def gpus(*pci_ids: str, complete: bool = True, **fields: Any) -> Devices:
    """Return devices with these GPUs, each with what the table of GPUs knows of it; `fields` are set on all of them."""
    return Devices(tuple(_gpu(pci_id, fields) for pci_id in pci_ids), complete)


def variables(**values: str) -> Environment:
    """Return an environment in which just these variables are set."""
    return Environment(values, complete=True)


def _gpu(pci_id: str, fields: dict[str, Any]) -> Gpu:
    known = model(pci_id)
    if known is None:
        return Gpu(pci_id, **fields)
    return Gpu(pci_id, **{"name": known.name, "family": known.family, "kind": known.kind, "memory": known.memory, **fields})


def _checks(source: str | Path) -> tuple[Check, ...]:
    return collect([folder_source(source)]) if isinstance(source, Path) else _of_package(source)


@cache  # A package stays as it was imported, and to read seven hundred rules takes longer than most tests.
def _of_package(name: str) -> tuple[Check, ...]:
    return collect([package_source(name)])


def log(*lines: str) -> Log:
    """Return a log of these lines."""
    return Log(tuple(Line(number, text) for number, text in enumerate(lines, 1)), len(lines))
