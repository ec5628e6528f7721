"""The libraries that the loader could pick up, in its order."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xpudoctor.probes import _search_path
from xpudoctor.probes.libraries import libraries

ELF = b"\x7fELF\x02\x01\x01" + bytes(9)


def library(path: Path, *links: str, content: bytes = ELF) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    for link in links:
        (path.parent / link).symlink_to(path.name)
    return path


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with the SYCL runtime of its wheels, on a machine without any other library."""
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    for name in ("ONEAPI_ROOT", "CMPLR_ROOT", "MKLROOT"):
        monkeypatch.delenv(name, raising=False)
    system = tmp_path / "usr/lib"
    system.mkdir(parents=True)
    monkeypatch.setattr(_search_path, "system_folders", lambda: (system,))
    home = tmp_path / "venv"
    home.mkdir()
    (home / "pyvenv.cfg").touch()
    library(home / "lib/libsycl.so.8.0.0", "libsycl.so.8", "libsycl.so")
    return home


def names(prefix: Path) -> list[tuple[str, str]]:
    return [(found.name, found.origin) for found in libraries(str(prefix))]


def test_one_library_under_three_names_is_one(venv: Path) -> None:
    (found,) = libraries(str(venv))
    assert (found.name, found.path, found.origin) == ("libsycl.so.8", str(venv / "lib/libsycl.so.8.0.0"), "environment")


def test_a_sourced_toolkit_comes_before_the_wheels(venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = library(tmp_path / "opt/intel/oneapi/compiler/2024.0/lib/libsycl.so.7.0.0", "libsycl.so.7").parent
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{folder}:")
    assert names(venv) == [("libsycl.so.7", "oneapi"), ("libsycl.so.8", "environment")]


def test_a_toolkit_elsewhere_is_known_by_its_variable(venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = library(tmp_path / "tools/compiler/2025.0/lib/libur_loader.so.0.11.10", "libur_loader.so.0").parent
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))
    assert names(venv)[0] == ("libur_loader.so.0", "variable")
    monkeypatch.setenv("CMPLR_ROOT", str(tmp_path / "tools/compiler/2025.0"))
    assert names(venv)[0] == ("libur_loader.so.0", "oneapi")


def test_the_environments_own_folder_in_the_variable_is_still_its_own(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(venv / "lib"))
    assert names(venv) == [("libsycl.so.8", "environment")]


def test_conda(venv: Path) -> None:
    (venv / "conda-meta").mkdir()
    library(venv / "lib/libstdc++.so.6.0.33", "libstdc++.so.6")
    assert names(venv) == [("libstdc++.so.6", "conda"), ("libsycl.so.8", "conda")]


def test_the_system_comes_last(venv: Path, tmp_path: Path) -> None:
    library(tmp_path / "usr/lib/libze_loader.so.1.21.9", "libze_loader.so.1")
    library(tmp_path / "usr/lib/libze_intel_gpu.so.1.6.33578", "libze_intel_gpu.so.1")
    library(tmp_path / "usr/lib/libunrelated.so.1")
    assert names(venv)[1:] == [("libze_intel_gpu.so.1", "system"), ("libze_loader.so.1", "system")]


def test_what_the_loader_would_not_take_is_left_out(venv: Path, tmp_path: Path) -> None:
    library(tmp_path / "usr/lib/libOpenCL.so.1", content=b"\x7fELF\x01")
    library(tmp_path / "usr/lib/libmkl_core.so", content=b"INPUT ( libmkl_core.so.2 )")
    (tmp_path / "usr/lib/libccl.so.1").symlink_to("gone")
    (tmp_path / "usr/lib/libsvml.so.1").symlink_to("libsvml.so.1")
    assert names(venv) == [("libsycl.so.8", "environment")]


def test_libraries_of_wheels_installed_for_the_user(venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    library(tmp_path / "home/.local/lib/libumf.so.0")
    assert ("libumf.so.0", "environment") not in names(venv)
    (venv / "pyvenv.cfg").unlink()
    assert ("libumf.so.0", "environment") in names(venv)


def test_ld_so_conf_with_includes_that_run_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/ld.so.conf").write_text("/first # with a comment\ninclude ld.so.conf\n/not/there\n")
    (tmp_path / "first").mkdir()
    assert _search_path.system_folders(tmp_path) == (tmp_path / "first",)


@pytest.mark.real
def test_the_systems_libraries_are_those_of_ldconfig() -> None:
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    wanted = {Path(line.split(" => ")[1]).resolve() for line in listed.splitlines() if re.search(r"libze_(loader|intel_gpu)\.so", line)}
    assert wanted
    found = {Path(found.path) for found in libraries(sys.prefix) if found.name.startswith("libze_")}
    assert wanted <= found
