"""What people write of their machine, label by label, in lists, tables and prose, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from xpudoctor.facts.devices import Devices
from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.runtime import DriverPackage, Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import _stated_gpus, _stated_packages, _stated_system
from xpudoctor.readers._labels import labelled
from xpudoctor.readers._listed import installed_torch
from xpudoctor.readers.os_names import first_of


def read(lines: Sequence[Line]) -> Snapshot:
    """Return what the labels of the lines say."""
    pairs = tuple(labelled(lines))
    gpus = _stated_gpus.gpus(pairs)
    packages = tuple(_stated_packages.stated(pairs, lines))
    return Snapshot(
        system=first_of(_stated_system.stated(pairs, lines)),
        packages=_packages(packages),
        devices=Devices(gpus) if gpus else None,
        runtime=_runtime(tuple(_stated_gpus.driver_packages(pairs))),
        torch=next((installed_torch(package) for package in packages if package.name == "torch"), None),
    )


def _packages(found: tuple[Package, ...]) -> Packages | None:
    python = next((package for package in found if package.name == "python"), None)
    if python is None:
        return Packages(found) if found else None
    installed = tuple(package for package in found if package is not python)
    return Packages(installed, python=python.version, sources={"python": python.source})


def _runtime(found: tuple[DriverPackage, ...]) -> Runtime | None:
    return Runtime(driver_packages=found, sources={"driver_packages": found[0].source}) if found else None
