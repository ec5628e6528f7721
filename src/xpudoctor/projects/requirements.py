"""What requirements files ask for, with the files that they include."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from posixpath import dirname, join, normpath

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.project import Dependency, Index, Installation, Project
from xpudoctor.projects import _pip
from xpudoctor.projects._text import Logical, in_line, logical_lines, unread

_COMMENT = re.compile(r"(?:^|\s)#.*")
_HASH = re.compile(r"\s--(?:hash|config-settings?|global-option|install-option)[= ]\S+")
_INCLUDE = re.compile(r"\s*(?:-r|--requirement)[= ]?\s*(\S+)")
_PATH = re.compile(r"(?:\.{0,2}/|[\w./-]+\.whl$|(?:git|https?|file|hg|svn|bzr)[+:])")


def read(files: Mapping[str, str]) -> Project:
    """Return an installation for each requirements file that no other one includes."""
    included = {target for file, text in files.items() for target in _includes(file, text)}
    bad: list[Fact] = []
    found = {file: _one(file, text, bad) for file, text in files.items()}
    wholes = (_pip.merged((found[name] for name in _reached(file, files)), found[file]) for file in files if file not in included)
    return Project(installations=tuple(whole for whole in wholes if whole.dependencies or whole.indexes), unread=tuple(bad))


def _includes(file: str, text: str) -> list[str]:
    lines = (match[1] for line in text.splitlines() if (match := _INCLUDE.match(line)))
    return [normpath(join(dirname(file), target)) for target in lines]


def _reached(file: str, files: Mapping[str, str]) -> list[str]:
    """Return a file and all that it includes, each once."""
    reached = [file]
    for name in reached:
        reached += [target for target in _includes(name, files[name]) if target in files and target not in reached]
    return reached


def _one(file: str, text: str, bad: list[Fact]) -> Installation:
    dependencies: list[Dependency] = []
    indexes: list[Index] = []
    for line in logical_lines(text):
        bare = _HASH.sub("", _COMMENT.sub("", line.text)).strip()
        if bare.startswith("-"):
            indexes += _option(file, bare, line)
        elif bare and not _PATH.match(bare) and "${" not in bare and "{{" not in bare:
            found = _pip.dependency(bare, in_line(file, "requires", line, bare.split()[0]))
            dependencies += [found] if found else []
            bad += [] if found else [unread(file, f"not a requirement: {bare[:60]}", line.number)]
    return Installation(file, "pip", _pip.meant_for(file), tuple(dependencies), tuple(indexes))


def _option(file: str, bare: str, line: Logical) -> list[Index]:
    try:
        words = shlex.split(bare)
    except ValueError:
        return []
    index, _ = _pip.index_option(words, 0, lambda value: in_line(file, "index", line, value))
    return [index] if index else []
