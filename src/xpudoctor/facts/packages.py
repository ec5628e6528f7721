"""The Python packages of the environment that is looked at, read from their metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from packaging.version import Version

from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.record import Record
from xpudoctor.facts.versions import pep440


def canonical(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it (packaging.utils would import the platform tags, too)."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Package(Record):
    """One installed distribution. `origin` is venv, user, system or conda; `requires` is kept for the LLM stack only."""

    name: str
    version: str
    origin: str = ""
    location: str = ""
    installer: str = ""
    url: str = ""
    requires: tuple[str, ...] = ()
    source: str = ""
    place: Place | None = None

    @property
    def parsed(self) -> Version | None:
        """The version as PEP 440 reads it; None for one that is not."""
        return pep440(self.version)

    @property
    def local(self) -> str:
        """The local part of the version (`xpu` in 2.6.0+xpu), empty where there is none."""
        return self.version.partition("+")[2].lower()

    @property
    def fact(self) -> Fact:
        return Fact(self.name, self.version, self.source, self.place)


class Packages(Record):
    """`complete` says whether the listing was whole: only then does a missing name mean that it is not installed."""

    installed: tuple[Package, ...] = ()
    complete: bool = False
    python: str = ""
    executable: str = ""
    environment: str = ""
    installer: str = ""
    leftovers: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    def all(self, name: str) -> tuple[Package, ...]:
        """Return every installed copy of one distribution, the one that Python imports first."""
        return self._copies.get(canonical(name), ())

    @cached_property
    def _copies(self) -> Mapping[str, tuple[Package, ...]]:
        """The copies of each distribution: the checks ask for a hundred names, of which an environment may hold hundreds."""
        copies: dict[str, tuple[Package, ...]] = {}
        for package in self.installed:
            name = canonical(package.name)
            copies[name] = (*copies.get(name, ()), package)
        return copies

    def get(self, name: str) -> Package | None:
        """Return the copy that Python imports, or None where none was seen (which is not to say: absent)."""
        copies = self.all(name)
        return copies[0] if copies else None

    def version(self, name: str) -> Version | None:
        """Return the version of one distribution; None where it was not seen or cannot be read."""
        package = self.get(name)
        return package.parsed if package else None

    def lacks(self, *names: str) -> bool:
        """Say whether none of these is installed: true only of a whole listing."""
        return self.complete and not any(self.get(name) for name in names)
