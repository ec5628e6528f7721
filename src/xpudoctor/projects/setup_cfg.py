"""What a setup.cfg asks for."""

from __future__ import annotations

from configparser import ConfigParser, Error
from itertools import islice

from xpudoctor.facts.project import Dependency, Installation, Project
from xpudoctor.projects import _pip
from xpudoctor.projects._text import in_text, unread

_MOST = 1_000  # requirements in one list


def read(file: str, text: str) -> Project:
    """Return what an install and each extra brings."""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text, file)
    except Error as error:
        return Project(unread=(unread(file, f"not a configuration file: {error.message.splitlines()[0]}", getattr(error, "lineno", 1)),))
    base = _wanted(file, text, parser.get("options", "install_requires", fallback=""))
    extras = parser.items("options.extras_require") if parser.has_section("options.extras_require") else []
    wholes = [Installation(file, "pip", "", base)]
    wholes += (Installation(f"{file} [{name}]", "pip", _pip.meant_for(name), (*base, *_wanted(file, text, rows))) for name, rows in extras)
    needs = parser.get("options", "python_requires", fallback="")
    python = (Dependency("python", in_text(file, "requires", text, "python_requires"), needs),) if needs else ()
    return Project(installations=tuple(whole for whole in wholes if whole.dependencies), python=python)


def _wanted(file: str, text: str, rows: str) -> tuple[Dependency, ...]:
    wanted = (row.strip() for row in rows.splitlines() if row.strip() and not row.strip().startswith(("#", "file:", "%")))
    return tuple(d for row in islice(wanted, _MOST) if (d := _pip.dependency(row, in_text(file, "requires", text, row))))
