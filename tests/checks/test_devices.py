"""The rules of devices.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices
from xpudoctor.facts.runtime import DriverPackage, LevelZero, LevelZeroDevice, Runtime
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import gpus, installed, log, run, variables

MIB, GIB = 1024**2, 1024**3
UHD_770, UHD_620, IRIS_XE, A770, B580, LUNAR_LAKE = "4680", "5917", "9a49", "56a0", "e20b", "64a0"
XPU = installed("torch==2.9.0+xpu")


def neo(version: str) -> Runtime:
    return Runtime(driver_packages=(DriverPackage("libze-intel-gpu1", version, "dpkg"),))


def listed(*devices: tuple[str, bool]) -> Runtime:
    found = tuple(LevelZeroDevice("GPU", pci_id, integrated=integrated) for pci_id, integrated in devices)
    return Runtime(level_zero=LevelZero(stage="done", devices=found))


@pytest.mark.parametrize(
    ("devices", "packages", "torch", "status"),
    [
        pytest.param(gpus(UHD_770), XPU, Torch(available=False), Status.FOUND, id="UHD with an XPU wheel that finds nothing"),
        pytest.param(gpus(UHD_620), XPU, None, Status.FOUND, id="a GPU that the driver has dropped, torch not asked"),
        pytest.param(gpus(UHD_770), XPU, Torch(available=True), Status.CLEAR, id="torch does start on it"),
        pytest.param(gpus(UHD_770), XPU, None, Status.CLEAR, id="UHD that torch was not asked about"),
        pytest.param(gpus(UHD_620), installed("torch==2.9.0+cpu"), None, Status.CLEAR, id="a CPU wheel"),
        pytest.param(gpus(UHD_620), None, None, Status.CLEAR, id="packages not looked at"),
        pytest.param(gpus(UHD_770, A770), XPU, Torch(available=False), Status.CLEAR, id="a supported card beside it"),
        pytest.param(gpus("ffff"), XPU, Torch(available=False), Status.CLEAR, id="a GPU of no table"),
        pytest.param(Devices(complete=True), XPU, Torch(available=False), Status.CLEAR, id="no GPU at all"),
    ],
)
def test_gpu_unsupported(devices, packages, torch, status):
    assert run("gpu-unsupported", devices=devices, packages=packages, torch=torch).status is status


@pytest.mark.parametrize(
    ("devices", "packages", "torch", "status"),
    [
        pytest.param(gpus(UHD_770), installed("torch==2.9.0+cpu"), None, Status.FOUND, id="a CPU wheel beside UHD"),
        pytest.param(gpus(UHD_770), XPU, Torch(available=True), Status.FOUND, id="torch starts on UHD with a warning"),
        pytest.param(gpus(UHD_770), None, None, Status.FOUND, id="packages not looked at"),
        pytest.param(gpus(UHD_620), installed("torch==2.3.1", "ipex-llm==2.2.0"), None, Status.FOUND, id="too old for ipex-llm"),
        pytest.param(gpus(UHD_770), XPU, Torch(available=False), Status.CLEAR, id="the error says it"),
        pytest.param(gpus(UHD_770), installed("numpy==2.0.0"), None, Status.FOUND, id="before torch is installed"),
        pytest.param(gpus(IRIS_XE), installed("torch==2.1.0a0", "ipex-llm==2.2.0"), None, Status.CLEAR, id="ipex-llm supports Iris Xe"),
        pytest.param(gpus(UHD_770, B580), XPU, None, Status.CLEAR, id="a supported card beside it"),
        pytest.param(gpus("56c0"), XPU, None, Status.CLEAR, id="Flex is not settled"),
    ],
)
def test_only_unsupported_gpus(devices, packages, torch, status):
    assert run("only-unsupported-gpus", devices=devices, packages=packages, torch=torch).status is status


def test_only_unsupported_gpus_in_a_text():
    """A text of llama.cpp alone, which runs on these GPUs too."""
    assert run("only-unsupported-gpus", devices=gpus(UHD_770), log=log("torch 2.9")).status is Status.FOUND
    assert run("only-unsupported-gpus", devices=gpus(UHD_770), log=log("ggml_sycl_init")).status is Status.CLEAR


@pytest.mark.parametrize(
    ("devices", "runtime", "hard", "soft"),
    [
        pytest.param(gpus(B580, bar=256 * MIB, kernel_driver="xe"), None, True, False, id="Battlemage on xe"),
        pytest.param(gpus(B580, bar=256 * MIB), None, True, False, id="Battlemage, its kernel driver not known"),
        pytest.param(gpus(B580, bar=256 * MIB, kernel_driver="xe"), neo("25.48.36300.8-1"), True, False, id="with a current driver"),
        pytest.param(
            gpus(A770, bar=256 * MIB, kernel_driver="i915"), neo("25.18.33578.6-1"), True, False, id="the driver that refuses on i915"
        ),
        pytest.param(gpus(A770, bar=256 * MIB, kernel_driver="xe"), neo("25.27.34303.5-1"), True, False, id="Alchemist forced to xe"),
        pytest.param(
            gpus(B580, bar=256 * MIB, kernel_driver="xe"), neo("25.13.33276.16-1"), False, True, id="a driver from before the check"
        ),
        pytest.param(gpus(B580, bar=256 * MIB, kernel_driver="xe"), listed((B580, False)), False, True, id="Level Zero lists the card"),
        pytest.param(gpus(A770, bar=256 * MIB, kernel_driver="i915"), None, False, True, id="Alchemist on i915"),
        pytest.param(gpus(A770, bar=256 * MIB, kernel_driver="i915"), neo("25.27.34303.5-1"), False, True, id="tolerated again"),
        pytest.param(gpus(B580, bar=16 * GIB, kernel_driver="xe"), None, False, False, id="the whole memory can be reached"),
        pytest.param(gpus(B580, kernel_driver="xe"), None, False, False, id="the window was not seen"),
        pytest.param(gpus(LUNAR_LAKE, bar=256 * MIB, kernel_driver="xe"), None, False, False, id="an integrated GPU"),
        pytest.param(gpus(B580, bar=256 * MIB, kernel_driver="vfio-pci"), None, False, False, id="a card of a virtual machine"),
        pytest.param(gpus(B580, bar=256 * MIB, memory=GIB, kernel_driver="xe"), None, False, False, id="hardly more memory than that"),
    ],
)
def test_resizable_bar(devices, runtime, hard, soft):
    found = [run(rule, devices=devices, runtime=runtime).status is Status.FOUND for rule in ("rebar-disabled", "small-memory-window")]
    assert found == [hard, soft]


def test_rebar_disabled_says_how_to_look_again():
    devices = gpus(B580, bar=256 * MIB, kernel_driver="xe")
    finding = run("rebar-disabled", devices=devices, system=System(os="linux")).findings[0]
    assert finding.message.startswith("The CPU can reach only 256 MiB of the memory of Arc B580")
    assert finding.fixes[0].commands == ("sudo lspci -vv -d 8086:e20b | grep prefetchable",)


@pytest.mark.parametrize(
    ("devices", "packages", "sections", "status"),
    [
        pytest.param(gpus(UHD_770, A770), installed("torch==2.6.0+xpu"), {}, Status.FOUND, id="torch 2.6"),
        pytest.param(gpus(UHD_770, A770), installed("ipex-llm==2.2.0"), {}, Status.FOUND, id="ipex-llm"),
        pytest.param(
            gpus(UHD_770, A770),
            installed("torch==2.3.1+cxx11.abi", "intel-extension-for-pytorch==2.3.110+xpu"),
            {"runtime": listed((UHD_770, True), (A770, False)), "system": System(os="windows")},
            Status.FOUND,
            id="IPEX on Windows, the integrated GPU first",
        ),
        pytest.param(gpus(UHD_770, A770), installed("torch==2.7.0+xpu"), {}, Status.CLEAR, id="torch 2.7 leaves it out"),
        pytest.param(gpus(UHD_770, A770), installed("torch==2.6.0+cpu"), {}, Status.CLEAR, id="no XPU build"),
        pytest.param(gpus(A770), installed("torch==2.6.0+xpu"), {}, Status.CLEAR, id="a card alone"),
        pytest.param(
            gpus(UHD_770, A770),
            installed("torch==2.6.0+xpu"),
            {"environment": variables(ONEAPI_DEVICE_SELECTOR="level_zero:0")},
            Status.CLEAR,
            id="a choice was made",
        ),
        pytest.param(
            gpus(UHD_770, A770),
            installed("torch==2.6.0+xpu"),
            {"runtime": listed((A770, False), (UHD_770, True)), "system": System(os="linux")},
            Status.CLEAR,
            id="the loader puts the card first",
        ),
        pytest.param(
            gpus(UHD_770, A770),
            installed("torch==2.6.0+xpu"),
            {"runtime": listed((A770, False)), "system": System(os="windows")},
            Status.CLEAR,
            id="Level Zero lists the card alone",
        ),
    ],
)
def test_igpu_beside_card(devices, packages, sections, status):
    assert run("igpu-beside-card", devices=devices, packages=packages, **sections).status is status


def test_igpu_beside_card_gives_the_ready_line():
    sections = {"runtime": listed((UHD_770, True), (A770, False)), "system": System(os="linux")}
    finding = run("igpu-beside-card", devices=gpus(UHD_770, A770), packages=installed("torch==2.6.0+xpu"), **sections).findings[0]
    assert finding.fixes[0].commands == ("export ONEAPI_DEVICE_SELECTOR=level_zero:1",)
