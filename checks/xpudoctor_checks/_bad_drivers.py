"""The drivers and kernels that are known to fail for some GPUs, and whether one of them is in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from packaging.version import Version

from xpudoctor import Devices, Gpu, Packages
from xpudoctor.facts.record import Record
from xpudoctor.facts.versions import Range, requirement
from xpudoctor_checks._drivers import table


class Bad(Record):
    """A row of the table. An empty condition does not restrict."""

    os: str
    what: str
    breaks: str
    workaround: str
    confidence: str
    families: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    driver: str = ""
    neo: str = ""
    kernel: str = ""
    kernel_driver: str = ""
    package: str = ""
    cards: int = 1
    unseen: bool = False
    shows: str = ""
    logged: bool = False
    source: tuple[str, ...] = ()

    @property
    def told(self) -> dict[str, str]:
        """What a message says of the row."""
        return {"what": self.what, "breaks": self.breaks, "workaround": self.workaround, "source": self.source[0]}

    def gpus(self, devices: Devices) -> tuple[Gpu, ...]:
        """Return the GPUs that the row speaks of, none where there are fewer than it needs."""
        found = tuple(
            gpu
            for gpu in devices.gpus
            if (gpu.family in self.families or gpu.pci_id in self.ids) and self.kernel_driver in ("", gpu.kernel_driver)
        )
        return found if len(found) >= self.cards else ()

    def wants(self, packages: Packages | None) -> bool:
        """Say whether the package that suffers is installed."""
        return not self.package or has(packages, self.package)


@cache
def bad_drivers() -> tuple[Bad, ...]:
    """Return the table; raise ValueError where a row is wrong."""
    return tuple(_bad(row) for row in table("bad_drivers")["bad"])


def of_system(name: str) -> Iterator[Bad]:
    """Yield the rows of one operating system that the facts of a machine decide."""
    return (bad for bad in bad_drivers() if bad.os == name and not bad.logged)


def has(packages: Packages | None, wanted: str) -> bool:
    """Say whether a package is surely installed in this range (`torch>=2.6`)."""
    name, versions = requirement(wanted)
    version = packages.version(name) if packages else None
    return version is not None and version in versions


def holds(versions: str, version: Version | None) -> bool:
    """Say whether a version is in a range; an empty range asks for nothing, an unknown version is in none."""
    return not versions or (version is not None and version in Range(versions))


def _bad(row: Mapping[str, Any]) -> Bad:
    known = {item.name for item in fields(Bad)}
    if set(row) - known - {"checked"} or not (row.get("families") or row.get("ids")):
        raise ValueError(f"bad_drivers.toml: {row.get('what')}: an unknown key, or neither families nor ids")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items() if key in known}
    for name in ("driver", "neo", "kernel"):
        Range(values.get(name, ""))
    return Bad(**values)
