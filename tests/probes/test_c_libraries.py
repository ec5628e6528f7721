"""The C++ library that Python would load, and the newest symbol version in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from xpudoctor.probes import _c_libraries
from xpudoctor.probes.system import system

ELF = b"\x7fELF\x02\x01\x01" + bytes(9)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LD_PRELOAD", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)


def cxx(path: Path, *symbols: str, head: bytes = ELF) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + b"\0".join(symbol.encode() for symbol in symbols) + b"\0")
    return path


@pytest.fixture
def conda(tmp_path: Path) -> Path:
    """An environment of conda with an interpreter and a C++ library of its own."""
    home = tmp_path / "conda"
    (home / "bin").mkdir(parents=True)
    (home / "bin/python").touch()
    cxx(home / "lib/libstdc++.so.6", "GLIBCXX_3.4", "GLIBCXX_3.4.9", "GLIBCXX_3.4.26", "GLIBCXX_FORCE_NEW", "CXXABI_1.3.12")
    return home


def test_condas_own_libstdcxx_comes_before_the_systems(tmp_path: Path, conda: Path) -> None:
    cxx(tmp_path / "usr/lib/x86_64-linux-gnu/libstdc++.so.6", "GLIBCXX_3.4.33")
    seen = _c_libraries.libstdcxx(str(conda / "bin/python"), root=tmp_path)
    assert (seen.libstdcxx, seen.glibcxx) == (str(conda / "lib/libstdc++.so.6"), "3.4.26")


def test_a_venv_made_by_condas_python_loads_condas_library(tmp_path: Path, conda: Path) -> None:
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/bin/python").symlink_to(conda / "bin/python")
    assert _c_libraries.libstdcxx(str(tmp_path / "venv/bin/python"), root=tmp_path).glibcxx == "3.4.26"


def test_variables_come_before_both(tmp_path: Path, conda: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = str(conda / "bin/python")
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere:{cxx(tmp_path / 'search/libstdc++.so.6', 'GLIBCXX_3.4.30').parent}")
    assert _c_libraries.libstdcxx(python, root=tmp_path).glibcxx == "3.4.30"
    monkeypatch.setenv("LD_PRELOAD", f"/other.so {cxx(tmp_path / 'forced/libstdc++.so.6.0.33', 'GLIBCXX_3.4.33')}")
    seen = _c_libraries.libstdcxx(python, root=tmp_path)
    assert (seen.glibcxx, seen.sources["libstdcxx"]) == ("3.4.33", "LD_PRELOAD")


def test_the_system_folders_are_those_of_ld_so_conf_first(tmp_path: Path) -> None:
    (tmp_path / "etc/ld.so.conf.d").mkdir(parents=True)
    (tmp_path / "etc/ld.so.conf").write_text("include /etc/ld.so.conf.d/*.conf\n")
    (tmp_path / "etc/ld.so.conf.d/a.conf").write_text("# own\n/opt/gcc/lib\n")
    cxx(tmp_path / "usr/lib/libstdc++.so.6", "GLIBCXX_3.4.28")
    cxx(tmp_path / "opt/gcc/lib/libstdc++.so.6", "GLIBCXX_3.4.32")
    (tmp_path / "bin").mkdir()
    assert _c_libraries.libstdcxx(str(tmp_path / "bin/python"), root=tmp_path).glibcxx == "3.4.32"


def test_a_32_bit_library_is_none(tmp_path: Path) -> None:
    cxx(tmp_path / "usr/lib/libstdc++.so.6", "GLIBCXX_3.4.28", head=b"\x7fELF\x01")
    assert _c_libraries.libstdcxx(str(tmp_path / "bin/python"), root=tmp_path).libstdcxx == ""


def test_the_newest_symbol_is_what_the_linker_sees() -> None:
    path = system(sys.executable).libstdcxx
    assert path
    strings = subprocess.run(["grep", "-aoE", r"GLIBCXX_3\.4\.[0-9]+", path], capture_output=True, text=True, check=True).stdout.split()
    newest = max(strings, key=lambda symbol: int(symbol.rpartition(".")[2]))
    assert f"GLIBCXX_{_c_libraries.newest_symbol(Path(path))}" == newest
