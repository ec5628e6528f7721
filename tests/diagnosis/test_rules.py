"""A table of rules is refused, with file and rule named, unless everything in it is right."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpudoctor_checks
from xpudoctor.diagnosis.rules import Command, Confidence, RuleError, Severity, read_rules
from xpudoctor.diagnosis.skim import skim_rules

GOOD = """
[[rule]]
id = "fan-stopped"
title = "the fan stands still"
message = "Fan {fan} stands still."
why = "It gets hot."
severity = "warning"
confidence = "likely"
explains = ["too-hot"]
fixes = [{ text = "Turn it on.", commands = ["fan on", { run = "apt install fan", on = "apt" }], needs = ["admin"], risk = "noise." }]
links = ["https://example.org/fan"]
"""


def test_a_rule_is_read_as_it_is_written() -> None:
    (rule,) = read_rules(GOOD, "fan.toml")
    assert (rule.id, rule.cause) == ("fan-stopped", "fan-stopped")
    assert (rule.severity, rule.confidence) == (Severity.WARNING, Confidence.LIKELY)
    assert rule.fixes[0].commands == (Command("fan on"), Command("apt install fan", ("apt",)))
    assert rule.explains == ("too-hot",)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("[[rule]]", "[[rule", "not TOML", id="broken TOML"),
        pytest.param("[[rule]]", "[[rules]]", "[[rule]] entries", id="another name for the list"),
        pytest.param('id = "fan-stopped"', "", "id is missing", id="no id"),
        pytest.param("fan-stopped", "Fan_Stopped", "lower-case", id="an id that is no slug"),
        pytest.param('title = "the fan stands still"', "", "title is missing", id="no title"),
        pytest.param('"warning"', '"bad"', "severity is one of", id="a severity that is not one"),
        pytest.param('"likely"', '"sure"', "confidence is one of", id="a confidence that is not one"),
        pytest.param('links = ["https://example.org/fan"]', "", "links holds the sources", id="no source, no rule"),
        pytest.param("https://example", "file://example", "links holds the sources", id="a source nobody can open"),
        pytest.param("explains", "explain", "unknown key 'explain'", id="a key with a typing error"),
        pytest.param('severity = "warning"', 'severity = "error"\nguess = true', "a guess is no error", id="a guess that claims to know"),
        pytest.param("explains", "rows = {}\nexplains", "rows holds of", id="rows of no table"),
        pytest.param('on = "apt"', 'on = "yum"', "a command is", id="a command for something unknown"),
        pytest.param("risk", "risc", "a fix holds", id="a fix with a typing error"),
    ],
)
def test_a_wrong_table_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(RuleError) as error:
        read_rules(GOOD.replace(old, new), "fan.toml")
    assert says in str(error.value)
    assert "fan.toml" in str(error.value)


@pytest.mark.parametrize("table", sorted(Path(xpudoctor_checks.__path__[0]).glob("*.toml")), ids=lambda table: table.stem)
def test_a_built_in_table_says_the_same_when_it_is_skimmed(table: Path) -> None:
    text = table.read_text(encoding="utf-8")
    skimmed, read = skim_rules(text, table.name), read_rules(text, table.name)
    assert [rule.id for rule in skimmed] == [rule.id for rule in read]
    assert [(rule.when, rule.unless) for rule in skimmed] == [(rule.when, rule.unless) for rule in read]
    assert skimmed == read
