"""What a conda environment file asks for, from conda's channels and from pip."""

from __future__ import annotations

import re

from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.project import Dependency, Index, Installation, Project, located
from xpudoctor.projects import _pip, _yaml

# `channel::name=version=build`, or a name with comparisons.
_SPEC = re.compile(r"(?:[\w./-]+::)?(?P<name>[\w.-]+)\s*(?P<rest>(?:[=<>!~].*)?)")
_ONE = re.compile(r"(?P<equals>={1,2})(?P<version>\d[\w.*]*)(?:=.*)?")


def read(file: str, text: str) -> Project:
    """Return what an environment file brings, what pip brings apart."""
    rows = text.splitlines()
    found = [e for e in _yaml.entries(text) if e.path[:2] == ("dependencies", _yaml.ITEM) and e.value]

    def fact(entry: _yaml.Entry) -> Fact:
        return located("requires", rows[entry.line - 1], Place(file, entry.line, entry.column))

    by_conda = tuple(d for e in found if len(e.path) == 2 and (d := _spec(e.value, fact(e))))
    pip = [e for e in found if e.path[2:] == ("pip", _yaml.ITEM)]
    by_pip = tuple(d for e in pip if not e.value.startswith("-") and (d := _pip.dependency(e.value, fact(e))))
    purpose = _pip.meant_for(file)
    installations = (
        Installation(file, "conda", purpose, tuple(d for d in by_conda if d.name != "python")),
        Installation(file, "pip", purpose, by_pip, tuple(index for e in pip if (index := _index(e.value, fact(e))))),
    )
    python = tuple(d for d in by_conda if d.name == "python" and d.specifier)
    return Project(installations=tuple(i for i in installations if i.dependencies or i.indexes), python=python)


def _spec(text: str, fact: Fact) -> Dependency | None:
    match = _SPEC.fullmatch(text.strip())
    if match is None:
        return None
    one = _ONE.fullmatch(match["rest"].replace(" ", ""))
    # One `=` is a beginning to conda: 3.11 is any 3.11.
    specifier = (
        match["rest"] if one is None else f"=={one['version']}" + (".*" if one["equals"] == "=" and "*" not in one["version"] else "")
    )
    return Dependency(match["name"].lower(), fact, specifier)


def _index(text: str, fact: Fact) -> Index | None:
    return _pip.index_option(text.split(), 0, lambda _: fact)[0] if text.startswith("-") else None
