"""Which checks there are: the built-in ones, those of installed plug-ins, those of folders that the user names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xpudoctor.diagnosis.rules import Rule, RuleError
from xpudoctor.diagnosis.sources import Source, find, folder_source, package_source, tables

if TYPE_CHECKING:
    from xpudoctor.diagnosis.checks import Check

BUILTIN = "xpudoctor_checks"
GROUP = "xpudoctor.checks"


def load(folders: Iterable[Path] = (), *, logs: bool = True, projects: bool = True) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Return all checks, those of logs and of projects only where asked for, and a line for each plug-in that could not be loaded.

    RuleError says that a built-in table is wrong.
    """
    from xpudoctor.diagnosis.checks import collect

    checks = {check.rule.id: check for check in collect([package_source(BUILTIN)], logs=logs, projects=projects, skim=True)}
    problems: list[str] = []
    for name, source in _others(folders):
        try:
            more = collect([source()], logs=logs, projects=projects)
        except (Exception, SystemExit) as error:  # Foreign code: a plug-in may fail in any way, and the rest has to run.
            problems.append(f"checks of {name} not loaded: {error if isinstance(error, RuleError) else repr(error)}")
            continue
        problems += (f"checks of {name}: rule {c.rule.id} exists already, left out" for c in more if c.rule.id in checks)
        checks = {check.rule.id: check for check in more} | checks
    return tuple(checks.values()), tuple(problems)


def find_rule(wanted: str, folders: Iterable[Path] = ()) -> tuple[Source, Rule] | None:
    """Return one rule of the installed sources and of these folders, with its source; out of its table alone."""
    return next(((source, rule) for source in _readable(folders) if (rule := find(source, wanted))), None)


def rule_ids(folders: Iterable[Path] = ()) -> list[str]:
    """Return the ids of all rules of the installed sources and of these folders."""
    return [rule.id for source in _readable(folders) for _, _, table in tables(source) for rule in table]


def _readable(folders: Iterable[Path]) -> Iterator[Source]:
    yield package_source(BUILTIN)
    for _, plugin in _others(folders):
        try:
            source = plugin()
            list(tables(source))
        except (Exception, SystemExit):  # Foreign code and foreign tables: `check` reports what is wrong with them.
            continue
        yield source


def _others(folders: Iterable[Path]) -> Iterator[tuple[str, Callable[[], Source]]]:
    for package in _plugin_packages():
        yield package, lambda package=package: package_source(package)  # type: ignore[misc]
    for folder in folders:
        yield str(folder), lambda folder=folder: folder_source(folder)  # type: ignore[misc]


def _plugin_packages() -> list[str]:
    """Return the packages that installed distributions name under the entry point, apart from our own."""
    # importlib.metadata costs more than all the checks: it is imported only where a file shows that there is something.
    if not any(_declares(file) for file in _entry_point_files()):
        return []
    from importlib.metadata import entry_points

    return sorted({point.value for point in entry_points(group=GROUP)} - {BUILTIN})


def _entry_point_files() -> Iterator[str]:
    # As texts: of the thousands of names that an environment holds, a Path each would take longer than to read the files.
    for entry in dict.fromkeys(sys.path):
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208
        except OSError:
            continue
        for name in names:
            if name.endswith(".dist-info") and not name.startswith("xpudoctor-"):
                yield os.path.join(entry, name, "entry_points.txt")  # noqa: PTH118


def _declares(file: str) -> bool:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            return f"[{GROUP}]".encode() in stream.read()
    except OSError:
        return False
