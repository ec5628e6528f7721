"""What a rule is, and how a table of rules is read: data that is checked before it may say anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Any

from xpudoctor.facts import toml
from xpudoctor.facts.record import Record


class RuleError(Exception):
    """A table, a rule or a check that is wrong; the message names the file and the rule."""


class Severity(str, Enum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Confidence(str, Enum):
    """How sure we are."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


# What a command may be meant for: an operating system, a package manager of it, or a kind of Python environment.
TARGETS = {
    "linux": "os",
    "windows": "os",
    "apt": "manager",
    "dnf": "manager",
    "zypper": "manager",
    "pacman": "manager",
    "ubuntu": "distribution",
    "conda": "environment",
    "venv": "environment",
}


class Command(Record):
    """One line to copy. `on` names what it is meant for; empty, it fits everywhere. A leading `pip` becomes the installer in use."""

    run: str
    on: tuple[str, ...] = ()


class Fix(Record):
    """One way out: what to do, the commands for it, what may go wrong (`risk`), what it takes (`needs`: admin, reboot, download)."""

    text: str
    commands: tuple[Command, ...] = ()
    risk: str = ""
    needs: tuple[str, ...] = ()


class Rule(Record):
    """A claim to a user with a broken machine. `id` names the fault, `cause` is its slug in the vocabulary of causes.

    `when` decides it, and any word of `unless` that surely holds withdraws it. `message` and the fixes may hold `{names}` that the
    check fills. `explains` are ids of rules whose findings follow from this one; `rows` names the reference data that it goes by. A
    `guess` goes by the symptom alone: it is never an error, and is told only where no surer error was found.
    """

    id: str
    title: str
    message: str
    why: str
    severity: Severity
    confidence: Confidence
    cause: str
    links: tuple[str, ...]
    fixes: tuple[Fix, ...] = ()
    explains: tuple[str, ...] = ()
    guess: bool = False
    rows: Mapping[str, Any] | None = field(default=None, compare=False)
    when: Mapping[str, Any] | None = field(default=None, compare=False)
    unless: Mapping[str, Any] = field(default_factory=dict, compare=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Read the rest of a rule that was skimmed: it has something to say after all."""
            rest = vars(self).pop("rest", None)
            if rest is None:
                raise AttributeError(name)
            vars(self).update(vars(rest()))
            return getattr(self, name)


_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEXTS = ("id", "title", "message", "why", "severity", "confidence")
_KEYS = {*_TEXTS, "cause", "fixes", "links", "explains", "guess", "rows", "when", "unless"}


def read_rules(text: str, place: str) -> tuple[Rule, ...]:
    """Return the rules of one table; raise RuleError, naming `place` and the rule, where one is wrong."""
    try:
        data = toml.loads(text)
    except toml.TOMLDecodeError as error:
        raise RuleError(f"{place}: not TOML: {error}") from None
    if not isinstance(rows := data.get("rule"), list) or set(data) != {"rule"}:
        raise RuleError(f"{place}: a table of rules holds [[rule]] entries and nothing else")
    return tuple(_rule(row, f"{place}: rule {row.get('id', index + 1)}") for index, row in enumerate(rows))


def _rule(row: dict[str, Any], place: str) -> Rule:
    for problem in _problems(row):
        raise RuleError(f"{place}: {problem}")
    return Rule(
        **{name: row[name] for name in ("id", "title", "message", "why")},
        severity=Severity(row["severity"]),
        confidence=Confidence(row["confidence"]),
        cause=row.get("cause", row["id"]),
        links=tuple(row["links"]),
        fixes=tuple(_fix(fix, place) for fix in row.get("fixes", ())),
        explains=tuple(row.get("explains", ())),
        guess=row.get("guess", False),
        rows=row.get("rows"),
        when=row.get("when"),
        unless=row.get("unless", {}),
    )


def _problems(row: dict[str, Any]) -> Iterator[str]:
    yield from (f"unknown key {key!r}" for key in sorted(set(row) - _KEYS))
    yield from (f"{name} is missing" for name in _TEXTS if not isinstance(row.get(name), str) or not row[name])
    if not _SLUG.fullmatch(str(row.get("id"))):
        yield "an id is lower-case words joined by hyphens"
    for name, kind in (("severity", Severity), ("confidence", Confidence)):
        values = [member.value for member in kind]
        if row.get(name) not in values:
            yield f"{name} is one of {', '.join(values)}"
    if row.get("guess") and row.get("severity") == Severity.ERROR.value:
        yield "a guess is no error"
    if "rows" in row and not {"of", "line"} <= set(row["rows"]) <= {"of", "line", "where"}:
        yield "rows holds of and line, and may hold where"
    links = row.get("links")
    if not links or not all(isinstance(link, str) and link.startswith("https://") for link in links):
        yield "links holds the sources, at least one https:// address"


def _fix(data: Any, place: str) -> Fix:
    if not isinstance(data, dict) or not isinstance(data.get("text"), str) or set(data) - {"text", "commands", "risk", "needs"}:
        raise RuleError(f"{place}: a fix holds text, commands, risk and needs")
    commands = tuple(_command(command, place) for command in data.get("commands", ()))
    return Fix(data["text"], commands, data.get("risk", ""), tuple(data.get("needs", ())))


def _command(data: Any, place: str) -> Command:
    if isinstance(data, str):
        return Command(data)
    on = data.get("on", ()) if isinstance(data, dict) else ()
    targets = (on,) if isinstance(on, str) else tuple(on)
    if not isinstance(data, dict) or set(data) != {"run", "on"} or not set(targets) <= set(TARGETS):
        raise RuleError(f"{place}: a command is a text, or run with on = one of {', '.join(TARGETS)}")
    return Command(data["run"], targets)
