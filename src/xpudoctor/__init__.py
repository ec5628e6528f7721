"""A doctor for machines that run language models on an Intel GPU. This is all that the author of a check imports."""

from __future__ import annotations

# Not out of typing: `python -m xpudoctor` looks for that in the working folder first, and this file runs before any other.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from xpudoctor.diagnosis.findings import Match
    from xpudoctor.diagnosis.rules import Rule
    from xpudoctor.facts.devices import Devices, Gpu
    from xpudoctor.facts.environment import Environment
    from xpudoctor.facts.fact import Fact, Place, fact
    from xpudoctor.facts.log import Log
    from xpudoctor.facts.packages import Package, Packages
    from xpudoctor.facts.project import Project
    from xpudoctor.facts.runtime import Runtime
    from xpudoctor.facts.system import System
    from xpudoctor.facts.torch import Torch
    from xpudoctor.facts.versions import leading_version, minor, pep440

# Loaded when first asked for: `xpudoctor --version` and `explain` need none of them.
_HOMES = {
    "Match": "diagnosis.findings",
    "Devices": "facts.devices",
    "Gpu": "facts.devices",
    "Environment": "facts.environment",
    "Fact": "facts.fact",
    "Place": "facts.fact",
    "fact": "facts.fact",
    "Log": "facts.log",
    "Package": "facts.packages",
    "Packages": "facts.packages",
    "Project": "facts.project",
    "Rule": "diagnosis.rules",
    "Runtime": "facts.runtime",
    "System": "facts.system",
    "Torch": "facts.torch",
    "leading_version": "facts.versions",
    "minor": "facts.versions",
    "pep440": "facts.versions",
}

__version__ = "0.1.0"

__all__ = [
    "Devices", "Environment", "Fact", "Gpu", "Log", "Match", "Package", "Packages", "Place", "Project", "Rule", "Runtime", "System",
    "Torch", "fact", "leading_version", "minor", "pep440",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
