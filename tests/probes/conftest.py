"""The environments that the tests of the probes look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probes.patients import Patient, make


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return make(tmp_path / "venv")


OLD = [pytest.param(version, id=f"Python {version}") for version in ("3.8", "3.9", "3.13")]


@pytest.fixture(params=OLD)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Patient:
    """An environment of another Python; skipped where it is not installed."""
    found = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{request.param}.*/bin/python"))
    if not found:
        pytest.skip(f"no Python {request.param} here")
    return make(tmp_path / "venv", str(found[-1]))
