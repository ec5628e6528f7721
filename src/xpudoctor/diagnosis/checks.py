"""How each rule is paired with the one function that decides it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from xpudoctor.diagnosis.conditions import compile_when
from xpudoctor.diagnosis.rules import Rule, RuleError
from xpudoctor.diagnosis.sources import Source, tables
from xpudoctor.facts.record import Record
from xpudoctor.facts.snapshot import SECTIONS


class Check(Record):
    """A rule with the function that decides it. `reads` names the sections it needs, `optional` those it can do without.

    One that `weighs` is asked last and is given the rules that found something, as `found`.
    """

    rule: Rule
    function: Callable[..., Any]
    reads: tuple[str, ...]
    optional: tuple[str, ...] = ()
    weighs: bool = False


def collect(sources: Iterable[Source], *, logs: bool = True, projects: bool = True, skim: bool = False) -> tuple[Check, ...]:
    """Return every check of the sources; raise RuleError where a rule has no function, two, or a clash of ids.

    To `skim` is for tables that are known to be right: a rule is read to its end when it has something to say.
    """
    checks: dict[str, Check] = {}
    for source in sources:
        for topic, place, table in tables(source, logs=logs, projects=projects, skim=skim):
            for check in _paired(table, source.module(topic), place):
                if check.rule.id in checks:
                    raise RuleError(f"{place}: rule {check.rule.id} exists already")
                checks[check.rule.id] = check
    return tuple(checks.values())


def _paired(table: tuple[Rule, ...], module: ModuleType | None, place: str) -> list[Check]:
    functions = _functions(module)
    checks = [_check(rule, functions.pop(rule.id.replace("-", "_"), None), f"{place}: rule {rule.id}") for rule in table]
    if functions:
        raise RuleError(f"{place}: the function {next(iter(functions))} decides no rule of this table")
    return checks


def _functions(module: ModuleType | None) -> dict[str, Callable[..., Any]]:
    public = vars(module).items() if module else ()
    return {
        name: value
        for name, value in public
        if inspect.isfunction(value) and not name.startswith("_") and module and value.__module__ == module.__name__
    }


def _check(rule: Rule, function: Callable[..., Any] | None, place: str) -> Check:
    if (rule.when is None) is (function is None) or (rule.unless and rule.when is None):
        raise RuleError(f"{place}: it is decided by its `when` or by a function of its name: one of the two")
    if rule.when is not None:
        contradictions = tuple(section for section in rule.unless if section not in rule.when)
        return Check(rule, compile_when(rule.when, rule.unless, place), tuple(rule.when), contradictions)
    assert function is not None
    # Not by inspect.signature, which takes longer than to import the function: _functions lets only plain ones through.
    parameters = function.__code__.co_varnames[: function.__code__.co_argcount]
    for parameter in parameters:
        if parameter not in (*SECTIONS, "gaps", "found"):  # Who says that something is unknown may say why.
            raise RuleError(f"{place}: {parameter} is no section; those are {', '.join(SECTIONS)}")
    # The annotations are texts (`from __future__ import annotations`): `Devices | None` says that the check can do without.
    optional = tuple(name for name in parameters if "None" in str(function.__annotations__.get(name, "")))
    reads = tuple(name for name in parameters if name not in (*optional, "found"))
    return Check(rule, function, reads, optional, weighs="found" in parameters)
