"""Readers of what people state: labels, prose, names of systems."""

from __future__ import annotations

import pytest

from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import key_values, mentions, os_files
from xpudoctor.testing import log


@pytest.mark.parametrize(
    ("lines", "drivers"),
    [
        pytest.param(["GPU: Arc B580", "Driver: 32.0.101.6559"], [("e20b", "32.0.101.6559")], id="a driver of its own label"),
        pytest.param(["GPU: Arc B580 (driver 101.6559)"], [("e20b", "32.0.101.6559")], id="a short version in the same label"),
        pytest.param(["显卡\uff1aA770", "驱动版本\uff1a31.0.101.5333"], [("56a0", "31.0.101.5333")], id="in Chinese"),
        pytest.param(["| GPU | Arc A750 |", "| Driver | 31.0.101.5333 |"], [("56a1", "31.0.101.5333")], id="in a table"),
        pytest.param(["GPU driver: 31.0.101.2127"], [("", "31.0.101.2127")], id="a driver of an unnamed GPU"),
        pytest.param(["GFX0: DG2 [Arc A380]", "GFX1: Arc A380"], [("56a5", None)] * 2, id="numbered GPUs"),
        pytest.param(["GPU: Arc A770", "Graphics card: A770"], [("56a0", None)], id="one GPU under two labels"),
        pytest.param(["GPU: NVIDIA A100"], [], id="a GPU of another maker"),
    ],
)
def test_gpus_and_drivers(lines: list[str], drivers: list[tuple[str, str | None]]) -> None:
    devices = key_values.read(log(*lines).lines).devices
    assert [(gpu.pci_id, gpu.driver_version) for gpu in (devices.gpus if devices else ())] == drivers


@pytest.mark.parametrize(
    ("line", "system"),
    [
        pytest.param("OS: Win10", ("windows", "Windows 10", None, None, None), id="a short Windows"),
        pytest.param("OS: Windows 11 24H2", ("windows", "Windows 11", "24H2", None, None), id="a Windows with its release"),
        pytest.param(
            "OS: Ubuntu 24.04, kernel 6.17.0-1009-intel", ("linux", "Ubuntu 24.04", "24.04", "6.17.0-1009-intel", None), id="both"
        ),
        pytest.param("系统: Ubuntu 22.04", ("linux", "Ubuntu 22.04", "22.04", None, None), id="in Chinese"),
        pytest.param("Kernel: 6.8.8", ("linux", None, None, "6.8.8", None), id="a kernel alone"),
        pytest.param("OS: Windows 11 WSL2 (Ubuntu 22.04)", ("linux", "Ubuntu 22.04", "22.04", None, 2), id="the Linux in WSL"),
        pytest.param("wsl2 ubuntu20.04", ("linux", "ubuntu20.04", "20.04", None, 2), id="a line of two names"),
        pytest.param("Driver: 32.0.101.6559", ("windows", None, None, None, None), id="a driver that only Windows has"),
    ],
)
def test_systems(line: str, system: tuple[object, ...]) -> None:
    seen = key_values.read(log(line).lines).system
    assert seen is not None
    assert (seen.os, seen.name, seen.version, seen.kernel, seen.wsl) == system
    assert set(seen.sources.values()) == {"line 1"}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Kernel: older than 6.2 (works on Linux 6.2-rc5)", id="another machine's kernel"),
        pytest.param("docker run intel/oneapi-basekit:2024.1.0-devel-ubuntu22.04", id="the name of an image"),
        pytest.param("std::tuple<int> f(): Assertion failed", id="a name of C++"),
        pytest.param("torch: 2.1.0a0rc+cpu", id="the beginning of a version is none"),
    ],
)
def test_no_system(line: str) -> None:
    assert key_values.read(log(line).lines) == Snapshot()


@pytest.mark.parametrize(
    ("line", "package"),
    [
        pytest.param("torch: 2.6.0+xpu", ("torch", "2.6.0+xpu"), id="a label"),
        pytest.param("ipex: 2.8", ("intel-extension-for-pytorch", "2.8"), id="a short name"),
        pytest.param("ipex-llm 2.2.0b20250101", ("ipex-llm", "2.2.0b20250101"), id="a name and a version"),
        pytest.param("PyTorch version: 2.13.0a0+git9ed8fd2", ("torch", "2.13.0a0+git9ed8fd2"), id="a pre-release"),
    ],
)
def test_packages(line: str, package: tuple[str, str]) -> None:
    packages = key_values.read(log("", line).lines).packages
    assert packages is not None
    assert [(item.name, item.version, item.source) for item in packages.installed] == [(*package, "line 2")]
    assert not packages.complete


def test_python_is_no_package() -> None:
    packages = key_values.read(log("Python ver: 3.11").lines).packages
    assert packages is not None
    assert (packages.python, packages.installed) == ("3.11", ())


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        pytest.param(["SYCL0 (Intel(R) Arc(TM) A770 Graphics)", "SYCL1 (Intel(R) Arc(TM) A770 Graphics)"], ["Arc A770"] * 2, id="numbered"),
        pytest.param(["The GPU (Intel(R) UHD Graphics 770) is not officially supported"], ["UHD Graphics 770"], id="a warning of torch"),
        pytest.param(["Supported: Arc A770, Arc A750"], [], id="what a program supports"),
        pytest.param(["It works on Arc A770"], [], id="another machine"),
    ],
)
def test_mentions(lines: list[str], names: list[str]) -> None:
    devices = mentions.read(log(*lines).lines).devices
    assert [gpu.name for gpu in (devices.gpus if devices else ())] == names


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        pytest.param(["$ uname -r", "6.8.0-87-generic"], "kernel", "6.8.0-87-generic", id="uname -r and its answer"),
        pytest.param(["Linux user 6.17.13-2-pve #1 SMP PREEMPT_DYNAMIC"], "kernel", "6.17.13-2-pve", id="uname -a"),
        pytest.param(["Python platform: Linux-5.15.1-microsoft-standard-WSL2-x86_64-with-glibc2.35"], "wsl", 2, id="the kernel of WSL"),
        pytest.param(["Python platform: Windows-11-10.0.26100-SP0"], "build", "26100", id="Python's platform on Windows"),
        pytest.param(['PRETTY_NAME="Ubuntu 22.04.4 LTS"', "ID=ubuntu"], "distribution", "ubuntu", id="os-release"),
        pytest.param(["Python 3.13.1 [GCC 11.2.0] on linux"], "os", "linux", id="Python's banner"),
        pytest.param(["Microsoft Windows [Version 10.0.22631.4317]"], "build", "22631.4317", id="the banner of cmd"),
        pytest.param(["Command line: quiet xe.force_probe=5690"], "kernel_parameters", ("xe.force_probe=5690",), id="kernel parameters"),
    ],
)
def test_files_of_the_system(lines: list[str], field: str, value: object) -> None:
    system = os_files.read(log(*lines).lines).system
    assert getattr(system, field) == value
