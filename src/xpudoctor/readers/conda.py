"""What conda list and conda env export say is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers._listed import NAME, VERSION, package, section, snapshot

_HEADER = re.compile(r"\s{0,40}# ?(?:Name\s+Version\s+Build(?:\s+Channel)?|packages in environment at .{1,300}:?)\s*")
_BUILD = r"[\w.+*]{1,60}"
_ROW = re.compile(rf"\s{{0,40}}([a-z0-9_][\w.-]{{0,78}})\s+(\d[\w.!+-]{{0,60}})\s+({_BUILD})(?:\s+([\w./:-]{{2,80}}))?\s*")
# Nothing else ends so: a row of the listing is known even where its head was cut away.
_OF_PIP_IN_CONDA = re.compile(r"\spypi_0\s+pypi\s*$")
_EXPORTED = re.compile(r"\s{0,40}dependencies:\s*")
_POINT = re.compile(rf"\s{{0,40}}- (_?{NAME})=(\d[\w.!+]{{0,60}})(?:={_BUILD})?\s*")
_OF_PIP = re.compile(rf"\s{{0,40}}- ({NAME})=={VERSION}\s*")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the packages of the listings; the interpreter is one of them."""
    packages = section((*_rows(lines), *_exported(lines)))
    python = packages.get("python") if packages else None
    if packages is None or python is None:
        return snapshot(packages)
    others = tuple(found for found in packages.installed if found is not python)
    return snapshot(replace(packages, installed=others, python=python.version, sources={"python": python.source}))


def _rows(lines: Sequence[Line]) -> Iterator[Package | None]:
    inside = False
    for line in lines:
        if _HEADER.fullmatch(line.text[:400]) or (inside and line.text.strip() == "#"):
            inside = True
            continue
        match = _ROW.fullmatch(line.text[:300]) if inside or _OF_PIP_IN_CONDA.search(line.text[-40:]) else None
        inside = match is not None
        if match:
            yield package(match[1], match[2], line, "pip" if match[4] == "pypi" else "conda")


def _exported(lines: Sequence[Line]) -> Iterator[Package | None]:
    """Yield conda's own packages; those of pip in it are written as pip writes them, and read there."""
    inside = False
    for line in lines:
        text = line.text[:300]
        if _EXPORTED.fullmatch(text):
            inside = True
        elif inside and (match := _POINT.fullmatch(text)) and match[2][-1] != ".":
            yield package(match[1], match[2], line, "conda")
        elif inside and not (_OF_PIP.fullmatch(text) or text.lstrip().startswith("- ")):
            inside = False
