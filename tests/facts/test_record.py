"""A record behaves as a frozen dataclass does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from xpudoctor.facts.record import Record


class Made(Record):
    """One of each kind of field."""

    name: str
    size: int = 0
    table: Mapping[str, str] = field(default_factory=dict)
    note: str = field(default="", compare=False)


@dataclass(frozen=True)
class Model:
    """The same, as Python makes it."""

    name: str
    size: int = 0
    table: Mapping[str, str] = field(default_factory=dict)
    note: str = field(default="", compare=False)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        pytest.param(("a",), {}, id="defaults"),
        pytest.param(("a", 1), {"note": "x"}, id="both"),
        pytest.param((), {"name": "a", "table": {"b": "c"}}, id="named"),
        pytest.param((), {}, id="missing"),
        pytest.param(("a",), {"other": 1}, id="unknown"),
        pytest.param(("a",), {"name": "b"}, id="twice"),
        pytest.param(("a", 1, {}, "", 5), {}, id="too many"),
    ],
)
def test_it_is_made_as_a_dataclass_is(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    try:
        model = Model(*values, **named)
    except TypeError:
        with pytest.raises(TypeError):
            Made(*values, **named)
        return
    made = Made(*values, **named)
    assert is_dataclass(made)
    assert [(f.name, getattr(made, f.name)) for f in fields(made)] == [(f.name, getattr(model, f.name)) for f in fields(model)]
    assert repr(made) == repr(model).replace("Model", "Made")


def test_what_is_compared_and_what_is_not() -> None:
    assert Made("a", note="x") == Made("a") != Made("b")
    assert Made("a") != Model("a")
    assert replace(Made("a"), size=2) == Made("a", 2)
    assert Made("a").table is not Made("a").table


@pytest.mark.parametrize("change", [lambda made: setattr(made, "size", 1), lambda made: delattr(made, "size")], ids=["set", "delete"])
def test_it_is_frozen(change: Callable[[Made], None]) -> None:
    with pytest.raises(FrozenInstanceError):
        change(Made("a"))
