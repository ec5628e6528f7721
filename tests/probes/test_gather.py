"""All probes at once: one that hangs or breaks costs its own section, and nothing that names the user gets out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.probes.patients import Patient
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.snapshot import SECTIONS, Snapshot
from xpudoctor.facts.system import System
from xpudoctor.probes import gather as module
from xpudoctor.probes.gather import PROBES, Look, gather


def fails(error: Exception) -> Callable[[Look], Any]:
    def probe(_look: Look) -> Any:
        raise error

    return probe


def replaced(monkeypatch: pytest.MonkeyPatch, probes: Mapping[str, Any]) -> None:
    monkeypatch.setattr(
        module, "PROBES", {name: probe if callable(probe) else lambda _look, seen=probe: seen for name, probe in probes.items()}
    )


def test_every_section_has_its_probe() -> None:
    assert sorted(PROBES) == sorted(set(SECTIONS) - {"log", "requirements", "project", "model"})
    assert next(iter(PROBES)) == "torch"


def test_this_machine(patient: Patient) -> None:
    patient.distribution("torch", "2.6.0+xpu")
    patient.torch("raise ImportError('libsycl.so.8')")
    snapshot = gather(patient.python, static=False, timeout=20)
    assert not snapshot.gaps
    assert all(getattr(snapshot, section) is not None for section in PROBES)
    assert snapshot.torch is not None
    assert snapshot.torch.plain is not None
    assert Snapshot.from_text(json.dumps(snapshot.to_json())) == snapshot


def test_a_static_look_imports_nothing(patient: Patient) -> None:
    patient.torch("import time; time.sleep(60)")
    start = time.monotonic()
    snapshot = gather(patient.python, static=True, timeout=20)
    assert time.monotonic() - start < 10
    assert snapshot.torch is not None
    assert (snapshot.torch.version, snapshot.torch.plain) == ("2.6.0+xpu", None)


@pytest.mark.parametrize(
    ("probe", "gap"),
    [
        pytest.param(fails(TypeError("unhashable")), "probe failed: TypeError: unhashable", id="breaks"),
        pytest.param(fails(RuntimeError("the interpreter died of SIGSEGV")), "the interpreter died of SIGSEGV", id="cannot look"),
        pytest.param(lambda _look: time.sleep(60), "not seen within 1 s", id="hangs"),
        pytest.param(fails(ValueError("/data/someone/x")), "probe failed: ValueError: ~/x", id="tells of the home"),
    ],
)
@pytest.mark.parametrize("section", ["packages", "devices"])
def test_a_probe_that(monkeypatch: pytest.MonkeyPatch, section: str, probe: Callable[[Look], Any], gap: str) -> None:
    monkeypatch.setattr(module, "LATE", 0)
    monkeypatch.setenv("HOME", "/data/someone")
    replaced(monkeypatch, {section: probe, "system": System(os="linux")})
    start = time.monotonic()
    snapshot = gather(None, static=False, timeout=1)
    assert time.monotonic() - start < 3
    assert snapshot.system == System(os="linux")
    assert getattr(snapshot, section) is None
    assert snapshot.gaps == {section: gap}


def test_what_must_not_get_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/data/kowalski")
    monkeypatch.setenv("LOGNAME", "kowalski")
    monkeypatch.setattr(module, "_host", lambda: "einstein")
    installed = Package("kowalski", "1.0", url="https://kowalski:secret@einstein.local/x.whl", location="/data/kowalski/venv")
    variables = {"LD_LIBRARY_PATH": "/data/kowalski/lib", "HF_TOKEN": "hf_abcdefghijklmnop"}
    replaced(monkeypatch, {"packages": Packages((installed,)), "environment": Environment(variables)})
    snapshot = gather(None, static=False, timeout=5)
    assert snapshot.packages is not None
    package = snapshot.packages.installed[0]
    assert (package.name, package.location) == ("kowalski", "~/venv")
    text = json.dumps(snapshot.to_json())
    for word in ("/data", "secret@", "hf_abc", "einstein"):
        assert word not in text


@pytest.mark.parametrize("gone", ["HOME", "USER", "LOGNAME", "PATH"])
def test_without_a_variable(monkeypatch: pytest.MonkeyPatch, patient: Patient, gone: str) -> None:
    monkeypatch.delenv(gone, raising=False)
    assert not gather(patient.python, static=True, timeout=20).gaps


def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", fails(KeyError("getpwuid(): uid not found: 1234")))
    replaced(monkeypatch, {"system": System(os="linux")})
    assert gather(None, static=True, timeout=5).system == System(os="linux")


def test_a_working_folder_that_is_gone(monkeypatch: pytest.MonkeyPatch, patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    assert not gather(patient.python, static=False, timeout=20).gaps


def test_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, {"system": System(), "devices": lambda _look: time.sleep(0.8)})
    told: list[set[str]] = []
    gather(None, static=False, timeout=5, progress=told.append)
    assert told[0] == {"system", "devices"}
    assert told[-1] == set()
    assert told.count({"devices"}) == 2
