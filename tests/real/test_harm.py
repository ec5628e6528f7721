"""Installing the doctor beside a patient's packages changes none of them, and it runs with what it finds there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .patients import Patient, Ward
from .recipes import BARE

pytestmark = pytest.mark.real
_HOUSE = Path(__file__).parents[2]
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
_OLD = "click==8.1.8 rich==13.9.4 packaging==23.2 psutil==5.9.8"
ENVIRONMENTS = (
    Patient("old-libraries", (f"pydantic==1.10.24 {_OLD}",), BARE),
    Patient("old-libraries-typer", (f"pydantic==1.10.24 typer==0.12.5 {_OLD}",), BARE),
    Patient("lowest-libraries", ("pydantic==1.10.24 typer==0.12.4 click==8.1.8 rich==12.3.0 packaging==22.0 psutil==5.8.0",), BARE),
    Patient("today's-libraries", ("pydantic typer<0.29 rich packaging psutil",), BARE),
)
_EACH = pytest.mark.parametrize("patient", [pytest.param(one, id=one.name) for one in ENVIRONMENTS])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The doctor as it is published."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*_PIP, "wheel", "--no-deps", "--wheel-dir", str(folder), str(_HOUSE)], check=True, stdin=subprocess.DEVNULL)
    return next(folder.glob("xpudoctor-*.whl"))


@_EACH
def test_nothing_that_is_there_would_change(ward: Ward, wheel: Path, patient: Patient) -> None:
    python = ward.python(patient)
    there = _installed(python)
    command = [*_PIP, "--python", str(python), "install", "--dry-run", "--report", "-", str(wheel)]
    report: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    new = {one["metadata"]["name"].lower(): one["metadata"]["version"] for one in report["install"]}
    assert "xpudoctor" in new
    assert set(new) & set(there) == set()
    assert not {"torch", "intel-extension-for-pytorch", "numpy", "pydantic"} & set(new)


@_EACH
def test_it_runs_there(ward: Ward, wheel: Path, patient: Patient, tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    source = ward.python(patient)
    subprocess.run(["cp", "-al", source.parents[1], folder], check=True)
    before = _installed(source)
    subprocess.run([*_PIP, "--python", str(folder / "bin/python"), "install", str(wheel)], check=True, stdin=subprocess.DEVNULL)
    after = _installed(folder / "bin/python")
    assert {name: after[name] for name in before} == before
    for arguments in (("--help",), ("check", "--help"), ("list",), ("explain", "protobuf-missing"), ("check", "-v", "--fail-on", "never")):
        said = subprocess.run([folder / "bin/xpudoctor", *arguments], cwd="/", capture_output=True, text=True, check=False)
        assert (said.returncode, said.stderr) == (0, ""), arguments
        assert said.stdout


def _installed(python: Path) -> dict[str, str]:
    code = "import importlib.metadata as m, json; print(json.dumps({d.name.lower(): d.version for d in m.distributions()}))"
    told: dict[str, str] = json.loads(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout)
    return told
