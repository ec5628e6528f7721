"""Every pattern that meets a text from outside: the signatures of the rules, those of their modules and tables, and the readers'."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import xpudoctor.readers
import xpudoctor_checks
from xpudoctor.diagnosis.sources import package_source, tables
from xpudoctor_checks._bad_drivers import bad_drivers


def of_rules() -> dict[str, re.Pattern[str]]:
    """Return the patterns that judge a log, each under the name of the first place that has it."""
    found: dict[str, re.Pattern[str]] = {}
    for _, _, rules in tables(package_source("xpudoctor_checks")):
        for rule in rules:
            for word in (rule.when or {}, rule.unless):
                spec = word.get("log", [])
                for number, text in enumerate([spec] if isinstance(spec, str) else spec):
                    found.setdefault(f"{rule.id} {number}", re.compile(text, re.MULTILINE))
    shown = {f"bad driver {number}": re.compile(bad.shows) for number, bad in enumerate(bad_drivers()) if bad.shows}
    first: dict[re.Pattern[str], str] = {}
    for name, pattern in {**found, **shown, **_of_package(xpudoctor_checks)}.items():
        first.setdefault(pattern, name)
    return {name: pattern for pattern, name in first.items()}


def of_readers() -> dict[str, re.Pattern[str]]:
    """Return the patterns by which lines are read."""
    return _of_package(xpudoctor.readers)


def _of_package(package: Any) -> dict[str, re.Pattern[str]]:
    modules = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return {
        f"{module} {name} {number}".removesuffix(" 0"): pattern
        for module in modules
        for name, value in vars(import_module(f"{package.__name__}.{module}")).items()
        for number, pattern in enumerate(_patterns(value))
    }


def _patterns(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _patterns(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _patterns(item)
