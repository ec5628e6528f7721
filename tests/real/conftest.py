"""Where the real environments are kept, the machines to put them into, and a stand-in where pip is not needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.probes.patients import Patient, make

from .doctor import Visit, check
from .machine import Machine
from .patients import Ward


@pytest.fixture(scope="session")
def ward(request: pytest.FixtureRequest) -> Ward:
    """All patients; $XPUDOCTOR_PATIENTS names another folder than pytest's cache."""
    named = os.environ.get("XPUDOCTOR_PATIENTS")
    cache = Path(named) if named else Path(request.config.cache.mkdir("patients"))
    cache.mkdir(parents=True, exist_ok=True)
    return Ward(cache)


@pytest.fixture
def in_machine(tmp_path: Path) -> Callable[..., Visit]:
    """Check an environment in a machine: `in_machine(Machine(), python, "--static", ZE_AFFINITY_MASK="5")`."""

    def run(machine: Machine | None, python: Path, *arguments: str, before: tuple[str, ...] = (), **env: str) -> Visit:
        variables: Mapping[str, str] = {**(machine.env if machine else {}), **env}
        return check(python, *arguments, before=(*before, *(machine.before(tmp_path) if machine else ())), env=variables)

    return run


@pytest.fixture
def stand_in(tmp_path: Path) -> Patient:
    """A small environment that takes any fault, and has one that is always found: protobuf is newer than sentencepiece's file."""
    one = make(tmp_path / "venv")
    one.distribution("transformers", "4.57.1")
    one.distribution("sentencepiece", "0.1.99")
    one.distribution("protobuf", "6.33.0")
    return one
