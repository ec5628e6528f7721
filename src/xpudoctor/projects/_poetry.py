"""What Poetry's own tables in a pyproject.toml ask for, and from which of its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xpudoctor.facts.packages import canonical
from xpudoctor.facts.project import Dependency, Index, Installation
from xpudoctor.projects import _pip
from xpudoctor.projects._text import in_text

_ROLES = {"explicit": "named", "supplemental": "supplemental", "secondary": "extra", "default": "only", "primary": "extra"}
_CARET = re.compile(r"\^\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_TILDE = re.compile(r"~\s*(\d+)(?:\.(\d+))?(?:\.\d+)*")
_BARE = re.compile(r"\d[\w.+!]*")


def installations(file: str, text: str, poetry: dict[str, Any]) -> Iterator[Installation]:
    """Yield what the project brings and what each of its groups brings."""
    indexes = tuple(_indexes(file, text, poetry))
    base = tuple(_dependencies(file, text, poetry.get("dependencies"), indexes))
    if base:
        yield Installation(file, "poetry", "", base, indexes)
    groups = poetry.get("group")
    for name, group in groups.items() if isinstance(groups, dict) else ():
        more = tuple(_dependencies(file, text, group.get("dependencies") if isinstance(group, dict) else None, indexes))
        yield Installation(f"{file} [group {name}]", "poetry", _pip.meant_for(name), (*base, *more), indexes)


def _indexes(file: str, text: str, poetry: dict[str, Any]) -> Iterator[Index]:
    rows = poetry.get("source")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("url"), str):
            role = _ROLES.get(str(row.get("priority", "primary")), "extra")
            yield Index(row["url"], role, in_text(file, "index", text, row["url"]), str(row.get("name", "")))


def _dependencies(file: str, text: str, rows: Any, indexes: tuple[Index, ...]) -> Iterator[Dependency]:
    for name, row in rows.items() if isinstance(rows, dict) else ():
        settings = row[0] if isinstance(row, list) and row else row
        settings = settings if isinstance(settings, dict) else {"version": settings}
        match = re.compile(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=", re.MULTILINE).search(text)
        fact = in_text(file, "requires", text, name, match.start() if match else 0)
        index = next((i.url for i in indexes if i.name and i.name == settings.get("source")), "")
        url = str(settings.get("url") or settings.get("git") or settings.get("path") or "")
        marker = str(settings.get("markers") or settings.get("platform") or ("optional" if settings.get("optional") else ""))
        if name != "python":
            yield Dependency(canonical(name), fact, specifier(str(settings.get("version", ""))), (), marker, index, url)


def specifier(text: str) -> str:
    """Return Poetry's way to state versions as pip states them."""
    return ",".join(_part(part.strip()) for part in text.split(",") if part.strip() not in ("", "*"))


def _part(part: str) -> str:
    if match := _CARET.match(part):
        numbers = [int(number) for number in match.groups() if number is not None]
        first = next((i for i, number in enumerate(numbers) if number), len(numbers) - 1)
        return f">={part.lstrip('^ ')},<{'.'.join(map(str, (*numbers[:first], numbers[first] + 1)))}"
    if match := _TILDE.match(part):
        end = f"{match[1]}.{int(match[2]) + 1}" if match[2] else str(int(match[1]) + 1)
        return f">={part.lstrip('~ =')},<{end}"
    return f"=={part}" if _BARE.fullmatch(part) else part
