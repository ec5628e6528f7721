"""A project as the tests write it: a folder with these files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xpudoctor.facts.project import Project
from xpudoctor.projects import read


def project(folder: Path, files: Mapping[str, str]) -> Project:
    """Return what is read of a folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return read(folder)
