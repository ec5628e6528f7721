"""A fix fits the machine: its package manager, its environment, its installer."""

from __future__ import annotations

from typing import Any

import pytest

from xpudoctor import Package, Packages, System
from xpudoctor.diagnosis.fixes import remedy
from xpudoctor.diagnosis.rules import Command, Fix
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import variables

DRIVER = Fix(
    "Install {what}.",
    (Command("apt", ("apt",)), Command("dnf", ("dnf",)), Command("ppa", ("ubuntu",)), Command("Get", ("windows",)), Command("any")),
)
FRESH = Fix("Start anew.", (Command("fresh pip install torch"),))
LOOK = Fix("Look.", (Command('X=1 python -c "import torch"'), Command("conda install libuv"), Command("xpudoctor check --timeout 9")))
OUT = Fix("Take it out.", (Command("pip uninstall torch torchvision torchaudio triton"),))
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


def _by(**installers: str) -> Packages:
    installed = tuple(Package(name, "1", installer=installer) for name, installer in installers.items())
    return Packages(installed, complete=True, executable="/e/bin/python", environment="conda", sources={"environment": "/e"})


@pytest.mark.parametrize(
    ("packages", "commands"),
    [
        pytest.param(_by(torch="pip"), ("/e/bin/python -m pip uninstall torch torchvision torchaudio triton",), id="pip installed it"),
        pytest.param(
            _by(torch="conda", torchvision="conda"), ("conda remove -p /e --force pytorch torchvision",), id="conda did, under its own name"
        ),
        pytest.param(
            _by(torch="conda", torchaudio="pip"),
            ("conda remove -p /e --force pytorch", "/e/bin/python -m pip uninstall torchaudio"),
            id="each of them a part",
        ),
        pytest.param(None, ("pip uninstall torch torchvision torchaudio triton",), id="nobody knows"),
    ],
)
def test_who_installed_it_takes_it_out(packages: Packages | None, commands: tuple[str, ...]) -> None:
    assert remedy(OUT, Snapshot(packages=packages, environment=variables()), {}).commands == commands


def test_the_values_of_the_match_fill_the_fix() -> None:
    assert remedy(DRIVER, Snapshot(), {"what": "the driver"}).text == "Install the driver."


@pytest.mark.parametrize(
    ("system", "installer", "command"),
    [
        pytest.param("linux", "pip", "python3.11 -m venv xpu-env && xpu-env/bin/python -m pip install torch", id="Linux"),
        pytest.param("windows", "pip", "py -3.11 -m venv xpu-env; xpu-env\\Scripts\\python.exe -m pip install torch", id="Windows"),
        pytest.param(
            "linux",
            "uv",
            "uv venv --python 3.11 xpu-env && uv pip install torch --python xpu-env --index-strategy unsafe-best-match",
            id="uv",
        ),
    ],
)
def test_a_fresh_environment_is_not_the_broken_one(system: str, installer: str, command: str) -> None:
    snapshot = Snapshot(system=System(os=system), packages=Packages(**{**VENV, "installer": installer}))
    assert remedy(FRESH, snapshot, {}).commands == (command,)


def test_every_command_reaches_the_environment_that_was_looked_at() -> None:
    packages = Packages(executable="/envs/llm/bin/python", environment="conda", installer="pip", sources={"environment": "/envs/llm"})
    assert remedy(LOOK, Snapshot(packages=packages, environment=variables(CONDA_PREFIX="/opt/conda")), {}).commands == (
        'X=1 /envs/llm/bin/python -c "import torch"',
        "conda install -p /envs/llm libuv",
        "xpudoctor check --python /envs/llm/bin/python --timeout 9",
    )


@pytest.mark.parametrize(
    ("executable", "active", "command"),
    [
        pytest.param("/venvA2/bin/python", "/venvA", "/venvA2/bin/python -m pip install torch", id="a name like the active one"),
        pytest.param("~/my v/bin/python", "", '"$HOME/my v/bin/python" -m pip install torch', id="a blank below the home folder"),
        pytest.param("/scratch/<user>/v/bin/python", "", "/scratch/$USER/v/bin/python -m pip install torch", id="a redacted name"),
    ],
)
def test_a_path_can_be_copied(executable: str, active: str, command: str) -> None:
    packages = Packages(**{**VENV, "executable": executable})
    fix = Fix("Install it.", (Command("pip install torch"),))
    assert remedy(fix, Snapshot(packages=packages, environment=variables(VIRTUAL_ENV=active)), {}).commands == (command,)
