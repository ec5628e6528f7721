"""The settings of a project: `[tool.xpudoctor]` of pyproject.toml, or xpudoctor.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from xpudoctor.cli.check import FailOn
from xpudoctor.facts.record import Record

if TYPE_CHECKING:
    from xpudoctor.diagnosis.checks import Check

FAIL_ON = tuple(member.value for member in FailOn)


class Settings(Record):
    """`select` holds prefixes of rule ids; `ignore` prefixes, each with its reason."""

    select: list[str] = field(default_factory=list)
    ignore: Mapping[str, str] = field(default_factory=dict)
    fail_on: str = "error"
    file: str = ""


def read() -> Settings:
    """Return the nearest settings at or above the working folder; typer.BadParameter, naming file and key, where they are wrong."""
    try:
        folder = Path.cwd()
    except OSError:
        return Settings()  # The folder is gone.
    for parent in (folder, *folder.parents):
        for file, table in ((parent / "xpudoctor.toml", None), (parent / "pyproject.toml", "xpudoctor")):
            data = _data(file, table)
            if data is not None:
                return _settings(data, file)
    return Settings()


def _data(file: Path, table: str | None) -> Any:
    """Return what a file says of xpudoctor; None where it is not there or says nothing."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file}: cannot be read: {error}", param_hint="settings") from None
    # Most projects have a pyproject.toml that says nothing of us; a broken one is then none of our business.
    if table and f"tool.{table}" not in text:
        return None
    from xpudoctor.facts import toml

    try:
        data = toml.loads(text)
    except toml.TOMLDecodeError as error:
        raise typer.BadParameter(f"{file}: not TOML: {error}", param_hint="settings") from None
    if table is None:
        return data
    tools = data.get("tool")
    return tools.get(table) if isinstance(tools, dict) else None


def _settings(data: Any, file: Path) -> Settings:
    if not isinstance(data, dict):
        raise typer.BadParameter(f"{file}: a table of settings expected", param_hint="settings")
    for problem in _problems(data):
        raise typer.BadParameter(f"{file}: {problem}", param_hint="settings")
    return Settings(data.get("select", []), data.get("ignore", {}), data.get("fail-on", "error"), str(file))


def _problems(data: dict[str, Any]) -> list[str]:
    select, ignore = data.get("select", []), data.get("ignore", {})
    problems = [f"unknown key {key!r}" for key in sorted(set(data) - {"select", "ignore", "fail-on"})]
    if not isinstance(select, list) or not all(isinstance(item, str) for item in select):
        problems.append("select: a list of rule ids or beginnings of them")
    if not isinstance(ignore, dict) or not all(isinstance(reason, str) and reason for reason in ignore.values()):
        problems.append('ignore: a table that gives each rule id its reason: "rule-id" = "why"')
    if data.get("fail-on", "error") not in FAIL_ON:
        problems.append(f"fail-on: one of {', '.join(FAIL_ON)}")
    return problems


def chosen(checks: Sequence[Check], settings: Settings, select: Sequence[str], ignore: Sequence[str]) -> tuple[list[Check], dict[str, str]]:
    """Return the checks that are to be asked, and the reason for each rule that is ignored; an option wins over the settings."""
    prefixes = select or settings.select
    reasons = dict.fromkeys(ignore, "by --ignore") if ignore else settings.ignore
    _known(checks, prefixes, "--select" if select else f"select in {settings.file}")
    _known(checks, reasons, "--ignore" if ignore else f"ignore in {settings.file}")
    # What is required is asked, whatever is selected.
    asked = [c for c in checks if not prefixes or c.rule.id.startswith(tuple(prefixes)) or "requirements" in c.reads]
    return asked, {c.rule.id: reason for prefix, reason in reasons.items() for c in checks if c.rule.id.startswith(prefix)}


def _known(checks: Sequence[Check], prefixes: Iterable[str], place: str) -> None:
    for prefix in prefixes:
        if not any(check.rule.id.startswith(prefix) for check in checks):
            raise typer.BadParameter(f"no rule begins with {prefix!r}; `xpudoctor list` shows them all", param_hint=place)
