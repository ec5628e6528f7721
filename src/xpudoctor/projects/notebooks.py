"""What the code cells of a notebook do, each line with its place in the file of the notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xpudoctor.facts.fact import Place
from xpudoctor.facts.project import Installation, Project, located
from xpudoctor.projects import code, scripts
from xpudoctor.projects._text import logical_lines, unread

# Between two lines of code there may be a picture.
_FAR = 500_000
# Lines that only a notebook understands.
_MAGIC = re.compile(r"\s*(?:[!%?]|\w[\w., ]*=\s*[!%]).*")


def read(file: str, text: str) -> Project:
    """Return what all code cells do together; a cell that is no Python is left out."""
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell.get("cell_type") == "code"]
    except (ValueError, RecursionError) as error:
        return Project(unread=(unread(file, f"not JSON: {error}", getattr(error, "lineno", 1), getattr(error, "colno", 1)),))
    except (KeyError, TypeError, AttributeError):
        return Project(unread=(unread(file, "not a notebook: it has no cells"),))
    rows = list(_rows(text, cells))

    def where(line: int, column: int) -> Place:
        number, begin = rows[line - 1][1] if line <= len(rows) else (1, 1)
        return Place(file, number, begin + column - 1)

    done = code.read(file, _tamed([row for row, _ in rows]), where)
    return replace(done, installations=tuple(_installs(file, rows)))


def _installs(file: str, rows: list[tuple[str, tuple[int, int]]]) -> Iterator[Installation]:
    for line in logical_lines("\n".join(row if _MAGIC.fullmatch(row) else "" for row, _ in rows)):
        fact = located("command", line.text, Place(file, *rows[line.number - 1][1]))
        for found in scripts.installs(file, line):
            dependencies = tuple(replace(dependency, fact=fact) for dependency in found.dependencies)
            yield replace(found, dependencies=dependencies, indexes=tuple(replace(index, fact=fact) for index in found.indexes))


def _rows(text: str, cells: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield every line of the code with the line and the column at which it begins in the file."""
    offset, line = 0, 1
    for cell in cells:
        for row in _lines(cell.get("source", "")):
            forms = (json.dumps(row)[1:-1], json.dumps(row, ensure_ascii=False)[1:-1]) if row.strip() else ()
            found = next((at for form in forms if (at := text.find(form, offset, offset + _FAR)) >= 0), offset)
            line, offset = line + text.count("\n", offset, found), found
            yield row, (line, offset - text.rfind("\n", 0, offset))


def _lines(source: Any) -> list[str]:
    """Return the lines of a cell; of one that is no Python only its magic lines."""
    lines = ("".join(map(str, source)) if isinstance(source, list) else str(source)).splitlines()
    if lines and lines[0].startswith("%%"):
        return []
    try:
        code.parsed(_tamed(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [line for line in lines if _MAGIC.fullmatch(line)]
    return lines


def _tamed(lines: list[str]) -> str:
    return "\n".join(re.sub(r"\S.*", "pass", line) if _MAGIC.fullmatch(line) else line for line in lines)
