"""Words in place of patterns: what a pattern needs is never missed, and is found where it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.patterns import of_rules
from xpudoctor.facts.literals import Either, Every, Need, Places, needed
from xpudoctor.facts.log import Line, Log

PATTERNS = of_rules()


@pytest.mark.parametrize(
    ("pattern", "need"),
    [
        pytest.param("DEVICE_LOST", "device_lost", id="a word, in lower case"),
        pytest.param("[Ee]rror (?:of|in) torch", Every(("error ", " torch", Either(("of", "in")))), id="several, the longest first"),
        pytest.param("xpu error|segmentation", Either(("xpu error", "segmentation")), id="one of two"),
        pytest.param("segmentation|x", None, id="one of two, the other too short"),
        pytest.param("(?:driver)?(?:lost){0,3}x", None, id="what may be left out"),
        pytest.param("(?:driver)+", "driver", id="what may be repeated"),
        pytest.param("!{6,}|\u4e71\u7801", Either(("!!!!!!", "\u4e71\u7801")), id="a run of one character, and a word of two"),
        pytest.param(r"\bfoo\bbar$", "foobar", id="over places that are no characters"),
        pytest.param("foo.bar", Every(("foo", "bar")), id="not over a character that may be any"),
        pytest.param("(?!driver)foo", "foo", id="what must not stand there"),
        pytest.param("(?i)DRIVER|Treiber", Either(("driver", "treiber")), id="either case"),
        pytest.param("(?:foo.bar|driver)s", Either((Every(("foo", "bar")), "driver")), id="two words, or another"),
        pytest.param("foo.foo|foo", "foo", id="the same word again"),
        pytest.param(r"\d+|\w", None, id="no word at all"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_what_a_pattern_needs(pattern: str, need: Need | None) -> None:
    found = needed(re.compile(pattern))
    assert found == need
    assert type(found) is type(need)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_signature_is_found_without_the_words_that_it_needs(name: str) -> None:
    pattern = PATTERNS[name]
    need = needed(pattern)
    letters = st.characters(max_codepoint=127, include_characters=[letter for letter in pattern.pattern if not letter.isascii()])

    @settings(max_examples=10, database=None, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    @given(st.from_regex(pattern, alphabet=letters))
    def holds(text: str) -> None:
        # Lookarounds are generated without regard to what stands beside them: not all of these texts match.
        assert need is None or not pattern.search(text) or Places(text.replace("\n", " ")).of(need) == {0}

    holds()


@given(st.lists(st.text("abAB \u0130\u00df", max_size=12), min_size=1, max_size=12), st.text("ab", min_size=1, max_size=3))
def test_places_are_the_lines_that_hold_the_word(lines: list[str], word: str) -> None:
    assert Places("\n".join(lines)).of(word) == {number for number, line in enumerate(lines) if word in line.lower()}


@pytest.mark.parametrize(
    "pattern", ["needle", "n[a-e]+dle", r"(?P<x>\d)5$", "needle|^row 7$", r"row \d+ needle", "absent.needle|row.*needle"]
)
def test_a_long_log_is_searched_as_a_short_one_is(pattern: str) -> None:
    rows = [f"row {number}" + " needle" * (number % 97 == 0) for number in range(3_000)]
    log = Log(tuple(Line(number, row) for number, row in enumerate(rows, 1)), len(rows))
    found = [line.number for line, _ in log.found(re.compile(pattern))]
    assert found == [number for number, row in enumerate(rows, 1) if re.search(pattern, row)]
    assert found
