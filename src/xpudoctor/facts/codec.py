"""How frozen dataclasses become JSON and come back, with an error that names the place."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


class SnapshotError(Exception):
    """A snapshot, or a value in it, that cannot be read; the message names the place."""


def to_json(value: Any) -> Any:
    """Return plain JSON data; fields at their default are left out, so that unknown stays unsaid."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: to_json(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, tuple) else value


def from_json(kind: Any, data: Any, place: str) -> Any:
    """Return `data` as the type `kind`; raise SnapshotError, naming `place`, where it is not one."""
    if dataclasses.is_dataclass(kind):
        return _instance(kind, data, place)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else from_json(arguments[0], data, place)
    if origin is tuple:
        items = _expect(list, data, place)
        return tuple(from_json(arguments[0], item, f"{place}[{index}]") for index, item in enumerate(items))
    if origin is Mapping:
        table = _expect(dict, data, place)
        return {key: from_json(arguments[1], item, f"{place}.{key}") for key, item in table.items()}
    return _expect((int, float) if kind is float else kind, data, place)


def _instance(kind: Any, data: Any, place: str) -> Any:
    table = _expect(dict, data, place)
    hints = _hints(kind)
    known = {name: from_json(hints[name], item, f"{place}.{name}") for name, item in table.items() if name in hints}
    try:
        return kind(**known)
    except TypeError as error:
        raise SnapshotError(f"{place}: {str(error).partition(') ')[2] or error}") from None


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _expect(kind: Any, data: Any, place: str) -> Any:
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        wanted = "a number" if isinstance(kind, tuple) else kind.__name__
        raise SnapshotError(f"{place}: {wanted} expected, {type(data).__name__} found")
    return data


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
