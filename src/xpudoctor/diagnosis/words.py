"""The closed list of words that `when` knows: one for each section."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.fact import Fact, fact
from xpudoctor.facts.log import Log
from xpudoctor.facts.packages import Packages, canonical
from xpudoctor.facts.runtime import Runtime
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.facts.versions import Range, leading_version, requirement

# A compiled word: given its section, the facts that hold and the values for the message; None where it does not hold.
Seen = tuple[list[Fact], dict[str, object]]
Word = Callable[[Any], "Seen | None"]


def _packages(spec: list[str]) -> Word:
    """`["torch>=2.6", "!ipex-llm"]`: each is installed in this range; with `!`, is surely not installed."""
    absent = [name[1:] for name in spec if name.startswith("!")]
    wanted = [requirement(text) for text in spec if not text.startswith("!")]

    def word(packages: Packages) -> Seen | None:
        found = [(versions, packages.get(name)) for name, versions in wanted]
        if not all(package and package.parsed and package.parsed in versions for versions, package in found):
            return None
        if absent and not packages.lacks(*absent):
            return None
        present = [package for _, package in found if package]
        return [package.fact for package in present], {canonical(p.name).replace("-", "_"): p.version for p in present}

    return word


def _environment(spec: Mapping[str, str]) -> Word:
    """`{ NAME = "pattern" }`: the variable is set and the whole value matches, upper or lower case."""
    patterns = {name: re.compile(pattern, re.IGNORECASE | re.DOTALL) for name, pattern in spec.items()}

    def word(environment: Environment) -> Seen | None:
        if not all(name in environment.variables and pattern.fullmatch(environment.variables[name]) for name, pattern in patterns.items()):
            return None
        return [environment.fact(name) for name in patterns], {name: environment.get(name) for name in patterns}

    return word


def _log(spec: str | list[str]) -> Word:
    """`"pattern"` or several: each is found in some line, upper or lower case as written; its named groups are values."""
    patterns = [re.compile(pattern, re.MULTILINE) for pattern in ([spec] if isinstance(spec, str) else spec)]

    def word(log: Log) -> Seen | None:
        evidence: list[Fact] = []
        values: dict[str, object] = {}
        for pattern in patterns:
            line, match = next(log.found(pattern), (None, None))
            if line is None or match is None:
                return None
            evidence.append(line.fact)
            values |= match.groupdict()
        return evidence, values

    return word


def _fields(kind: type) -> Callable[[Mapping[str, Any]], Word]:
    """`{ os = "windows", kernel = "<6.12" }`: each field equals the value, is one of a list, or is in a range of versions."""

    def compiled(spec: Mapping[str, Any]) -> Word:
        tests = _tests(kind, spec)

        def word(section: Any) -> Seen | None:
            if not all(test(getattr(section, name)) for name, test in tests.items()):
                return None
            return [fact(section, name) for name in tests], {name: getattr(section, name) for name in tests}

        return word

    return compiled


def _devices(spec: Mapping[str, Any]) -> Word:
    """`{ family = ["bmg"], kernel_driver = "xe" }`: there is a GPU all of whose fields are so."""
    tests = _tests(Gpu, spec)

    def word(devices: Devices) -> Seen | None:
        for gpu in devices.gpus:
            if all(test(getattr(gpu, name)) for name, test in tests.items()):
                return [gpu.fact], {"gpu": gpu.label, **{name: getattr(gpu, name) for name in tests}}
        return None

    return word


def _tests(kind: type, spec: Mapping[str, Any]) -> dict[str, Callable[[Any], bool]]:
    known = {field.name for field in dataclasses.fields(kind)}
    for name in spec:
        if name not in known:
            raise ValueError(f"{kind.__name__.lower()} has no field {name}")
    return {name: _test(value) for name, value in spec.items()}


def _test(wanted: Any) -> Callable[[Any], bool]:
    if isinstance(wanted, list):
        return lambda value: value in wanted
    if isinstance(wanted, str) and wanted[:1] in "<>=!~" and wanted:
        return _in_range(Range(wanted))
    return lambda value: value is not None and value == wanted


def _in_range(wanted: Range) -> Callable[[Any], bool]:
    def test(value: Any) -> bool:
        version = leading_version(value) if isinstance(value, str) else None
        return version is not None and version in wanted

    return test


WORDS: dict[str, Callable[[Any], Word]] = {
    "packages": _packages,
    "environment": _environment,
    "devices": _devices,
    "system": _fields(System),
    "runtime": _fields(Runtime),
    "torch": _fields(Torch),
    "log": _log,
}
