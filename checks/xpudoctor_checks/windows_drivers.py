"""How old a Windows driver may be, which branch it is of, and whether it is known to fail."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Devices, Match, Packages, System
from xpudoctor.facts.versions import requirement
from xpudoctor_checks._bad_drivers import has, holds, of_system
from xpudoctor_checks._drivers import table
from xpudoctor_checks._families import only_unsupported

_OLD = "before 11th generation"
_PAGES = {"tgl": 864990, "rkl": 864990, "adl": 864990}


def driver_too_old_windows(devices: Devices, packages: Packages | None) -> Iterator[Match]:
    for gpu in devices.gpus:
        floors = (row for row in table("windows_drivers")["floor"] if gpu.family in row["families"])
        asked = (row for row in floors if "package" not in row or has(packages, row["package"]))
        row = max(asked, key=lambda row: Version(row["version"]), default=None)
        # Numbers of different branches say nothing of each other.
        if row and gpu.driver and not _branch(gpu.driver) and gpu.driver < Version(row["version"]):
            page = _PAGES.get(gpu.family, 785597)
            yield Match(gpu, gpu=gpu.label, driver=gpu.driver, floor=row["version"], asked_by=row["asked_by"], page=page)


def driver_legacy_branch_windows(devices: Devices) -> Match | None:
    known = only_unsupported(devices)
    for gpu in devices.gpus:
        if gpu.driver and _branch(gpu.driver) == _OLD and (gpu in known or not gpu.family):
            return Match(gpu, gpu=gpu.label, driver=gpu.driver)
    return None


def driver_too_old_for_triton_windows(devices: Devices, packages: Packages, system: System) -> Match | None:
    for row in table("torch_drivers")["windows"] if system.os == "windows" else ():
        triton = packages.get(requirement(row["package"])[0])
        for gpu in devices.of_family(*row["families"]) if has(packages, row["package"]) else ():
            if triton and gpu.driver and not _branch(gpu.driver) and gpu.driver < Version(row["driver"]):
                return Match(gpu, triton, gpu=gpu.label, driver=gpu.driver, triton=triton.version, floor=row["driver"])
    return None


def driver_known_bad_windows(devices: Devices, packages: Packages | None) -> Iterator[Match]:
    for bad in of_system("windows") if devices.gpus else ():
        for gpu in bad.gpus(devices):
            if gpu.driver and holds(bad.driver, gpu.driver) and bad.wants(packages):
                yield Match(gpu, gpu=gpu.label, **bad.told)


def _branch(driver: Version) -> str:
    """Return the branch with numbers of its own that a driver is of; empty for the main one."""
    rows = table("windows_drivers")["branch"]
    return next((row["name"] for row in rows if Version(row["first"]) <= driver <= Version(row["last"])), "")
