"""The probes on Windows: the real ones, run by Windows CPython under Wine, with a registry that is written here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.probes.windows_sections import seen
from tests.wine import Wine

pytestmark = pytest.mark.real

HOUSE = Path(__file__).parents[2]
MEMORY = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
FILE_SYSTEM = r"SYSTEM\CurrentControlSet\Control\FileSystem"
GRAPHICS = r"SYSTEM\CurrentControlSet\Control\GraphicsDrivers"
WINDOWS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
VISUAL_CPP = r"SOFTWARE\Microsoft\VisualStudio\14.0\VC\Runtimes\x64"


@pytest.mark.parametrize(("value", "enabled"), [pytest.param("1", True, id="on"), pytest.param("0", False, id="off")])
def test_long_paths(wine: Wine, value: str, enabled: bool) -> None:
    wine.registry(FILE_SYSTEM, "LongPathsEnabled", value, "REG_DWORD")
    system = seen(wine, "system")
    assert system["long_paths"] is enabled
    assert system["sources"]["long_paths"] == rf"HKLM\{FILE_SYSTEM}\LongPathsEnabled"


def test_long_paths_that_nobody_switched_on_are_off(wine: Wine) -> None:
    wine.forget(FILE_SYSTEM)
    wine.registry(FILE_SYSTEM, "NtfsDisable8dot3NameCreation", "2", "REG_DWORD")
    assert seen(wine, "system")["long_paths"] is False


def test_windows_11_is_told_by_its_build(wine: Wine) -> None:
    before = seen(wine, "system")
    assert before["os"] == "windows"
    assert before["name"] == "Microsoft Windows 10"
    for name, value, kind in (
        ("ProductName", "Windows 10 Pro", "REG_SZ"),
        ("CurrentBuildNumber", "26100", "REG_SZ"),
        ("DisplayVersion", "24H2", "REG_SZ"),
        ("UBR", "2894", "REG_DWORD"),
    ):
        wine.registry(WINDOWS, name, value, kind)
    system = seen(wine, "system")
    assert (system["name"], system["version"], system["build"]) == ("Windows 11 Pro", "24H2", "26100.2894")
    assert system["architecture"] == "AMD64"


def test_graphics_settings(wine: Wine) -> None:
    wine.registry(GRAPHICS, "HwSchMode", "2", "REG_DWORD")
    system = seen(wine, "system")
    assert system["gpu_scheduling"] is True
    assert system["tdr_delay"] == 2
    assert system["sources"]["tdr_delay"].endswith("(not set)")
    wine.registry(GRAPHICS, "TdrDelay", "60", "REG_DWORD")
    assert seen(wine, "system")["tdr_delay"] == 60


def test_visual_cpp_runtime(wine: Wine) -> None:
    wine.registry(VISUAL_CPP, "Installed", "1", "REG_DWORD")
    wine.registry(VISUAL_CPP, "Version", "v14.38.33130.00")
    assert seen(wine, "system")["visual_cpp"] == "14.38.33130.00"
    system32 = wine.prefix / "drive_c/windows/system32"
    (system32 / "msvcp140.dll").rename(system32 / "gone.dll")
    try:
        system = seen(wine, "system")
    finally:
        (system32 / "gone.dll").rename(system32 / "msvcp140.dll")
    assert system["visual_cpp"] == ""
    assert system["sources"]["visual_cpp"].endswith("System32 lacks msvcp140.dll")


def test_libuv_is_found_on_the_path(wine: Wine, tmp_path: Path) -> None:
    assert seen(wine, "system")["libuv"] == ""
    (tmp_path / "uv.dll").touch()
    assert seen(wine, "system", WINEPATH=f"Z:{tmp_path}")["libuv"].lower().endswith(r"\uv.dll")


def test_libraries_are_the_dlls_of_the_environment_first(wine: Wine, tmp_path: Path) -> None:
    folder = tmp_path / "oneAPI/compiler/2025.0/bin"
    folder.mkdir(parents=True)
    for name in ("sycl8.dll", "UR_LOADER.dll", "other.dll"):
        (folder / name).touch()
    found = seen(wine, "libraries", WINEPATH=f"Z:{folder}", ONEAPI_ROOT=f"Z:{tmp_path / 'oneAPI'}")
    own = [(library["name"], library["origin"]) for library in found if "oneAPI" in library["path"]]
    assert own == [("sycl8.dll", "oneapi"), ("UR_LOADER.dll", "oneapi")]


def test_memory_is_told_by_windows_itself_where_psutil_is_missing(wine: Wine, windows_home: Path, tmp_path: Path) -> None:
    shutil.copytree(windows_home / "site", tmp_path / "site", ignore=shutil.ignore_patterns("psutil*"))
    path = ";".join(f"Z:{folder}" for folder in (HOUSE / "src", HOUSE / "checks", tmp_path / "site"))
    system = seen(wine, "system", PYTHONPATH=path)
    assert system["sources"]["memory"] == "GlobalMemoryStatusEx"
    assert system["memory"] == pytest.approx(MEMORY, rel=0.01)
    assert system["swap"] >= 0


def test_psutil_without_performance_counters_is_no_crash(wine: Wine) -> None:
    """Wine has none, and on some Windows machines they are switched off: psutil raises RuntimeError for the page file."""
    assert seen(wine, "system")["memory"] == pytest.approx(MEMORY, rel=0.01)


def test_the_rest_survives_a_windows_without_any_of_it(wine: Wine) -> None:
    found = seen(wine, "environment", "packages", "oneapi", "compilers", "sycl_ls", ONEAPI_DEVICE_SELECTOR="level_zero:0", HF_TOKEN="hf_x")
    assert found["environment"]["variables"]["ONEAPI_DEVICE_SELECTOR"] == "level_zero:0"
    assert "HF_TOKEN" not in found["environment"]["variables"]
    assert (found["packages"], found["oneapi"], found["compilers"], found["sycl_ls"]) == (None, [], {}, None)


def test_output_is_cp1252_there(wine: Wine) -> None:
    ended = wine.python(["-c", "import sys; print(sys.stdout.encoding); print('\\u2713')"])
    assert ended.stdout.startswith("cp1252")
    assert "UnicodeEncodeError" in ended.stderr
