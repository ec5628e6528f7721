"""How what several readers saw becomes one snapshot: the first word on a thing holds, lists are joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.packages import Packages
from xpudoctor.facts.runtime import DriverPackage, LevelZeroDevice
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import XpuDevice

_OF_ONE_SYSTEM = ("name", "version", "build", "distribution", "like", "kernel", "kernel_parameters", "wsl")
_KEYS: Mapping[type, str] = {XpuDevice: "index", DriverPackage: "name", LevelZeroDevice: "name"}


def merge(parts: Iterable[Snapshot]) -> Snapshot:
    """Return one snapshot; where two parts say different things of one field, the earlier part holds."""
    merged = Snapshot()
    for part in parts:
        merged = replace(
            merged, **{field.name: _merged(getattr(merged, field.name), getattr(part, field.name)) for field in fields(Snapshot)}
        )
    return merged


def joined(one: tuple[Gpu, ...], other: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """Return the GPUs of two lists of one machine: each list may hold twins, but a GPU that is in both is one."""
    kept, left, free = list(one), list(other), set(range(len(one)))
    for same in (_is_same, _may_be_same):
        for gpu in tuple(left):
            twins = [index for index in sorted(free) if same(kept[index], gpu)]
            if twins:
                # What says little of itself is rather the card than the GPU beside it.
                index = min(twins, key=lambda index: kept[index].kind == "integrated")
                kept[index] = _joined(kept[index], gpu)
                free.remove(index)
                left.remove(gpu)
    return (*kept, *left)


def _is_same(one: Gpu, other: Gpu) -> bool:
    if one.address and other.address:
        return one.address == other.address
    if one.pci_id and other.pci_id:
        # A name that several ids share was given one of them.
        return one.pci_id == other.pci_id or (one.family != "" and (one.name, one.family) == (other.name, other.family))
    return bool(one.name) and (one.name, one.family) == (other.name, other.family)


def _may_be_same(one: Gpu, other: Gpu) -> bool:
    """One of them is told in few words that fit the other: a code name, `Intel Arc`, a driver's version alone."""
    if (one.pci_id and other.pci_id) or (one.address and other.address) or _is_iris_or_uhd(one) != _is_iris_or_uhd(other):
        return False
    return all(not (mine and theirs) or mine == theirs for mine, theirs in ((one.family, other.family), (one.kind, other.kind)))


def _is_iris_or_uhd(gpu: Gpu) -> bool:
    return any(word in gpu.name for word in ("UHD", "Iris"))


def _joined(one: Gpu, other: Gpu) -> Gpu:
    """Return both; the one that knows its id gives the name."""
    first, second = (other, one) if other.pci_id and not one.pci_id else (one, other)
    told = {field.name: getattr(first, field.name) for field in fields(Gpu)}
    return replace(second, **{name: value for name, value in told.items() if value not in (None, "")})


def _merged(one: Any, other: Any) -> Any:
    """Return both: a mapping or a list is joined, of two single values the first that says anything is kept."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, Mapping):
        return {**other, **one}
    if isinstance(one, tuple):
        return _lists(one, other)
    if isinstance(one, Packages):
        return _packages(one, other)
    if isinstance(one, System):
        other = _without_other_system(one, other)
    if hasattr(one, "__dataclass_fields__"):
        return replace(one, **{field.name: _field(field, getattr(one, field.name), getattr(other, field.name)) for field in fields(one)})
    return one


def _field(field: Field[Any], one: Any, other: Any) -> Any:
    # A default says nothing; but False beside the default None is an answer.
    return other if field.default is not MISSING and one == field.default else _merged(one, other)


def _without_other_system(one: System, other: System) -> System:
    """Take out of the later word what belongs to another system: a host and its container are not one."""
    pairs = ((one.os, other.os), (one.distribution, other.distribution))
    if not any(mine and theirs and mine != theirs for mine, theirs in pairs):
        return other
    blank = System()
    sources = {name: source for name, source in other.sources.items() if name not in _OF_ONE_SYSTEM}
    return replace(other, **{name: getattr(blank, name) for name in _OF_ONE_SYSTEM}, sources=sources)


def _lists(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    if any(isinstance(item, Gpu) for item in (*one, *other)):
        return joined(one, other)
    # Two equal items of one list are two things: two cards of a kind, as Level Zero lists them.
    return one + tuple(item for item in other if _key(item) not in map(_key, one))


def _key(item: Any) -> Any:
    """Return by what two lists know the same item: its number, its name, or all of it."""
    attribute = _KEYS.get(type(item))
    return getattr(item, attribute) if attribute else item


def _packages(one: Packages, other: Packages) -> Packages:
    known = {package.name.lower() for package in one.installed}
    more = tuple(package for package in other.installed if package.name.lower() not in known)
    return replace(
        one,
        installed=one.installed + more,
        complete=one.complete or other.complete,
        python=one.python or other.python,
        environment=one.environment or other.environment,
        sources={**other.sources, **one.sources},
    )
