"""All probes at once: what they saw as a snapshot, without what must not leave the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from xpudoctor.facts.packages import Packages
from xpudoctor.facts.record import Record
from xpudoctor.facts.redaction import Identity, redacted, redactor
from xpudoctor.facts.snapshot import Snapshot, SnapshotError
from xpudoctor.probes._patient import unfit
from xpudoctor.probes._together import SLACK, together

# A section has this long after its children's limit to end them, to say so, and to try once more what is quick.
LATE = 2 * SLACK
# The sections that only the interpreter can tell.
_ASKED = frozenset({"packages", "torch"})


class Look(Record):
    """What to look at, and for how long."""

    python: str | None
    static: bool
    timeout: float


# A function that imports its probe when it is called, beside the others.
PROBES: Mapping[str, Callable[[Look], Any]] = {
    "torch": lambda look: _probe("torch")(look.python, look.timeout, look.static),
    "packages": lambda look: _probe("packages")(look.python, look.timeout),
    "runtime": lambda look: _probe("runtime")(look.python, look.timeout),
    "devices": lambda _look: _probe("devices")(),
    "system": lambda look: _probe("system")(look.python),
    "environment": lambda _look: _probe("environment")(),
}


def gather(python: str | None, *, static: bool, timeout: float, progress: Callable[[set[str]], None] | None = None) -> Snapshot:
    """Look at the machine; `progress` is told which sections are still missing, twice a second and when one comes in."""
    look, who = Look(python, static, timeout), identity()
    redact, sections, gaps = redactor(who), dict[str, Any](), dict[str, str]()
    parts = {section: partial(probe, look) for section, probe in PROBES.items()}
    for section, seen, why in _packages_first(together(parts, timeout + LATE, progress)):
        if isinstance(seen, Packages):
            redact = redactor(who, frozenset(package.name.lower() for package in seen.installed))
        if why:
            gaps[section] = redact(why)
            _refuse_unfit(python, section, gaps)
        else:
            sections[section] = redacted(seen, redact)
    return Snapshot(**sections, gaps=dict(sorted(gaps.items())))


def identity() -> Identity:
    """Return who the user of this machine is, so that it can be taken out."""
    return Identity(user=_user(), home=_home(), host=_host())


def _refuse_unfit(python: str | None, section: str, gaps: Mapping[str, str]) -> None:
    """Raise SnapshotError as soon as nothing that needs the named interpreter could be seen because it is none."""
    if python and section in _ASKED and gaps.keys() >= _ASKED and (why := unfit(python)):
        raise SnapshotError(f"{python}: not a Python 3.8 or later: {why}")


def _packages_first(arrivals: Iterator[tuple[str, Any, str]]) -> Iterator[tuple[str, Any, str]]:
    """Hold the other sections back until it is known which names redaction must leave alone."""
    held = []
    for arrival in arrivals:
        held.append(arrival)
        if arrival[0] == "packages":
            yield from reversed(held)
            yield from arrivals
            return
    yield from held


def _probe(section: str) -> Callable[..., Any]:
    probe: Callable[..., Any] = getattr(import_module(f"xpudoctor.probes.{section}"), section)
    return probe


def _user() -> str:
    """Return what getpass tells, which would import the terminal with it."""
    named = next((os.environ[name] for name in ("LOGNAME", "USER", "LNAME", "USERNAME") if os.environ.get(name)), "")
    if named or sys.platform == "win32":
        return named
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""  # A container's user may be a number without a name.


def _home() -> str:
    try:
        return str(Path.home())
    except (KeyError, RuntimeError):
        return ""


def _host() -> str:
    # The socket module, which knows it everywhere, would cost 8 ms.
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return name.partition(".")[0]
