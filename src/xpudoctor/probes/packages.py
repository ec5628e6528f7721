"""The distributions of a Python environment: asked of its own interpreter, read from metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xpudoctor.facts.fact import UNSEEN
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.probes._patient import answered, ask, is_own
from xpudoctor.probes._run import Ended
from xpudoctor.probes.patient import inventory


def packages(python: str | None, timeout: float) -> Packages:
    """Return what is installed; RuntimeError says why the interpreter could not be asked."""
    if is_own(python):
        return _packages(Ended(marks=tuple(inventory.listed())))
    return _packages(answered(ask(python, "inventory", timeout)))


def _packages(ended: Ended) -> Packages:
    marks = ended.marks
    last: Mapping[str, Any] = next((mark for mark in reversed(marks) if "done" in mark), {})
    unread = {str(mark["unread"]): f"{UNSEEN}{mark['why']}" for mark in marks if "unread" in mark}
    installed = tuple(_package(mark) for mark in marks if "name" in mark and mark["version"])
    return Packages(
        installed=installed,
        complete=bool(last) and not unread,
        python=last.get("python", ""),
        executable=last.get("executable", ""),
        environment=last.get("environment", ""),
        installer=_installer(last, installed),
        leftovers=tuple(mark["leftover"] for mark in marks if "leftover" in mark),
        damaged=tuple(f"{mark['name']}: {mark['damaged']}" for mark in marks if "damaged" in mark),
        sources={"environment": last.get("prefix", ""), **unread} if last else {"installed": f"{UNSEEN}{ended.ending}", **unread},
    )


def _package(said: Mapping[str, Any]) -> Package:
    return Package(
        name=said["name"],
        version=said["version"],
        origin=said["origin"],
        location=said["location"],
        installer=said.get("installer", ""),
        url=said.get("url", ""),
        requires=tuple(said.get("requires", ())),
        source=said["source"],
    )


def _installer(last: Mapping[str, Any], installed: Iterable[Package]) -> str:
    """Return the program that this environment is changed with: a venv without pip was made by uv."""
    if not last:
        return ""
    lacks_pip = last["environment"] == "venv" and not any(package.name.lower() == "pip" for package in installed)
    return "uv" if last["uv"] or lacks_pip else "pip"
