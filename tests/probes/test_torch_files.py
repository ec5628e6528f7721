"""What the files of torch say, and that looking at them neither depends on the surroundings nor changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probes.patients import XPU, Patient
from xpudoctor.probes.torch import torch


@pytest.mark.parametrize(
    ("version", "seen"),
    [
        pytest.param(
            "__version__ = '2.13.0'\ncuda: str | None = '13.0'\nhip: str | None = None\nxpu: str | None = None",
            ("2.13.0", "13.0", None, None),
            id="the CUDA wheel of PyPI",
        ),
        pytest.param(
            "__version__ = '2.1.0a0+cxx11.abi'\ncuda = None\nhip = None", ("2.1.0a0+cxx11.abi", None, None, None), id="IPEX's torch 2.1"
        ),
        pytest.param(
            "from typing import *\n__all__ = ['x']\n__version__ = '2.4.0+rocm6.1'\nhip: Optional[str] = '6.1.40091'  # x",
            ("2.4.0+rocm6.1", None, "6.1.40091", None),
            id="the ROCm wheel",
        ),
        pytest.param("__version__ = get()\nxpu = '2025'", (None, None, None, "2025"), id="a version that is computed"),
        pytest.param("", (None, None, None, None), id="an empty file"),
    ],
)
def test_version_file(patient: Patient, version: str, seen: tuple[str | None, ...]) -> None:
    patient.torch("raise SystemExit", version=version)
    told = torch(patient.python, 10, static=True)
    assert (told.version, told.cuda, told.hip, told.xpu) == seen
    assert told.plain is told.ipex is None


def test_libraries(patient: Patient) -> None:
    lib = patient.torch("") / "lib"
    lib.mkdir()
    for name in ("libtorch_xpu.so", "libc10_xpu.so", "torch_cuda.dll", "torch_hip.lib", "libtorch_cpu.so", "libc10.so"):
        (lib / name).touch()
    assert torch(patient.python, 10, static=True).libraries == ("c10_xpu", "torch_cuda", "torch_xpu")


def test_a_folder_named_torch_here_is_not_imported(patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch/__init__.py").write_text("raise AssertionError")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "")
    assert torch(patient.python, 10).installed is False


def test_nothing_is_written(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    patient.torch(XPU)
    before = sorted(patient.folder.rglob("*"))
    assert torch(patient.python, 10).available
    assert sorted(patient.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("LC_ALL", "C", id="locale C"),
        pytest.param("PYTHONIOENCODING", "latin-1", id="latin-1 output"),
        pytest.param("PYTHONUTF8", "0", id="no UTF-8 mode"),
        pytest.param("PYTHONOPTIMIZE", "2", id="without docstrings"),
        pytest.param("PYTHONWARNINGS", "error", id="warnings are errors"),
        pytest.param("HOME", None, id="no home"),
    ],
)
def test_unusual_environments(patient: Patient, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    patient.torch("raise ImportError('DLL introuvable: é ✓')")
    seen = torch(patient.python, 10)
    assert seen.plain is not None
    assert seen.plain.error == "ImportError: DLL introuvable: é ✓"


def test_other_pythons(other: Patient) -> None:
    other.torch(XPU)
    seen = torch(other.python, 10)
    assert (seen.available, seen.count, len(seen.devices)) == (True, 2, 2)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("#!/bin/sh\nexit 3", "the interpreter ended with exit status 3", id="ends"),
        pytest.param("#!/bin/sh\nkill -SEGV $$", "the interpreter died of SIGSEGV", id="dies"),
        pytest.param("#!/bin/sh\nsleep 60", "the interpreter did not end within the time limit", id="hangs"),
        pytest.param("#!/bin/sh\ntrue", "the interpreter said nothing", id="is no Python"),
    ],
)
def test_an_interpreter_that_does_not_run(tmp_path: Path, body: str, why: str) -> None:
    (tmp_path / "python").write_text(body)
    (tmp_path / "python").chmod(0o755)
    with pytest.raises(RuntimeError, match=why):
        torch(str(tmp_path / "python"), 1)
