"""Which build of Intel's Linux GPU driver (NEO) there is, and which of its lines a build belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from packaging.version import Version

from xpudoctor import Fact, Gpu, Runtime, leading_version, minor
from xpudoctor.facts import toml
from xpudoctor.facts.record import Record
from xpudoctor.facts.runtime import LevelZeroDevice

# The packages that hold the Level Zero driver: of Debian and Ubuntu, of Intel's older repository, of Fedora, of Arch and openSUSE,
# and of Debian 12, where it is inside the OpenCL package (elsewhere that is of the same build).
PACKAGES = ("libze-intel-gpu1", "intel-level-zero-gpu", "intel-level-zero", "intel-compute-runtime", "intel-opencl-icd")
LOADERS = ("libze1", "level-zero", "oneapi-level-zero", "level-zero-loader")
# YY.WW.BUILD.PATCH, 1.3.BUILD.PATCH or 1.x.BUILD+PATCH; every build since 2021 has five digits.
_BUILD = re.compile(r"\b\d+\.\d+\.(\d{5,6})(?:[.+](\d+))?")


class Neo(Record):
    """The GPU driver as it was seen: `build` is BUILD.PATCH."""

    build: Version
    shown: str
    fact: Fact


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return one of the tables of reference data."""
    return toml.load_resource("xpudoctor_checks", f"tables/{name}.toml")


def build(text: str) -> Version | None:
    """Return BUILD.PATCH of a version of the Linux GPU driver, in any of its spellings."""
    match = _BUILD.search(text)
    return Version(f"{match[1]}.{match[2] or 0}") if match else None


def line_build(line: str) -> Version:
    """Return the build with which a line (`24.31`) began; raise ValueError for one that is not in the table."""
    row = table("neo")["line"].get(line)
    if row is None:
        raise ValueError(f"neo.toml: no line {line}")
    return Version(str(row["build"]))


def line(driver: Version) -> str | None:
    """Return the line (`24.31`) that a build belongs to; None for one that is older than all of them."""
    began = [name for name, row in table("neo")["line"].items() if row["build"] <= driver.major]
    return began[-1] if began else None


def neo(runtime: Runtime | None, gpu: Gpu | None = None) -> Neo | None:
    """Return the driver that Level Zero shows for this GPU, else the newest that is installed as a package."""
    if runtime is None:
        return None
    for device in runtime.level_zero.devices if runtime.level_zero else ():
        seen = build(device.driver_version)
        if seen and (gpu is None or _is(device, gpu)):
            return Neo(seen, device.driver_version, Fact("GPU driver", device.driver_version, f"Level Zero, {device.name}"))
    packages = [package for package in runtime.driver_packages or () if package.name in PACKAGES]
    found = [(seen, package) for package in packages if (seen := build(package.version))]
    if not found:
        return None
    newest, package = max(found, key=lambda pair: pair[0])
    return Neo(newest, package.version, package.fact)


def lists(runtime: Runtime | None, gpu: Gpu) -> bool:
    """Say whether Level Zero lists this GPU: then its driver knows it, whatever the numbers say."""
    return bool(runtime and runtime.level_zero and any(_is(device, gpu) for device in runtime.level_zero.devices))


def _is(device: LevelZeroDevice, gpu: Gpu) -> bool:
    """Say whether the two are one GPU; a paste may name it only, and what has neither id nor name is none in particular."""
    if device.pci_id and gpu.pci_id:
        return device.pci_id == gpu.pci_id
    return bool(gpu.name) and device.name == gpu.name


def released(driver: Version) -> date | None:
    """Return when the line of this build began."""
    began = [row["date"] for row in table("neo")["line"].values() if row["build"] <= driver.major]
    return date.fromisoformat(max(began)) if began else None


def loader_released(version: str) -> date | None:
    """Return when the minor release of a Level Zero loader came out."""
    number = leading_version(version)
    day = table("level_zero_loader")["release"].get(minor(number)) if number else None
    return date.fromisoformat(day) if day else None
