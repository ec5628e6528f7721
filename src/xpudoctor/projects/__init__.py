"""What is seen in the files of a project: one module a kind of file; nothing of it is run, imported or fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path

from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.fact import Fact
from xpudoctor.facts.project import Project
from xpudoctor.projects import _included, _walk, requirements

_REQUIREMENTS = re.compile(r"(?:.*/)?(?:[\w.-]*requirements?[\w.-]*\.(?:txt|in)|requirements/[\w.-]+\.(?:txt|in))", re.IGNORECASE)
# By the name of the file; the first that fits reads it.
READERS: dict[str, re.Pattern[str]] = {
    "pyproject": re.compile(r"(?:.*/)?pyproject\.toml"),
    "setup_cfg": re.compile(r"(?:.*/)?setup\.cfg"),
    "compose": re.compile(r"(?:.*/)?(?:docker-)?compose[\w.-]*\.ya?ml|(?:.*/)?docker-compose\.ya?ml", re.IGNORECASE),
    "conda": re.compile(r"(?:.*/)?(?:\w+[-_])*(?:environment|conda|env)(?:[-_.]\w+)*\.ya?ml", re.IGNORECASE),
    "dockerfile": re.compile(r"(?:.*/)?(?:[\w.-]+\.)?(?:dockerfile|containerfile)(?:[.-][\w.-]+)?", re.IGNORECASE),
    "scripts": re.compile(r".*\.(?:sh|bash|bat|cmd|ps1)", re.IGNORECASE),
    "notes": re.compile(r"(?:.*/)?(?:readme|install)[\w.-]*\.(?:md|rst|txt)", re.IGNORECASE),
    "notebooks": re.compile(r".*\.ipynb"),
    # Not what is named, or lies in a folder that is named, for tests or for another device.
    "code": re.compile(
        r"(?!(?:.*/)?(?:test_[^/]*|[^/]*_tests?|conftest)\.py|.*(?:cuda|nccl|rocm|triton|flash_?attn|tensorrt|(?:^|[/_])(?:nv|trt(?=[/_.]))))"
        r".*\.py",
        re.IGNORECASE,
    ),
}


def read(folder: Path) -> Project:
    """Return what the files of a folder say; SnapshotError where it is no folder that can be read."""
    try:
        there = folder.is_dir()
    except OSError as error:
        raise SnapshotError(f"{folder}: {error.strerror}") from None
    if not there:
        raise SnapshotError(f"{folder}: no such folder")
    bad: list[Fact] = []
    lists: dict[str, str] = {}
    parts: list[Project] = []
    for file, path in _walk.files(folder, bad):
        reader = next((name for name, pattern in READERS.items() if pattern.fullmatch(file)), None)
        text = _walk.text_of(file, path, bad) if reader or _REQUIREMENTS.fullmatch(file) else None
        if text is None:
            continue
        if reader is None:
            lists[file] = text
        else:
            parts.append(_reader(reader)(file, text))
    if any(fact.place and fact.place.file == "." and "cannot be entered" in fact.value for fact in bad):
        raise SnapshotError(f"{folder}: {bad[0].value}")
    whole = joined([Project(folder.resolve().name, len(parts) + len(lists)), requirements.read(lists), *parts, Project(unread=tuple(bad))])
    return replace(whole, installations=_included.settled(whole.installations))


def joined(parts: Iterable[Project]) -> Project:
    """Return what several files say as one; the first gives the name and the count."""
    first, *rest = parts
    lists = (field.name for field in fields(Project) if field.name not in ("name", "files"))
    return Project(first.name, first.files, **{name: tuple(i for part in (first, *rest) for i in getattr(part, name)) for name in lists})


def _reader(name: str) -> Callable[[str, str], Project]:
    reader: Callable[[str, str], Project] = import_module(f"{__name__}.{name}").read
    return reader
