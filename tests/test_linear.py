"""No text is expensive: what a pattern costs grows with the length of a line, and never with its square."""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable
from importlib import import_module

import pytest

from tests.attacks import attacks, text
from tests.patterns import of_readers, of_rules

SIGNATURES, LAYOUTS = of_rules(), of_readers()
# Lengths at which a cost that doubles with each character, one that grows with the cube, and one with the square are seen, in seconds.
LIMITS = {**dict.fromkeys(range(12, 48, 4), 0.05), 96: 0.1, 256: 0.2, 1_024: 0.4}
CHEAP = 0.0002
# As long as a line can be that is not cut.
SHORT, LONG = 1 << 12, 1 << 15


def seconds(run: Callable[[], object], times: int = 1) -> float:
    """Return the least processor time of several runs: a machine may be slow for a moment, but never fast."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best


def is_cheap(search: Callable[[str], object], attack: tuple[str, str]) -> bool:
    """Say whether a text of eight times the length costs about eight times as much."""
    for length, limit in LIMITS.items():
        took = seconds(lambda: search(text(attack, length)))  # noqa: B023
        if took > limit:
            return False
    if took < CHEAP:
        return True
    short, long = text(attack, SHORT), text(attack, LONG)
    # A square costs sixty times as much, whenever it is measured; a line does so only in a bad moment.
    return any(seconds(lambda: search(long), times=2) < 24 * seconds(lambda: search(short), times=2) for _ in range(3))


@pytest.mark.parametrize("pattern", [r"a+b", r"(?:a|aa|aaa)*b", r"\s*x?\s*$", r"\w+a\w+a\w+b"])
def test_what_is_expensive_is_seen(pattern: str) -> None:
    compiled = re.compile(pattern)
    assert not all(is_cheap(compiled.search, attack) for attack in attacks(compiled))


@pytest.mark.parametrize("pattern", [r"(?<!b)b+a", r"error \d{1,9}", r"(?<!\S)a{1,30}b", r"(?i)[^\n]{0,60}(?:fail|error)"])
def test_what_is_cheap_passes(pattern: str) -> None:
    compiled = re.compile(pattern)
    assert all(is_cheap(compiled.search, attack) for attack in attacks(compiled))


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_is_cheap_on_any_line(name: str) -> None:
    pattern = SIGNATURES[name]
    assert [attack for attack in attacks(pattern) if not is_cheap(pattern.search, attack)] == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_cheap_on_any_line(name: str) -> None:
    pattern = LAYOUTS[name]
    module, variable, *_ = name.split()
    source = inspect.getsource(import_module(f"xpudoctor.readers.{module}"))
    anywhere = any(f"{variable}.{way}(" in source for way in ("search", "finditer", "findall", "sub"))
    for search in (pattern.match, pattern.fullmatch, *([pattern.search] if anywhere else ())):
        assert [attack for attack in attacks(pattern) if not is_cheap(search, attack)] == []
