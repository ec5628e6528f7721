"""A rule as a page: what `explain` shows, and what docs/rules/ holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xpudoctor.diagnosis.rules import Command, Fix, Rule


def page(rule: Rule, known: Sequence[str] = (), level: int = 1) -> str:
    """Return one rule as Markdown under a heading of this level, with the rows of reference data that it goes by."""
    return "\n".join(_lines(rule, known, "#" * level)) + "\n"


def topic(name: str, rules: Iterable[tuple[Rule, Sequence[str]]]) -> str:
    """Return the rules of one table, each with its rows, as a page of the documentation."""
    return f"# {name}\n\nWritten by `python docs/generate.py` out of the tables in `checks/`.\n\n" + "\n".join(
        page(rule, known, 2) for rule, known in rules
    )


def _lines(rule: Rule, known: Sequence[str], heading: str) -> Iterator[str]:
    yield f"{heading} {rule.id}\n"
    yield f"{rule.title}. Severity: {rule.severity.value}. Confidence: {rule.confidence.value}. Cause: {rule.cause}.\n"
    yield f"{heading}# What it means\n\n{_open(rule.message)}\n"
    yield f"{heading}# Why\n\n{rule.why}\n"
    yield f"{heading}# Fix\n"
    for fix in rule.fixes:
        yield from _fix(fix)
    if rule.explains:
        yield f"It explains: {', '.join(rule.explains)}.\n"
    if known:
        yield "\n".join([f"{heading}# What it goes by\n", *(f"- {line}" for line in known), ""])
    yield f"{heading}# Links\n"
    yield from (f"- <{link}>" for link in rule.links)


def _fix(fix: Fix) -> Iterator[str]:
    needs = f" Needs: {', '.join(fix.needs)}." if fix.needs else ""
    yield _open(f"{fix.text}{needs}{f' Risk: {fix.risk}' if fix.risk else ''}\n")
    if fix.commands:
        yield "```sh\n" + "\n".join(map(_command, fix.commands)) + "\n```\n"


def _command(command: Command) -> str:
    run = command.run.removeprefix("fresh ")
    where = [*command.on, *(["in a fresh environment"] if run != command.run else [])]
    return _open(run) + (f"  # {', '.join(where)}" if where else "")


def _open(text: str) -> str:
    """Show what a finding would fill in as a word in brackets."""
    return re.sub(r"\{(\w+)\}", r"[\1]", text)
