"""How a fix is made to fit the machine at hand: its package manager, its kind of environment, the installer in use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from xpudoctor.diagnosis.rules import TARGETS, Command, Fix
from xpudoctor.facts.packages import Packages
from xpudoctor.facts.record import Record
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System

_MANAGERS = {
    "apt": ("debian", "ubuntu"),
    "dnf": ("fedora", "rhel", "centos", "rocky", "almalinux"),
    "zypper": ("suse", "opensuse", "opensuse-tumbleweed", "opensuse-leap", "sles"),
    "pacman": ("arch", "manjaro", "cachyos", "endeavouros"),
}


class Remedy(Record):
    """A fix for the machine at hand: its commands chosen and filled in."""

    text: str
    commands: tuple[str, ...] = ()
    risk: str = ""
    needs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON data; what is empty is left out but for the commands."""
        rest = {key: value for key, value in (("risk", self.risk), ("needs", list(self.needs))) if value}
        return {"text": self.text, "commands": list(self.commands), **rest}


def remedy(fix: Fix, snapshot: Snapshot, values: Mapping[str, object]) -> Remedy:
    """Return the fix with the commands that fit the snapshot; where the machine is not known, all of them."""
    known = _known(snapshot)
    filled = (_filled(command.run, values) for command in fix.commands if _fits(command, known))
    commands = tuple(_reaching(part, snapshot) for command in filled for part in _by_owner(command, snapshot.packages))
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


def _by_owner(command: str, packages: Packages | None) -> tuple[str, ...]:
    """Split an uninstall by who installed: pip would take the files of conda's packages, and leave conda believing that they are there."""
    names = command.removeprefix(_UNINSTALL).split() if command.startswith(_UNINSTALL) else []
    copies = [copy for name in names for copy in (packages.all(name) if packages else ())]
    owned = [_CONDA_NAMES.get(copy.name, copy.name) for copy in copies if copy.installer == "conda"]
    if not owned:
        return (command,)
    others = [copy.name for copy in copies if copy.installer != "conda"]
    return (f"conda remove --force {' '.join(owned)}", *([_UNINSTALL + " ".join(others)] if others else []))


_UNINSTALL = "pip uninstall "
# What conda calls a package where Python has another name for it.
_CONDA_NAMES = {"torch": "pytorch"}


def _reaching(command: str, snapshot: Snapshot) -> str:
    """Write a command so that it reaches the environment that was looked at, or (`fresh pip …`) makes a new one."""
    packages = snapshot.packages
    windows = snapshot.system is not None and snapshot.system.os == "windows"
    if command.startswith("fresh pip "):
        return _fresh(command.removeprefix("fresh pip "), windows, uv=packages is not None and packages.installer == "uv")
    if packages is None or not packages.executable or _is_active(packages, snapshot):
        uv = packages is not None and packages.installer == "uv" and command.startswith("pip ")
        return f"uv {command}" if uv else command
    python = _quoted(packages.executable, windows)
    if command.startswith("pip "):
        verb, _, rest = command.removeprefix("pip ").partition(" ")
        return f"uv pip {verb} --python {python} {rest}" if packages.installer == "uv" else f"{python} -m pip {verb} {rest}"
    prefix = packages.sources.get("environment", "")
    if packages.environment == "conda" and prefix:
        command = _CONDA.sub(rf"\g<0> -p {_quoted(prefix, False)}", command)
    return _PYTHON.sub(lambda _: python, command).replace("xpudoctor check", f"xpudoctor check --python {python}")


# The commands of conda that change an environment, and the interpreter wherever a command calls it.
_CONDA = re.compile(r"^conda (?:install|remove|env config vars set)\b")
_PYTHON = re.compile(r"\bpython(?= -[cX])")


def _fresh(rest: str, windows: bool, *, uv: bool) -> str:
    if uv:
        return f"uv venv --python 3.11 xpu-env && uv pip {rest} --python xpu-env --index-strategy unsafe-best-match"
    if windows:
        return f"py -3.11 -m venv xpu-env; xpu-env\\Scripts\\python.exe -m pip {rest}"
    return f"python3.11 -m venv xpu-env && xpu-env/bin/python -m pip {rest}"


def _is_active(packages: Packages, snapshot: Snapshot) -> bool:
    """Say whether a plain `pip` would reach this environment: it is the one that is activated."""
    environment = snapshot.environment
    if environment is None:
        return True
    active = environment.get("VIRTUAL_ENV") or environment.get("CONDA_PREFIX")
    return bool(active) and packages.executable.lower().startswith((f"{active}/".lower(), f"{active}\\".lower()))


def _quoted(path: str, windows: bool) -> str:
    """Write a path so that the shell finds it, although the home folder and the user's name were taken out of it."""
    if windows:
        path = path.replace("<user>", "$env:USERNAME")
        path = "$env:USERPROFILE" + path[1:] if path.startswith("~") else path
        return f'& "{path}"' if " " in path or "$" in path else path
    path = path.replace("<user>", "$USER")
    return '"' + re.sub(r"^~(?=/)", "$HOME", path) + '"' if " " in path else path
