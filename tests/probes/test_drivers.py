"""Toolkits, compilers and sycl-ls."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpudoctor.probes import drivers


def tool(folder: Path, name: str, script: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / name).chmod(0o755)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("ONEAPI_ROOT", "CMPLR_ROOT", "MKLROOT", "SETVARS_COMPLETED", "LD_LIBRARY_PATH", "CONDA_PREFIX", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return monkeypatch


def test_a_clean_shell(shell: pytest.MonkeyPatch) -> None:
    assert shell
    assert drivers.oneapi_sourced() == ()


def test_a_sourced_shell(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("ONEAPI_ROOT", "/opt/intel/oneapi/")
    shell.setenv("CMPLR_ROOT", "/opt/intel/oneapi/compiler/2024.0")
    shell.setenv("LD_LIBRARY_PATH", "/opt/intel/oneapi/mkl/2024.0/lib:/home/me/intel/oneapi/tbb/latest/lib")
    roots = ("/opt/intel/oneapi", "/opt/intel/oneapi/compiler/2024.0", "/home/me/intel/oneapi")
    assert drivers.oneapi_sourced() == roots


def test_only_the_path_is_left(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("PATH", "/usr/bin:/opt/intel/oneapi/compiler/2025.0/bin")
    assert drivers.oneapi_sourced() == ("/opt/intel/oneapi",)


def test_only_the_mark_is_left(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("SETVARS_COMPLETED", "1")
    assert drivers.oneapi_sourced() == ("SETVARS_COMPLETED",)


def test_what_condas_packages_set_is_no_toolkit(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("CONDA_PREFIX", "/opt/conda/envs/llm")
    shell.setenv("MKLROOT", "/opt/conda/envs/llm")
    assert drivers.oneapi_sourced() == ()


def test_installed_toolkits_are_ordered_as_versions(tmp_path: Path) -> None:
    for name in ("2024.2", "2023.2.0", "2025.10", "2025.3"):
        (tmp_path / "compiler" / name).mkdir(parents=True)
    (tmp_path / "compiler/latest").symlink_to("2025.3")
    assert drivers.oneapi_installed([tmp_path, tmp_path / "nowhere"]) == ("2023.2.0", "2024.2", "2025.3", "2025.10")


def test_compilers_are_those_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, "icpx", "true")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert drivers.compilers() == {"icpx": str(tmp_path / "bin/icpx")}
    assert drivers.sycl_ls(1) is None


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        pytest.param("echo '[level_zero:gpu][level_zero:0] Intel Arc'; echo", ("[level_zero:gpu][level_zero:0] Intel Arc",), id="a GPU"),
        pytest.param("true", (), id="none"),
        pytest.param("echo first; sleep 60", ("first", "sycl-ls did not end within the time limit"), id="hangs"),
        pytest.param("echo what >&2; kill -SEGV $$", ("what", "sycl-ls died of SIGSEGV"), id="dies"),
    ],
)
def test_sycl_ls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, lines: tuple[str, ...]) -> None:
    tool(tmp_path, "sycl-ls", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    assert drivers.sycl_ls(0.5) == lines
