"""An interpreter is named by its file, by its environment's folder, or as a program on PATH; anything else is refused early."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probes.patients import Patient
from xpudoctor.facts.snapshot import SnapshotError
from xpudoctor.probes._files import program
from xpudoctor.probes._interpreter import named
from xpudoctor.probes.gather import gather
from xpudoctor.probes.patient import source


@pytest.mark.parametrize("name", ["bin/python", "./bin/../bin/python", "."])
def test_its_file_or_its_folder(patient: Patient, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(patient.folder)
    found = Path(named(Path(name)))
    assert found.is_absolute()
    assert found.parent.resolve() == patient.folder / "bin"


def test_below_the_home_folder(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(patient.folder.parent))
    assert named(Path("~", patient.folder.name)) == patient.python
    with pytest.raises(ValueError, match="no such interpreter"):
        named(Path("~nobody-of-that-name/python"))


def test_a_folder_of_windows(tmp_path: Path) -> None:
    (tmp_path / "Scripts").mkdir()
    (tmp_path / "Scripts/python.exe").touch()
    assert named(tmp_path) == str(tmp_path / "Scripts/python.exe")


def test_a_program_on_path(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f":{patient.folder}/bin")
    for folder in ("/", patient.folder / "bin"):
        monkeypatch.chdir(folder)
        assert named(Path("python")) == patient.python


def test_a_program_on_path_and_a_file_of_that_name(patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "python").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{patient.folder}/bin")
    with pytest.raises(ValueError, match="give the whole path"):
        named(Path("python"))


@pytest.mark.parametrize("name", ["/no/such/python", "no-such-python", "/etc"])
def test_what_is_not_there(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: no such interpreter"):
        named(Path(name))


def test_no_program_of_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sycl-ls").write_text("#!/bin/sh")
    (tmp_path / "sycl-ls").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ":.:/usr/bin:")
    assert program("sycl-ls") is None
    monkeypatch.setenv("PATH", f"/usr/bin:{tmp_path}")
    assert program("sycl-ls") == str(tmp_path / "sycl-ls")


@pytest.mark.parametrize(
    ("python", "why"),
    [
        pytest.param("/etc/passwd", "Permission denied", id="a file that does not run"),
        pytest.param("/bin/ls", "ended with exit status 2", id="another program"),
        pytest.param("/bin/true", "said nothing", id="a program that says nothing"),
    ],
)
def test_what_is_no_python(python: str, why: str) -> None:
    with pytest.raises(SnapshotError, match=f"^{python}: not a Python 3.8 or later: .*{why}"):
        gather(python, static=False, timeout=20)


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\ncase "$3" in *"print("*) echo Python 2.7;; *) exit 1;; esac\n')
    old.chmod(0o755)
    with pytest.raises(SnapshotError, match=r"not a Python 3\.8 or later: it is Python 2.7"):
        gather(str(old), static=False, timeout=20)


def test_a_python_whose_site_is_broken_is_one(patient: Patient) -> None:
    (patient.site / "broken.pth").write_text("import os; os._exit(7)\n")
    assert set(gather(patient.python, static=False, timeout=20).gaps) == {"packages", "torch"}


def test_a_script_cleans_the_path_before_it_imports_anything() -> None:
    first, second, _ = source("inventory").splitlines()
    assert first.startswith("import sys; sys.path[:] = ")
    assert second.startswith("exec(")
