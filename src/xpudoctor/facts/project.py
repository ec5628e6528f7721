"""What a project declares and does, read from its files: what it installs and from where, what its code asks for, how containers start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from xpudoctor.facts.environment import Environment
from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.record import Record
from xpudoctor.facts.versions import pep440

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_LONGEST = 200


def located(name: str, text: str, place: Place) -> Fact:
    """Return a line of a project as a fact."""
    return Fact(name, text.strip()[:_LONGEST], str(place), place)


class Dependency(Record):
    """A package that is asked for: its canonical name, what is said of the version, and where it has to come from if that is said.

    `index` is the address of the one index it is taken from, `url` that of the file itself.
    """

    name: str
    fact: Fact
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    index: str = ""
    url: str = ""

    @property
    def pinned(self) -> Version | None:
        """The one version that is asked for; None where there is a choice."""
        exact = [part.version for part in self.range if part.operator in ("==", "===") and not part.version.endswith(".*")]
        return pep440(exact[0]) if exact else None

    @property
    def range(self) -> SpecifierSet:
        """The versions that will do; all of them where nothing is said that can be read."""
        from packaging.specifiers import InvalidSpecifier, SpecifierSet  # Only here: a check of a machine needs none of it.

        try:
            return SpecifierSet(self.specifier)
        except InvalidSpecifier:
            return SpecifierSet()

    def admits(self, version: str) -> bool:
        """Say whether this version will do."""
        return self.range.contains(version, prereleases=True)


class Index(Record):
    """An index of packages. `role`: `only` replaces the public one, `extra` is asked beside it, `named` only by those that name it."""

    url: str
    role: str
    fact: Fact
    name: str = ""


class Installation(Record):
    """What one file or one command brings into an environment. `installer` is pip, uv, poetry or conda.

    `meant_for` is what its name says: a device (`cuda`, `xpu` …) or a purpose (`test`, `docs` …), empty where it says nothing.
    `includes` are the requirements files that a command names.
    """

    name: str
    installer: str = "pip"
    meant_for: str = ""
    dependencies: tuple[Dependency, ...] = ()
    indexes: tuple[Index, ...] = ()
    includes: tuple[str, ...] = ()

    def get(self, name: str) -> Dependency | None:
        """Return what is asked for under this canonical name; of several words the first."""
        return next((dependency for dependency in self.dependencies if dependency.name == name), None)

    @property
    def pinned(self) -> Packages:
        """What is sure to be installed afterwards: a listing that is not whole."""
        known = {d.name: d for d in reversed(self.dependencies) if d.pinned and not d.marker}
        return Packages(tuple(Package(d.name, str(d.pinned), source=d.fact.source, place=d.fact.place) for d in reversed(known.values())))


class Use(Record):
    """One thing that code does, where nothing guards it. `kind` is one of a closed set (see projects/code.py), `value` the thing."""

    kind: str
    value: str
    fact: Fact


class Source(Record):
    """A file of code. `devices` are the kinds of device that it names anywhere; a file that names several may choose."""

    file: str
    devices: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()

    def of(self, *kinds: str) -> tuple[Use, ...]:
        """Return the uses of these kinds."""
        return tuple(use for use in self.uses if use.kind in kinds)


class Container(Record):
    """How one container is started: a service of a compose file, or a `docker run`. `shared_memory` is a size, `host`, or empty."""

    image: str
    fact: Fact
    command: str = ""
    devices: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    user: str = ""
    privileged: bool = False
    shared_memory: str = ""


class Project(Record):
    """`files` counts what was read; `unread` are files, or places in them, that could not be. `devices` are named in some code.

    `environments` are those that its start scripts make, one a file. `python` are the versions of Python that it names.
    """

    name: str = ""
    files: int = 0
    installations: tuple[Installation, ...] = ()
    code: tuple[Source, ...] = ()
    containers: tuple[Container, ...] = ()
    environments: tuple[Environment, ...] = ()
    python: tuple[Dependency, ...] = ()
    unread: tuple[Fact, ...] = ()

    @property
    def devices(self) -> frozenset[str]:
        """The kinds of device that the code names anywhere."""
        return frozenset(device for source in self.code for device in source.devices)
