"""Driver packages, as the databases of dpkg, pacman and rpm list them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from xpudoctor.facts.os_packages import is_of_gpu_stack
from xpudoctor.probes import _driver_packages, drivers
from xpudoctor.probes._run import Ended

STATUS = """
Package: libze-intel-gpu1
Status: install ok installed
Architecture: amd64
Version: 25.18.33578.15-1~24.04~ppa1
Description: Intel Graphics Compute Runtime
 Status: a line of the description

Package: intel-level-zero-gpu
Status: deinstall ok config-files
Version: 1.3.27191.42-775~22.04

Package: linux-firmware
Status: install ok installed
Version: 20240318.git3b128b60-0ubuntu2.9

Package: zlib1g
Status: install ok installed
Version: 1:1.3

Package: libigc2
Status: install ok installed
"""
OLD_AND_NEW = """
    intel-level-zero-gpu libze-intel-gpu1 libze1 level-zero level-zero-loader intel-opencl-icd intel-compute-runtime
    oneapi-level-zero intel-level-zero intel-i915-dkms intel-fw-gpu xpu-smi libigc1 libigc2 libigdfcl1 intel-igc-core intel-igc-core-2
    intel-igc-cm intel-ocloc intel-opencl-icd-legacy1 intel-level-zero-gpu-legacy1 intel-basekit intel-basekit-2025.0
    intel-oneapi-runtime-libs intel-oneapi-runtime-dpcpp-cpp intel-oneapi-compiler-dpcpp-cpp-runtime-2025.0 intel-oneapi-mkl-sycl-2025.0
    intel-deep-learning-essentials intel-deep-learning-essentials-2025.3 linux-firmware linux-firmware-intel firmware-misc-nonfree
    intel-graphics-compiler intel-gmmlib libigdgmm12 intel-metrics-discovery intel-gsc intel-opencl intel-compute-runtime-legacy
"""
OTHERS = (
    "libze libmd0 intel-microcode intel-media-va-driver intel-oneapi-vtune intel-speed-select level-zero-tests xserver-xorg-video-intel"
)


@pytest.fixture
def dpkg(tmp_path: Path) -> Path:
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    return tmp_path


def test_dpkg_tells_what_is_really_installed(dpkg: Path) -> None:
    assert drivers.package_manager(dpkg) == "dpkg"
    found = drivers.driver_packages(dpkg)
    assert found is not None
    assert [(package.name, package.version) for package in found] == [
        ("libze-intel-gpu1", "25.18.33578.15-1~24.04~ppa1"),
        ("linux-firmware", "20240318.git3b128b60-0ubuntu2.9"),
    ]


def test_pacman_tells_by_the_names_of_its_folders(tmp_path: Path) -> None:
    for name in ("level-zero-loader-1.21.9-1", "intel-compute-runtime-25.18.33578.6-1", "zlib-1:1.3.1-2", "ALPM_DB_VERSION"):
        (tmp_path / "var/lib/pacman/local" / name).mkdir(parents=True)
    found = drivers.driver_packages(tmp_path) or ()
    assert [(package.name, package.version) for package in found] == [
        ("intel-compute-runtime", "25.18.33578.6-1"),
        ("level-zero-loader", "1.21.9-1"),
    ]


@pytest.fixture
def rpm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with rpm's database, and a tool that lists what rpm would."""
    (tmp_path / "usr/lib/sysimage/rpm").mkdir(parents=True)
    tool(
        tmp_path, "rpm", 'case "$*" in *"-qa --qf"*intel-*) printf "%s\\n" "intel-opencl 25.18-1.fc42" "intel-lpmd 0.0.8-1" "damaged"; esac'
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return tmp_path


def tool(folder: Path, name: str, script: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / name).chmod(0o755)


def test_rpm_is_asked_in_a_child(rpm: Path) -> None:
    assert drivers.package_manager(rpm) == "rpm"
    found = drivers.driver_packages(rpm) or ()
    assert [(package.name, package.version, package.source) for package in found] == [
        ("intel-opencl", "25.18-1.fc42", "rpm -q intel-opencl")
    ]


def test_an_rpm_that_hangs_leaves_the_packages_unknown(rpm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_driver_packages, "_RPM_LIMIT", 0.2)
    tool(rpm, "rpm", "sleep 60")
    assert drivers.driver_packages(rpm) is None


def test_without_a_database_nothing_is_known(tmp_path: Path) -> None:
    assert drivers.package_manager(tmp_path) is None
    assert drivers.driver_packages(tmp_path) is None


@pytest.mark.parametrize("name", OLD_AND_NEW.split())
def test_names_of_all_the_years(name: str) -> None:
    assert is_of_gpu_stack(name)


@pytest.mark.parametrize("name", OTHERS.split())
def test_names_of_others(name: str) -> None:
    assert not is_of_gpu_stack(name)


def test_a_child_that_never_started_leaves_the_packages_unknown(rpm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_driver_packages, "run", lambda *_args, **_more: Ended(error="rpm: Permission denied"))
    assert drivers.driver_packages(rpm) is None


@pytest.mark.real
def test_dpkgs_own_tool_says_the_same() -> None:
    found = {package.name: package.version for package in drivers.driver_packages() or ()}
    assert "intel-opencl-icd" in found
    for name, version in found.items():
        command = ["dpkg-query", "-W", "-f", "${Version}", name]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == version
