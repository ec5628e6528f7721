"""What facts, rules and findings are made of: frozen dataclasses that share their methods.

`dataclass(frozen=True)` writes and compiles eight functions for each class. A check needs forty classes before it has looked at anything:
12 ms of the 80 that it may take.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import ClassVar, NoReturn, dataclass_transform
else:

    def dataclass_transform(**_: object) -> object:
        return lambda kind: kind


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record:
    """A class made of this one is a frozen dataclass of the fields that it names: `fields` and `replace` know it."""

    if TYPE_CHECKING:  # At run time they would look like fields.
        __match_args__: ClassVar[tuple[str, ...]]
        _compared: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[Mapping[str, object]]
        _factories: ClassVar[Mapping[str, Callable[[], object]]]

    def __init_subclass__(cls) -> None:
        kind: Any = dataclass(init=False, repr=False, eq=False)(cls)
        named = fields(kind)
        cls._compared = tuple(each.name for each in named if each.compare)
        cls._defaults = {each.name: each.default for each in named if each.default is not MISSING}
        for name in cls._defaults:
            delattr(cls, name)  # A class has no value of a field.
        cls._factories = {each.name: each.default_factory for each in named if each.default_factory is not MISSING}

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.__match_args__
        given = dict(zip(names, values), **named)  # noqa: B905 (too many values are found out below)
        made = {name: factory() for name, factory in self._factories.items() if name not in given}
        known = {**self._defaults, **made, **given}
        if len(given) != len(values) + len(named) or known.keys() != set(names):
            raise TypeError(f"{type(self).__name__}() {_wrong(names, named, known)}")
        self.__dict__.update(known)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._compared)


def _wrong(names: tuple[str, ...], named: dict[str, object], known: dict[str, object]) -> str:
    """Say what is wrong with the arguments."""
    missing = [name for name in names if name not in known]
    unknown = [name for name in named if name not in names]
    if missing:
        return f"needs {missing[0]!r}"
    return f"knows no {unknown[0]!r}" if unknown else f"takes {len(names)} arguments, each once"
