"""Which Intel GPU a PCI device id is: the table of names, families and memory sizes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from xpudoctor.facts import toml
from xpudoctor.facts.record import Record
from xpudoctor.facts.sizes import GIB

KINDS = ("integrated", "discrete", "datacenter")


class GpuModel(Record):
    """A row of the table. `memory` is in bytes, None for shared or unknown; `neo` the first compute-runtime that lists the id."""

    pci_id: str
    name: str
    family: str
    kind: str
    codename: str
    memory: int | None = None
    neo: str = ""


@cache
def models() -> Mapping[str, GpuModel]:
    """Return the table by PCI device id (four hexadecimal digits in lower case); raise ValueError where a row is wrong."""
    data = toml.load_resource(__package__, "gpus.toml")
    return {pci_id: _model(pci_id, row, data["family"]) for pci_id, row in data["gpu"].items()}


def model(pci_id: str) -> GpuModel | None:
    """Return what is known of a device id; None for one that is not in the table, which is a fact and no error."""
    return models().get(pci_id.lower())


def _model(pci_id: str, row: Mapping[str, str | int], families: Mapping[str, Mapping[str, str]]) -> GpuModel:
    family = families.get(str(row["family"]))
    if family is None or family["kind"] not in KINDS:
        raise ValueError(f"gpus.toml: {pci_id}: family {row['family']!r} has no row with a kind")
    name = str(row.get("name") or f"Intel {family['codename']} GPU")
    memory = int(row["memory"]) * GIB if "memory" in row else None
    return GpuModel(pci_id, name, str(row["family"]), family["kind"], family["codename"], memory, str(row.get("neo", "")))
