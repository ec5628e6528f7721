"""The rules of kernel.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Runtime
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import gpus, run

A770, B580, B70, LUNAR_LAKE, METEOR_LAKE, UHD_770, UNKNOWN = "56a0", "e20b", "e223", "64a0", "7d55", "4680", "ffff"


def linux(kernel: str = "6.14.0-24-generic", *parameters: str, wsl: int = 0) -> System:
    return System(os="linux", kernel=kernel, kernel_parameters=parameters, wsl=wsl)


@pytest.mark.parametrize(
    ("devices", "parameters", "status"),
    [
        pytest.param(gpus(B580, kernel_driver=""), ("nomodeset",), Status.FOUND, id="nomodeset and no driver"),
        pytest.param(gpus(A770, kernel_driver=""), ("i915.modeset=0",), Status.FOUND, id="i915 is told not to start"),
        pytest.param(gpus(B580, kernel_driver=""), ("i915.modeset=0",), Status.CLEAR, id="that does not touch xe"),
        pytest.param(gpus(B580, kernel_driver="xe"), ("nomodeset",), Status.CLEAR, id="the driver runs all the same"),
        pytest.param(gpus(B580), ("nomodeset",), Status.CLEAR, id="the driver was not looked at"),
        pytest.param(gpus(B580, kernel_driver=""), (), Status.CLEAR, id="no such parameter"),
    ],
)
def test_nomodeset(devices, parameters, status):
    assert run("nomodeset", devices=devices, system=linux("6.14.0", *parameters)).status is status


@pytest.mark.parametrize(
    ("devices", "parameter", "status"),
    [
        pytest.param(gpus(B580, kernel_driver=""), "modprobe.blacklist=nouveau,xe", Status.FOUND, id="xe is blocked"),
        pytest.param(gpus(A770, kernel_driver=""), "module_blacklist=i915", Status.FOUND, id="i915 is blocked"),
        pytest.param(gpus(A770, kernel_driver=""), "module_blacklist=xe", Status.CLEAR, id="a module that this GPU does not need"),
        pytest.param(gpus(A770, kernel_driver="i915"), "module_blacklist=i915", Status.CLEAR, id="it was loaded all the same"),
        pytest.param(gpus(UNKNOWN, kernel_driver=""), "module_blacklist=xe", Status.CLEAR, id="a GPU of no table"),
    ],
)
def test_gpu_module_blocked(devices, parameter, status):
    assert run("gpu-module-blocked", devices=devices, system=linux("6.14.0", parameter)).status is status


@pytest.mark.parametrize(
    ("devices", "system", "status"),
    [
        pytest.param(gpus(B580, kernel_driver=""), linux("6.8.0-45-generic"), Status.FOUND, id="Battlemage on 6.8"),
        pytest.param(gpus(B70, kernel_driver=""), linux("6.14.0-24-generic"), Status.FOUND, id="B70 on 6.14"),
        pytest.param(gpus(A770, kernel_driver=""), linux("6.1.0-13-amd64"), Status.FOUND, id="Alchemist on 6.1"),
        pytest.param(gpus(B580, kernel_driver=""), linux("6.12.0"), Status.CLEAR, id="new enough"),
        pytest.param(gpus(B580, kernel_driver="xe"), linux("6.11.0-9-generic"), Status.CLEAR, id="forced, and driven"),
        pytest.param(gpus(B580), linux("6.8.0"), Status.CLEAR, id="the driver was not looked at"),
        pytest.param(gpus(METEOR_LAKE, kernel_driver=""), linux("6.5.0"), Status.CLEAR, id="a floor without a source"),
        pytest.param(
            gpus(A770, kernel_driver=""), linux("5.14.0-503.el9.x86_64"), Status.CLEAR, id="Red Hat's kernels carry later drivers"
        ),
        pytest.param(gpus(B580, kernel_driver=""), linux("5.15.167.4-microsoft-standard-WSL2", wsl=2), Status.CLEAR, id="WSL"),
    ],
)
def test_kernel_too_old(devices, system, status):
    assert run("kernel-too-old", devices=devices, system=system).status is status


@pytest.mark.parametrize(
    ("devices", "system", "sections", "status"),
    [
        pytest.param(gpus(B580), linux("6.8.0-45-generic"), {}, Status.FOUND, id="Battlemage on 6.8, the driver not seen"),
        pytest.param(gpus(A770, kernel_driver="i915"), linux("6.1.0-13-amd64"), {}, Status.FOUND, id="Alchemist forced on 6.1"),
        pytest.param(gpus(A770, kernel_driver="i915"), linux("5.15.0-91-generic"), {}, Status.CLEAR, id="Intel's own module for 5.15"),
        pytest.param(gpus(A770, kernel_driver="i915"), linux("6.1.0"), {"torch": Torch(available=True)}, Status.CLEAR, id="torch works"),
        pytest.param(
            gpus(A770, kernel_driver="i915"),
            linux("6.1.0"),
            {"runtime": Runtime(level_zero=LevelZero(devices=(LevelZeroDevice("A770", A770),)))},
            Status.CLEAR,
            id="Level Zero lists the card",
        ),
        pytest.param(gpus(B580, kernel_driver="xe"), linux("6.11.0"), {}, Status.CLEAR, id="xe drives it"),
        pytest.param(gpus(B580), linux("6.14.0"), {}, Status.CLEAR, id="new enough"),
        pytest.param(gpus(B580), System(os="linux"), {}, Status.CLEAR, id="the kernel is not known"),
        pytest.param(gpus(B580), System(os="windows"), {}, Status.CLEAR, id="Windows"),
    ],
)
def test_kernel_older_than_gpu(devices, system, sections, status):
    assert run("kernel-older-than-gpu", devices=devices, system=system, **sections).status is status


def functions_of_a_card(driver: str) -> Devices:
    """Return a driven card with a virtual function of its own."""
    card = Gpu(B580, family="bmg", kind="discrete", address="0000:03:00.0", kernel_driver="xe")
    return Devices((card, Gpu(B580, family="bmg", kind="discrete", address="0000:03:00.1", kernel_driver=driver)), complete=True)


@pytest.mark.parametrize(
    ("devices", "status"),
    [
        pytest.param(gpus(B580, kernel_driver=""), Status.FOUND, id="nothing drives it"),
        pytest.param(gpus(UNKNOWN, kernel_driver=""), Status.FOUND, id="a GPU of no table"),
        pytest.param(gpus(B580, kernel_driver="xe"), Status.CLEAR, id="xe drives it"),
        pytest.param(gpus(B580), Status.CLEAR, id="not looked at"),
        pytest.param(gpus(UHD_770, kernel_driver=""), Status.CLEAR, id="torch would not use it"),
        pytest.param(functions_of_a_card(""), Status.CLEAR, id="a virtual function of a driven card"),
    ],
)
def test_gpu_without_driver(devices, status):
    assert run("gpu-without-driver", devices=devices).status is status


@pytest.mark.parametrize(
    ("devices", "status"),
    [
        pytest.param(gpus(A770, kernel_driver="vfio-pci"), Status.FOUND, id="the only card is given away"),
        pytest.param(
            Devices((*gpus(A770, kernel_driver="vfio-pci").gpus, *gpus(UHD_770, kernel_driver="i915").gpus)), Status.FOUND, id="UHD is left"
        ),
        pytest.param(
            Devices((*gpus(A770, kernel_driver="vfio-pci").gpus, *gpus(B580, kernel_driver="xe").gpus)),
            Status.CLEAR,
            id="another card is left",
        ),
        pytest.param(gpus(A770, kernel_driver="i915"), Status.CLEAR, id="driven as usual"),
        pytest.param(functions_of_a_card("vfio-pci"), Status.CLEAR, id="virtual functions are for that"),
    ],
)
def test_gpu_held_for_virtual_machine(devices, status):
    assert run("gpu-held-for-virtual-machine", devices=devices).status is status


@pytest.mark.parametrize(
    ("devices", "sections", "status"),
    [
        pytest.param(gpus(A770, kernel_driver="xe"), {}, Status.FOUND, id="Alchemist on xe"),
        pytest.param(
            gpus(METEOR_LAKE, kernel_driver="xe"),
            {"system": linux("6.14.0", "xe.force_probe=7d55")},
            Status.FOUND,
            id="Meteor Lake forced to xe",
        ),
        pytest.param(gpus(METEOR_LAKE, kernel_driver="xe"), {"system": linux("7.2.0")}, Status.CLEAR, id="a kernel that gives it to xe"),
        pytest.param(gpus(A770, kernel_driver="xe"), {"torch": Torch(available=True)}, Status.CLEAR, id="torch works on it"),
        pytest.param(gpus(A770, kernel_driver="i915"), {}, Status.CLEAR, id="Alchemist on i915"),
        pytest.param(gpus(B580, kernel_driver="xe"), {}, Status.CLEAR, id="Battlemage on xe"),
        pytest.param(gpus(UNKNOWN, kernel_driver="xe"), {}, Status.CLEAR, id="a GPU of no table"),
        pytest.param(gpus(A770, kernel_driver=""), {}, Status.CLEAR, id="no driver at all"),
    ],
)
def test_kernel_driver_wrong(devices, sections, status):
    assert run("kernel-driver-wrong", devices=devices, **sections).status is status


def test_lunar_lake_needs_6_12():
    finding = run("kernel-too-old", devices=gpus(LUNAR_LAKE, kernel_driver=""), system=linux("6.8.0-45-generic")).findings[0]
    assert finding.message == "No driver of Linux 6.8.0-45-generic has taken Arc Graphics; Linux 6.12 is the first that does so by default."
