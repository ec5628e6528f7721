"""A fix fits the machine: its package manager, its environment, its installer."""

from __future__ import annotations

from typing import Any

import pytest

from xpudoctor import Packages, System
from xpudoctor.diagnosis.fixes import remedy
from xpudoctor.diagnosis.rules import Command, Fix
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import variables

DRIVER = Fix(
    "Install {what}.",
    (Command("apt", ("apt",)), Command("dnf", ("dnf",)), Command("ppa", ("ubuntu",)), Command("Get", ("windows",)), Command("any")),
)
PIP = Fix("Install it.", (Command("pip install torch --index-url https://x"),))
VENV: dict[str, Any] = {"executable": "/v/bin/python", "environment": "venv", "installer": "pip"}


@pytest.mark.parametrize(
    ("system", "commands"),
    [
        pytest.param(System(os="linux", distribution="ubuntu", like=("debian",)), ("apt", "ppa", "any"), id="Ubuntu"),
        pytest.param(System(os="linux", distribution="linuxmint", like=("ubuntu", "debian")), ("apt", "any"), id="like Ubuntu"),
        pytest.param(System(os="linux", distribution="fedora"), ("dnf", "any"), id="Fedora"),
        pytest.param(System(os="linux", distribution="slackware"), ("any",), id="an unknown distribution"),
        pytest.param(System(os="windows"), ("Get", "any"), id="Windows"),
        pytest.param(System(os="linux"), ("apt", "dnf", "ppa", "any"), id="a Linux of which no more is known"),
        pytest.param(None, ("apt", "dnf", "ppa", "Get", "any"), id="an unknown machine"),
    ],
)
def test_commands_fit_the_system(system: System | None, commands: tuple[str, ...]) -> None:
    assert remedy(DRIVER, Snapshot(system=system), {"what": "it"}).commands == commands


@pytest.mark.parametrize(
    ("packages", "variable", "command"),
    [
        pytest.param(Packages(**VENV), {"VIRTUAL_ENV": "/v"}, "pip install torch --index-url https://x", id="the active environment"),
        pytest.param(Packages(**VENV), {}, "/v/bin/python -m pip install torch --index-url https://x", id="another environment"),
        pytest.param(
            Packages(**{**VENV, "installer": "uv"}),
            {},
            "uv pip install --python /v/bin/python torch --index-url https://x",
            id="an environment of uv",
        ),
        pytest.param(
            Packages(**{**VENV, "installer": "uv"}), {"VIRTUAL_ENV": "/v"}, "uv pip install torch --index-url https://x", id="uv, active"
        ),
        pytest.param(
            Packages(**{**VENV, "executable": "/my v/bin/python"}),
            {},
            '"/my v/bin/python" -m pip install torch --index-url https://x',
            id="a path with a space",
        ),
        pytest.param(None, {}, "pip install torch --index-url https://x", id="an unknown environment"),
    ],
)
def test_pip_becomes_what_reaches_the_environment(packages: Packages | None, variable: dict[str, str], command: str) -> None:
    snapshot = Snapshot(packages=packages, environment=variables(**variable))
    assert remedy(PIP, snapshot, {}).commands == (command,)


def test_the_values_of_the_match_fill_the_fix() -> None:
    assert remedy(DRIVER, Snapshot(), {"what": "the driver"}).text == "Install the driver."
