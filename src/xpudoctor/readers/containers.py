"""Whether what is told happened in a container: lines that start one, compose files, Dockerfiles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System

_STARTS = re.compile(
    r"[\s*`-]{0,40}(?:sudo )?"
    r"(?:(docker|podman)(?:-compose| compose)? (?:run|exec|up|start)\b|(apptainer|singularity) (?:run|exec|shell)\b).*"
)
_IMAGE = re.compile(r"[\s-]{0,40}image: ?[`\"']?[\w.-]{1,60}/[\w./-]{1,100}(?::[\w.-]{1,80})?[`\"']?\s*", re.IGNORECASE)
_FROM = re.compile(
    r"\s{0,40}FROM (?:--platform=\S+ )?[\w.-]{1,60}(?:/[\w./-]{1,100})?(?:[:@][\w.:-]{1,120})?(?: AS \w+)?\s*", re.IGNORECASE
)
_RUN = re.compile(r"\s{0,40}(?:RUN|ENTRYPOINT|WORKDIR|COPY) \S.*")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the kind of container, where the lines tell of one."""
    dockerfile = any(_RUN.fullmatch(line.text[:400]) for line in lines)
    for line in lines:
        text = line.text[:400]
        started = _STARTS.fullmatch(text)
        if started or _IMAGE.fullmatch(text) or (dockerfile and text.lstrip().startswith("FROM ") and _FROM.fullmatch(text)):
            kind = (started and (started[1] or started[2])) or "docker"
            return Snapshot(system=System(container=kind, sources={"container": f"line {line.number}"}))
    return Snapshot()
