"""How a table that is known to be right is read: where a function decides, the id alone, and the rest when the rule has something to say.

Of a hundred rules a machine shows three, and to read all of their texts takes a tenth of a check.
"""

from __future__ import annotations

import re
from functools import partial

from xpudoctor.diagnosis.rules import Rule, RuleError, read_rules

_START = "\n[[rule]]\n"
_ID = re.compile(r'^id = "([a-z0-9-]+)"$', re.MULTILINE)


def skim_rules(text: str, place: str) -> tuple[Rule, ...]:
    """Return the rules of a table."""
    return tuple(_skimmed(_START + block, place) for block in f"\n{text}".split(_START)[1:])


def _skimmed(block: str, place: str) -> Rule:
    found = _ID.search(block)
    if not found:
        raise RuleError(f"{place}: a rule without an id")
    if "\nwhen" in block:
        return _read(block, place)
    rule = Rule.__new__(Rule)
    vars(rule).update(id=found[1], when=None, unless={}, rest=partial(_read, block, place))
    return rule


def _read(block: str, place: str) -> Rule:
    return read_rules(block, place)[0]
