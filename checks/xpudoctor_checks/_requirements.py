"""Which requirements of a package, as its own metadata states them, the environment does not meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xpudoctor import Package, Packages, minor, pep440
from xpudoctor.facts.packages import canonical

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def unmet(packages: Packages, package: Package | None, names: tuple[str, ...]) -> Iterator[tuple[Requirement, Package | None]]:
    """Yield each requirement on one of these names that the environment does not meet, with what is there in its place."""
    for requirement in _parsed(package.requires if package else (), names):
        if requirement.marker and not _applies(requirement, packages):
            continue
        found = packages.get(requirement.name)
        if found is None and packages.lacks(requirement.name):
            yield requirement, None
        elif found and found.parsed and not requirement.specifier.contains(found.parsed, prereleases=True):
            yield requirement, found


def _parsed(requires: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Requirement]:
    """Yield the requirements on one of these names; what cannot be read asks for nothing."""
    for text in requires:
        if not canonical(text).startswith(names):
            continue
        from packaging.requirements import InvalidRequirement, Requirement  # Only here: it costs 10 ms.

        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if canonical(requirement.name) in names:
            yield requirement


def _applies(requirement: Requirement, packages: Packages) -> bool:
    """Evaluate a marker for the Python that was looked at; one that also asks for another system is left alone."""
    marker = str(requirement.marker)
    if "python_" not in marker or re.search(r"platform|sys_|os_|extra", marker):
        return False
    python = pep440(packages.python)
    if python is None or requirement.marker is None:
        return False
    return requirement.marker.evaluate({"python_version": minor(python), "python_full_version": str(python)})
