"""What a pyproject.toml asks for: the project itself with its extras and groups, and where uv takes it from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xpudoctor.facts import toml
from xpudoctor.facts.fact import Fact
from xpudoctor.facts.project import Dependency, Index, Installation, Project
from xpudoctor.projects import _pip, _poetry
from xpudoctor.projects._text import in_text, unread

_MOST = 1_000  # requirements in one list


def read(file: str, text: str) -> Project:
    """Return an installation for the project itself and one for each extra and group."""
    try:
        data = toml.loads(text)
    except (toml.TOMLDecodeError, RecursionError) as error:
        return Project(unread=(unread(file, f"not TOML: {error}"),))
    project, uv = table(data, "project"), table(data, "tool", "uv")
    indexes = tuple(_indexes(file, text, uv))
    base = tuple(_dependencies(file, text, project.get("dependencies"), uv, ""))
    wholes = [Installation(file, "uv" if uv else "pip", "", base, indexes)]
    for key, groups in (("extra", table(project, "optional-dependencies")), ("group", table(data, "dependency-groups"))):
        for name, rows in groups.items():
            more = tuple(_dependencies(file, text, rows, uv, name))
            wholes.append(Installation(f"{file} [{key} {name}]", wholes[0].installer, _pip.meant_for(name), (*base, *more), indexes))
    wholes += _poetry.installations(file, text, table(data, "tool", "poetry"))
    needs = project.get("requires-python")
    python = (Dependency("python", in_text(file, "requires", text, "requires-python"), needs),) if isinstance(needs, str) else ()
    return Project(installations=tuple(whole for whole in wholes if whole.dependencies or whole.indexes), python=python)


def table(data: Any, *names: str) -> dict[str, Any]:
    """Return a table inside a table; an empty one where there is none."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def rows_of(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the tables of a list of tables."""
    rows = data.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _dependencies(file: str, text: str, rows: Any, uv: dict[str, Any], extra: str) -> Iterator[Dependency]:
    for row in rows[:_MOST] if isinstance(rows, list) else ():
        found = _pip.dependency(row, _quoted(file, text, row)) if isinstance(row, str) else None
        if found:
            yield _sourced(found, uv, extra)


def _quoted(file: str, text: str, row: str) -> Fact:
    quoted = next((f"{mark}{row}{mark}" for mark in "\"'" if f"{mark}{row}{mark}" in text), row)
    return in_text(file, "requires", text, quoted)


def _sourced(dependency: Dependency, uv: dict[str, Any], extra: str) -> Dependency:
    """Return a dependency with the index that `[tool.uv.sources]` gives it; of several by extra or system, Intel's before another."""
    named = {str(row.get("name")): str(row.get("url", "")) for row in rows_of(uv, "index")}
    for name, source in table(uv, "sources").items():
        rows = rows_of({name: source if isinstance(source, list) else [source]}, name)
        if name.lower().replace("_", "-") == dependency.name:
            fitting = [row for row in rows if row.get("extra", extra) == extra]
            found = [named.get(str(row["index"]), "") if "index" in row else "" for row in fitting]
            url = next(
                (str(row.get("url") or row.get("git") or row.get("path") or "workspace") for row in fitting if "index" not in row), ""
            )
            return replace(dependency, index=next((u for u in found if "xpu" in u), next(iter(found), "")), url=dependency.url or url)
    return dependency


def _indexes(file: str, text: str, uv: dict[str, Any]) -> Iterator[Index]:
    for row in rows_of(uv, "index"):
        if isinstance(row.get("url"), str):
            role = "named" if row.get("explicit") else "only" if row.get("default") else "extra"
            yield Index(row["url"], role, in_text(file, "index", text, row["url"]), str(row.get("name", "")))
    for settings in (uv, table(uv, "pip")):
        for key, role in (("index-url", "only"), ("extra-index-url", "extra"), ("find-links", "extra")):
            value = settings.get(key)
            for url in value if isinstance(value, list) else [value] if value else ():
                yield Index(str(url), role, in_text(file, "index", text, str(url)))
