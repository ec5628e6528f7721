"""The facts of a snapshot one by one: the path of each, its value, and the source that stands for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, NamedTuple

from xpudoctor.facts.snapshot import Snapshot


class Fact(NamedTuple):
    """One value of a snapshot; `holder` is the record that it is a field of."""

    source: str
    path: str
    value: Any
    holder: Any

    @property
    def field(self) -> str:
        """The name of the field, without the number or name of an item in it."""
        return self.path.rpartition(".")[2].partition("[")[0]

    @property
    def line(self) -> int:
        """The line that the source names; 0 where it names none."""
        word, _, number = self.source.partition(" ")
        return int(number) if word == "line" and number.isdigit() else 0


def facts(snapshot: Snapshot) -> Iterator[Fact]:
    """Yield every value that is not a default."""
    return _of(snapshot, "", "", None)


def _of(value: Any, path: str, source: str, holder: Any) -> Iterator[Fact]:
    if is_dataclass(value):
        own, sources = getattr(value, "source", "") or source, getattr(value, "sources", {})
        for field in fields(value):
            item = getattr(value, field.name)
            if field.name not in ("source", "sources") and item != _default(field):
                yield from _of(item, f"{path}.{field.name}".lstrip("."), sources.get(field.name, own), value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _of(item, f"{path}[{key}]", getattr(holder, "sources", {}).get(key, source), holder)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _of(item, f"{path}[{getattr(item, 'name', index) or index}]", source, holder)
    else:
        yield Fact(source, path, value, holder)


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
