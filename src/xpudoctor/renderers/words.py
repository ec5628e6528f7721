"""The few sentences that every form of a report shares: what was looked at, how many of each, what was not seen."""

from __future__ import annotations

from xpudoctor import __version__
from xpudoctor.diagnosis.findings import Report, Status
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.facts.fact import UNSEEN
from xpudoctor.facts.project import Project
from xpudoctor.facts.snapshot import SECTIONS, Snapshot

# A message may quote what a library printed; nothing of it may steer the terminal.
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
_MOST_UNREAD = 10
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "hint"}


def printable(text: str) -> str:
    """Return a text without the characters that control a terminal."""
    return text.translate(_CONTROLS)


def machine(snapshot: Snapshot) -> list[str]:
    """Return the machine in a few words: system, Python, torch, GPUs; what is not known is left out."""
    words = [f"xpudoctor {__version__}"]
    if snapshot.system and snapshot.system.name:
        words.append(snapshot.system.name + (f" on WSL {snapshot.system.wsl}" if snapshot.system.wsl else ""))
    if snapshot.packages and snapshot.packages.python:
        words.append(f"Python {snapshot.packages.python} ({snapshot.packages.environment or 'environment'})")
    if snapshot.torch and snapshot.torch.installed is not None:
        words.append(f"torch {snapshot.torch.version or '?'}" if snapshot.torch.installed else "no torch")
    if snapshot.devices:
        labels = [gpu.label for gpu in snapshot.devices.gpus]
        names = [f"{labels.count(name)} x {name}" if labels.count(name) > 1 else name for name in dict.fromkeys(labels)]
        words.append(", ".join(names) or ("no Intel GPU" if snapshot.devices.complete else "GPU unknown"))
    if snapshot.project:
        words.append(f"project {snapshot.project.name} ({snapshot.project.files} files)")
    return words


def counts(report: Report) -> str:
    """Return `1 error, 2 warnings (3 more follow from them)`, or an empty text where nothing was found."""
    by_severity = ((noun, sum(f.severity is severity for f in report.causes)) for severity, noun in _NOUNS.items())
    text = ", ".join(f"{count} {noun}{'s' if count > 1 else ''}" for noun, count in by_severity if count)
    more = len(report.findings) - len(report.causes)
    return f"{text} ({more} more follow{'s' if more == 1 else ''})" if more else text


def nothing(report: Report) -> str:
    """Return what is to be said where no finding counts."""
    if report.known:
        return "Nothing new found"
    return "Nothing wrong found" if report.count(Status.CLEAR) else "Nothing could be judged"


def passes(report: Report) -> str:
    """Return how many checks passed, could not tell, failed or were ignored."""
    clear = report.count(Status.CLEAR)
    words = [f"{clear} check{'s' if clear != 1 else ''} passed"]
    for status, text in ((Status.UNKNOWN, "could not tell"), (Status.CRASHED, "failed"), (Status.IGNORED, "ignored")):
        if count := report.count(status):
            words.append(f"{count} {text}")
    if report.known:
        words.append(f"{len(report.known)} known")
    return ", ".join(words)


def not_seen(report: Report) -> list[str]:
    """Return a line for all that could not be looked at, sections and parts, and for what is wrong with plug-ins and a baseline."""
    crashed = [f"check {r.rule.id} failed: {r.note}" for r in report.results if r.status is Status.CRASHED]
    gaps = [f"not seen: {name}: {why}" for name, why in report.snapshot.gaps.items()]
    return gaps + _unseen_parts(report.snapshot) + _unread(report.snapshot.project) + crashed + list(report.problems)


def _unseen_parts(snapshot: Snapshot) -> list[str]:
    # (The sources of a project are its programs.)
    sources = {name: getattr(getattr(snapshot, name), "sources", {}) for name in SECTIONS if name != "project"}
    unseen = ((name, part, why) for name, parts in sources.items() for part, why in parts.items() if why.startswith(UNSEEN))
    return [f"{UNSEEN}{name}, {part}: {why.removeprefix(UNSEEN)}" for name, part, why in unseen]


def _unread(project: Project | None) -> list[str]:
    """Return a line for each file of a project that could not be read; a project of templates has many."""
    bad = project.unread if project else ()
    more = [f"not read: {len(bad) - _MOST_UNREAD} more places"] if len(bad) > _MOST_UNREAD else []
    return [f"not read: {fact.place}: {fact.value}" for fact in bad[:_MOST_UNREAD]] + more
