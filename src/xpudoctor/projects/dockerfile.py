"""What a Dockerfile installs and sets."""

from __future__ import annotations

import re

from xpudoctor.facts.project import Dependency, Installation, Project
from xpudoctor.projects import scripts
from xpudoctor.projects._text import in_line, logical_lines

_OTHER = re.compile(r"\s*(?:FROM|ARG)\s.*(?:nvidia/|nvcr\.io|cuda|pytorch/pytorch|rocm/)", re.IGNORECASE)
_PYTHON = re.compile(
    r"\s*FROM\s+(?:--platform=\S+\s+)?(?:docker\.io/)?(?:library/)?python:(?P<version>3\.\d+)(?:[.\w-]*)(?:\s|$)", re.IGNORECASE
)


def read(file: str, text: str) -> Project:
    """Return what building and running this image does."""
    installations: list[Installation] = []
    python: list[Dependency] = []
    lines = list(logical_lines(text))
    purpose = "cuda" if any(_OTHER.match(line.text) for line in lines) else ""
    for line in lines:
        installations += scripts.installs(file, line, purpose)
        if match := _PYTHON.match(line.text):
            python.append(Dependency("python", in_line(file, "image", line, "python:"), f"=={match['version']}.*"))
    numbers = {line.number for line in lines if line.text.lstrip().upper().startswith("ENV ")}
    kept = [row if number in numbers or row[:1].isspace() else "" for number, row in enumerate(text.splitlines(), 1)]
    return Project(installations=tuple(installations), python=tuple(python), environments=scripts.environment(file, kept))
