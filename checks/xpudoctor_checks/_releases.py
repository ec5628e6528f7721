"""The tables of releases: what belongs to a torch release, and which packages take NumPy 2 since when."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from packaging.version import Version

from xpudoctor.facts import toml

# IPEX came to its end with the release for this torch: https://github.com/intel/intel-extension-for-pytorch/issues/867
LAST_IPEX = Version("2.8")
# The oldest and the newest Python of the wheels before a release of torch (experimental ones, too):
# https://github.com/pytorch/pytorch/blob/main/RELEASE.md
_PYTHONS = (("2.2", "3.8", "3.11"), ("2.5", "3.8", "3.12"), ("2.9", "3.9", "3.13"), ("2.15", "3.10", "3.14"))


def torch() -> dict[str, Any]:
    """Return, by torch minor release, the torchvision minor, the XPU build of Triton and the oneAPI release of its runtime."""
    return _table("torch_releases")


def pythons(release: Version) -> tuple[Version, Version]:
    """Return the oldest and the newest Python that a release of torch has wheels for."""
    known = next(((oldest, newest) for before, oldest, newest in _PYTHONS if release < Version(before)), ("3.11", "3.15"))
    return Version(known[0]), Version(known[1])


def numpy_2() -> dict[str, dict[str, str]]:
    """Return, by package, the first release that takes NumPy 2, by operating system."""
    return _table("numpy2")


def dpctl() -> list[dict[str, Any]]:
    """Return the oneAPI release (a year) that each range of dpctl versions was linked with."""
    rows: list[dict[str, Any]] = _table("sycl_runtime")["dpctl"]
    return rows


def cuda_only() -> dict[str, dict[str, str]]:
    """Return, by package, what an install of it does to an XPU stack, and what to take in its place."""
    return _table("cuda_only")


def came_out(package: str, release: str) -> date | None:
    """Return the day on which a minor release of transformers, torch or openvino came out; None for one that is not in the table."""
    day = _table("released")[package].get(release)
    return date.fromisoformat(day) if day else None


@cache
def _table(name: str) -> dict[str, Any]:
    return toml.load_resource("xpudoctor_checks", f"tables/{name}.toml")
