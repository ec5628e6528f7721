"""What is installed is read from metadata, whatever state it is in."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from tests.probes.patients import Patient
from xpudoctor.probes.packages import packages
from xpudoctor.probes.torch import torch as look_at_torch


def names(patient: Patient) -> dict[str, str]:
    return {package.name: package.version for package in packages(patient.python, 10).installed}


def test_a_whole_listing(patient: Patient) -> None:
    source = patient.distribution("torch", "2.6.0+xpu", files={"INSTALLER": "uv\n"})
    seen = packages(patient.python, 10)
    torch = seen.get("torch")
    assert torch is not None
    assert (torch.version, torch.installer, torch.origin) == ("2.6.0+xpu", "uv", "venv")
    assert (torch.location, torch.source) == (str(patient.site), str(source))
    assert (seen.complete, seen.environment, seen.executable) == (True, "venv", patient.python)
    assert seen.sources["environment"] == str(patient.folder)
    assert seen.lacks("triton")


def test_our_own_environment_is_read_without_a_child_and_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    by_child = packages(sys.executable, 10), look_at_torch(sys.executable, 10, static=True)
    monkeypatch.setattr("xpudoctor.probes._run.subprocess.Popen", None)
    assert (packages(None, 10), look_at_torch(None, 10, static=True)) == by_child


def test_requirements_without_those_of_extras(patient: Patient) -> None:
    lines = ("numpy<2", 'intel-cmplr-lib-rt==2025.0.2; platform_system == "Linux"', 'torch ; extra == "xpu"', "py-cpuinfo;(extra=='x')")
    patient.distribution("ipex-llm", "2.2.0", *(f"Requires-Dist: {line}" for line in lines))
    patient.distribution("requests", "2.32.0", "Requires-Dist: urllib3")
    seen = packages(patient.python, 10)
    assert {package.name: package.requires for package in seen.installed} == {"ipex-llm": lines[:2], "requests": ()}


@pytest.mark.parametrize(
    ("entry", "text", "installed", "damaged"),
    [
        pytest.param("torch-2.6.0.dist-info", "", {"torch": "2.6.0"}, True, id="an empty METADATA"),
        pytest.param("torch-2.6.0.dist-info", None, {"torch": "2.6.0"}, True, id="no METADATA"),
        pytest.param("requests-2.0.dist-info", None, {"requests": "2.0"}, True, id="no METADATA, outside the stack"),
        pytest.param("torch-2.6.0.dist-info", "Name: torch\n\n", {"torch": "2.6.0"}, True, id="no version"),
        pytest.param("torch.dist-info", "Name: torch\n", {}, True, id="no version anywhere"),
        pytest.param("torch-2.6.0.dist-info", b"Name: torch\nVersion: 2.6.0\nAuthor: \xff\n\n", {"torch": "2.6.0"}, True, id="no UTF-8"),
        pytest.param("torch-2.6.0.dist-info", b"Name: torch\nVersion: 2.6.0\n\n\xff", {"torch": "2.6.0"}, False, id="no UTF-8 in the text"),
        pytest.param(
            "torch-2.6.0.dist-info", "Name: torch\r\nVersion: 2.6.0\r\n\r\nVersion: 9", {"torch": "2.6.0"}, False, id="Windows lines"
        ),
        pytest.param(
            "huggingface_hub-0.30.dist-info", "Name: huggingface_hub\nVersion: 0.30\n", {"huggingface_hub": "0.30"}, False, id="_"
        ),
        pytest.param("old.egg-info", "Name: old\nVersion: 1.0\n", {"old": "1.0"}, False, id="an egg-info without a version"),
        pytest.param("old-1.0-py3.8.egg-info", "Name: old\nVersion: 1.0\n", {"old": "1.0"}, False, id="an egg-info of one Python"),
    ],
)
def test_metadata(patient: Patient, entry: str, text: str | bytes | None, installed: dict[str, str], damaged: bool) -> None:
    (patient.site / entry).mkdir()
    if text is not None:
        file = patient.site / entry / ("METADATA" if entry.endswith("dist-info") else "PKG-INFO")
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    seen = packages(patient.python, 10)
    assert {package.name: package.version for package in seen.installed} == installed
    assert bool(seen.damaged) is damaged
    assert seen.complete


def test_an_egg_info_that_is_a_file(patient: Patient) -> None:
    (patient.site / "six-1.16.egg-info").write_text("Name: six\nVersion: 1.16\n")
    assert names(patient) == {"six": "1.16"}


def test_what_an_interrupted_pip_left(patient: Patient) -> None:
    (patient.site / "~orch").mkdir()
    (patient.site / "~orch-2.6.0.dist-info").mkdir()
    seen = packages(patient.python, 10)
    assert sorted(seen.leftovers) == [str(patient.site / "~orch"), str(patient.site / "~orch-2.6.0.dist-info")]
    assert not seen.installed
    assert not seen.damaged


def test_the_copy_that_is_imported_comes_first(patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    patient.distribution("torch", "2.6.0+xpu")
    (tmp_path / "before/torch-2.9.0.dist-info").mkdir(parents=True)
    (tmp_path / "before/torch-2.9.0.dist-info/METADATA").write_text("Name: torch\nVersion: 2.9.0\n\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "before"))
    seen = packages(patient.python, 10)
    assert [(package.version, package.origin) for package in seen.all("torch")] == [("2.9.0", "system"), ("2.6.0+xpu", "venv")]


@pytest.mark.parametrize(
    ("line", "pip", "installer"),
    [
        pytest.param("uv = 0.8.0\n", True, "uv", id="made by uv"),
        pytest.param("", True, "pip", id="with pip"),
        pytest.param("", False, "uv", id="without pip"),
    ],
)
def test_installer(patient: Patient, line: str, pip: bool, installer: str) -> None:
    with (patient.folder / "pyvenv.cfg").open("a") as file:
        file.write(line)
    if pip:
        patient.distribution("pip", "23.2")
    assert packages(patient.python, 10).installer == installer


def test_conda(patient: Patient) -> None:
    patient.distribution("numpy", "1.26.4", files={"INSTALLER": "conda\n"})
    patient.distribution("torch", "2.6.0+xpu", files={"INSTALLER": "pip\n"})
    (patient.folder / "conda-meta").mkdir()
    for name in ("numpy-1.26.4-py311_0", "intel-opencl-rt-2025.0.2-intel_1", "libstdcxx-ng-14.2.0-h4852527_2"):
        (patient.folder / f"conda-meta/{name}.json").write_text("{}")
    seen = packages(patient.python, 10)
    assert seen.environment == "conda"
    assert {(package.name, package.version, package.installer) for package in seen.installed} == {
        ("numpy", "1.26.4", "conda"),
        ("torch", "2.6.0+xpu", "pip"),
        ("intel-opencl-rt", "2025.0.2", "conda"),
        ("libstdcxx-ng", "14.2.0", "conda"),
    }
    assert {package.origin for package in seen.installed} == {"conda"}


def test_where_it_came_from(patient: Patient) -> None:
    url = "https://user:secret@example.org/any.whl"
    patient.distribution("any", "1.0", files={"direct_url.json": json.dumps({"url": url}), "INSTALLER": "uv\n"})
    found = packages(patient.python, 10).get("any")
    assert found is not None
    assert (found.url, found.installer) == (url, "uv")


UNREADABLE = """
import os
listdir = os.listdir
def failing(path="."):
    if "broken" in str(path):
        raise PermissionError(13, "Permission denied")
    return listdir(path)
