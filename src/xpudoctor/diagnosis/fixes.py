"""How a fix is made to fit the machine at hand: its package manager, its kind of environment, the installer in use."""

from __future__ import annotations

from collections.abc import Mapping

from xpudoctor.diagnosis.findings import Remedy
from xpudoctor.diagnosis.rules import TARGETS, Command, Fix
from xpudoctor.facts.packages import Packages
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System

_MANAGERS = {
    "apt": ("debian", "ubuntu"),
    "dnf": ("fedora", "rhel", "centos", "rocky", "almalinux"),
    "zypper": ("suse", "opensuse", "opensuse-tumbleweed", "opensuse-leap", "sles"),
    "pacman": ("arch", "manjaro", "cachyos", "endeavouros"),
}


def remedy(fix: Fix, snapshot: Snapshot, values: Mapping[str, object]) -> Remedy:
    """Return the fix with the commands that fit the snapshot; where the machine is not known, all of them."""
    known = _known(snapshot)
    commands = tuple(_installer(_filled(c.run, values), snapshot) for c in fix.commands if _fits(c, known))
    return Remedy(_filled(fix.text, values), commands, _filled(fix.risk, values), fix.needs)


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format_map(values) if "{" in text else text


def _fits(command: Command, known: Mapping[str, str]) -> bool:
    """A command fits unless something that is known speaks against it."""
    return all(known.get(TARGETS[target], target) == target for target in command.on)


def _known(snapshot: Snapshot) -> dict[str, str]:
    """Return what is known of the machine, by the kinds of TARGETS."""
    known: dict[str, str] = {}
    if snapshot.system and snapshot.system.os:
        known |= _known_system(snapshot.system, snapshot.system.os)
    if snapshot.packages and snapshot.packages.environment:
        known["environment"] = "conda" if snapshot.packages.environment == "conda" else "venv"
    return known


def _known_system(system: System, os: str) -> dict[str, str]:
    if os != "linux":
        return {"os": os, "manager": "none", "distribution": "none"}
    if system.distribution is None:
        return {"os": os}
    names = (system.distribution, *system.like)
    manager = next((name for name, distributions in _MANAGERS.items() if set(names) & set(distributions)), "none")
    return {"os": os, "manager": manager, "distribution": system.distribution}


def _installer(command: str, snapshot: Snapshot) -> str:
    """Write `pip …` as the command that reaches the environment that was looked at."""
    packages = snapshot.packages
    if packages is None or not command.startswith("pip "):
        return command
    rest = command.removeprefix("pip ")
    python = _quoted(packages.executable) if packages.executable and not _is_active(packages, snapshot) else ""
    if packages.installer == "uv":
        verb, _, arguments = rest.partition(" ")
        return f"uv pip {verb}{f' --python {python}' if python else ''} {arguments}"
    return f"{python} -m pip {rest}" if python else command


def _is_active(packages: Packages, snapshot: Snapshot) -> bool:
    """Say whether a plain `pip` would reach this environment: it is the one that is activated."""
    environment = snapshot.environment
    if environment is None:
        return True
    active = environment.get("VIRTUAL_ENV") or environment.get("CONDA_PREFIX")
    return bool(active) and packages.executable.startswith(str(active))


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
