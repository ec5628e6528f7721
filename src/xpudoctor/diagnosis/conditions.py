"""How `when` and `unless` become a check: all of the one have to hold, none of the other may."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from xpudoctor.diagnosis.findings import Match
from xpudoctor.diagnosis.rules import RuleError
from xpudoctor.diagnosis.words import WORDS, Word
from xpudoctor.facts.fact import Fact


def compile_when(when: Mapping[str, Any], unless: Mapping[str, Any], place: str) -> Callable[..., Match | None]:
    """Return the check that a rule's `when` and `unless` describe; raise RuleError where a word or a value is not known.

    All of `when` has to hold; one word of `unless` that holds withdraws the finding, and a section that is unknown holds nothing.
    """
    if not when:
        raise RuleError(f"{place}: when is empty")
    words, contradictions = _compiled(when, f"{place}: when"), _compiled(unless, f"{place}: unless")

    def decide(**sections: Any) -> Match | None:
        evidence: list[Fact] = []
        values: dict[str, object] = {}
        for section, word in words.items():
            seen = word(sections[section])
            if seen is None:
                return None
            evidence += seen[0]
            values |= seen[1]
        # Asked last: few rules get this far, and to look through a long log for what would withdraw each costs as much again.
        for section, word in contradictions.items():
            if sections.get(section) is not None and word(sections[section]) is not None:
                return None
        return Match(*evidence, **values)

    return decide


def _compiled(spec: Mapping[str, Any], place: str) -> dict[str, Word]:
    unknown = sorted(set(spec) - set(WORDS))
    if unknown:
        raise RuleError(f"{place} knows {', '.join(WORDS)}, not {unknown[0]}")
    try:
        return {section: WORDS[section](value) for section, value in spec.items()}
    except (re.error, ValueError, TypeError, AttributeError) as error:
        raise RuleError(f"{place}: {error}") from None