os.listdir = failing
"""


def test_a_folder_that_cannot_be_read(patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loop = tmp_path / "broken.egg"
    loop.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(loop))
    (patient.site / "sitecustomize.py").write_text(UNREADABLE)
    patient.distribution("torch", "2.6.0")
    seen = packages(patient.python, 10)
    assert not seen.complete
    assert seen.get("torch")
    assert not seen.lacks("triton")
    assert "Permission denied" in seen.sources[str(loop)]


@pytest.mark.parametrize("name", ["LC_ALL", "PYTHONIOENCODING"])
def test_names_that_are_no_text(patient: Patient, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "C" if name == "LC_ALL" else "latin-1")
    patient.distribution("größe", "1.0")
    (patient.site / b"no\xfftext-1.0.dist-info".decode(errors="surrogateescape")).mkdir()
    assert set(names(patient)) == {"größe", "no?text"}


def test_other_pythons(other: Patient) -> None:
    other.distribution("torch", "2.4.0", "Requires-Dist: numpy")
    seen = packages(other.python, 10)
    assert seen.complete
    assert seen.get("torch")
    assert f"python{seen.python.rpartition('.')[0]}" == other.site.parent.name


def test_400_distributions_take_no_time(patient: Patient) -> None:
    for number in range(400):
        patient.distribution(f"package-{number}", "1.0")
    start = time.perf_counter()
    assert len(packages(patient.python, 10).installed) == 400
    assert time.perf_counter() - start < 0.5
