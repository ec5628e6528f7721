"""The rule of requirements.toml: what a job requires is there, is not, or was not seen."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.requirements import Requirements, need
from xpudoctor.facts.runtime import DriverPackage, LevelZero, LevelZeroDevice, Runtime
from xpudoctor.facts.system import Disk, System
from xpudoctor.facts.torch import ImportOutcome, Torch, XpuDevice
from xpudoctor.testing import gpus, installed, run

OK, FAILS = ImportOutcome("torch", ok=True), ImportOutcome("torch", error="ImportError: libsycl.so.8")
# As torch shows them: a card of 16 GB, an integrated GPU of a computer with 32 GB.
A770, IGPU = XpuDevice(0, "Arc A770", 16_225_243_136), XpuDevice(1, "Iris Xe", 15_000_000_000)
TORCH = Torch(installed=True, version="2.9.1+xpu", plain=OK, available=True, count=2, devices=(A770, IGPU))
WINDOWS = Devices((Gpu("56a0", "Arc A770", "dg2", "discrete", driver_version="32.0.101.6790"),), complete=True)


def level_zero(version: str, *packages: str) -> Runtime:
    device = LevelZeroDevice("Arc A770", "56a0", memory=16_225_243_136, driver_version=version)
    return Runtime(LevelZero("done", devices=(device,)), driver_packages=tuple(DriverPackage("libze-intel-gpu1", p) for p in packages))


def system(free: int) -> System:
    return System(disks=(Disk("temporary folder", "/tmp", 1), Disk("Hugging Face cache", "~/.cache/huggingface", free)))


@pytest.mark.parametrize(
    ("stated", "sections"),
    [
        pytest.param("xpu>=1", {"torch": TORCH}, id="devices of torch"),
        pytest.param("xpu", {"torch": TORCH}, id="one is meant without a number"),
        pytest.param("xpu==2", {"torch": TORCH}, id="just so many"),
        pytest.param("xpu>=1", {"torch": Torch(installed=False), "runtime": level_zero("1.6.33578")}, id="no torch: devices of Level Zero"),
        pytest.param("memory>=16GB", {"torch": TORCH}, id="a card of 16 GB has 15.1 GiB"),
        pytest.param("memory >= 15GiB, < 1TB", {"torch": TORCH}, id="a range, in other units"),
        pytest.param("memory>=8gb", {"devices": gpus("e20b")}, id="the table of GPUs"),
        pytest.param("torch~=2.9", {"torch": TORCH}, id="a compatible torch"),
        pytest.param("torch==2.9.*", {"packages": installed("torch==2.9.1+xpu")}, id="torch as a package"),
        pytest.param("Huggingface_Hub>=0.30", {"packages": installed("huggingface-hub==0.36.0")}, id="a name in another spelling"),
        pytest.param("vllm", {"packages": installed("vllm==0.11.0")}, id="any version"),
        pytest.param("torch>=2.10.0.dev0", {"packages": installed("torch==2.10.0.dev20251001+xpu")}, id="a nightly build"),
        pytest.param("driver>=25.18", {"runtime": level_zero("1.6.33578")}, id="Level Zero's number of a Linux driver"),
        pytest.param("driver>=25.18.33578.6", {"runtime": level_zero("1.6.33578", "25.18.33578.6-1~24.04")}, id="its last part"),
        pytest.param("driver>=32.0.101.6734", {"devices": WINDOWS}, id="a Windows driver"),
        pytest.param("python>=3.10,<3.14", {"packages": installed(python="3.11.7")}, id="Python"),
        pytest.param("disk>=50GB", {"system": system(60_000_000_000)}, id="room for models"),
    ],
)
def test_what_is_there_is_no_finding(stated, sections):
    assert run("requirement-not-met", requirements=Requirements((stated,)), **sections).status is Status.CLEAR


@pytest.mark.parametrize(
    ("stated", "sections", "says"),
    [
        pytest.param("xpu>=3", {"torch": TORCH}, "XPU devices: 2.", id="too few devices"),
        pytest.param("xpu>=1", {"torch": Torch(installed=True, plain=OK, available=False)}, "XPU devices: 0.", id="none available"),
        pytest.param("xpu>=1", {"torch": Torch(installed=True, plain=FAILS)}, "0 (import torch: ImportError: libsycl.so.8)", id="broken"),
        pytest.param("xpu>=1", {"torch": Torch(installed=True)}, "unknown (torch was not imported)", id="a static look"),
        pytest.param("xpu>=1", {"gaps": {"torch": "not seen within 60 s"}}, "unknown (not seen within 60 s)", id="a gap"),
        pytest.param("xpu>=1", {"devices": Devices((), complete=True)}, "XPU devices: 0.", id="no Intel GPU"),
        pytest.param("xpu>=1", {"devices": Devices((), complete=True, dxg=True)}, "unknown", id="WSL hides its GPU"),
        pytest.param("memory>=16GiB", {"torch": TORCH}, "memory of the Arc A770: 16.2 GB.", id="GiB are more than GB"),
        pytest.param("memory>=8GB", {"devices": gpus("ffff")}, "unknown (no source tells it)", id="an unknown GPU"),
        pytest.param("memory>=8GB", {"devices": Devices((), complete=True)}, "there is no Intel GPU", id="memory of no GPU"),
        pytest.param("torch~=2.9", {"torch": Torch(installed=True, version="2.8.0+xpu")}, "torch: 2.8.0+xpu.", id="an older torch"),
        pytest.param("torch~=2.9", {"packages": installed()}, "torch: not installed.", id="no torch"),
        pytest.param("vllm", {"packages": installed(complete=False)}, "unknown (the list of packages is not whole)", id="half a list"),
        pytest.param("vllm", {}, "vllm: unknown (not looked at).", id="no list"),
        pytest.param("x>=1", {"packages": Packages((Package("x", "deep"),), True)}, "x: deep.", id="a version that is none"),
        pytest.param("driver>=25.22", {"runtime": level_zero("1.6.33578+6")}, "GPU driver: 25.18.33578.6.", id="an older driver"),
        pytest.param("driver>=25.18", {"devices": WINDOWS}, "32.0.101.6790 (Windows; the required", id="Linux required"),
        pytest.param("driver>=32.0.101.1", {"runtime": level_zero("1.6.33578")}, "(Linux; the required", id="Windows required"),
        pytest.param("driver>=1.6.33578", {"runtime": level_zero("1.6.33578")}, "(Linux; the required", id="Level Zero's own number"),
        pytest.param("driver>=25.18", {"runtime": Runtime()}, "unknown (none was seen)", id="no driver"),
        pytest.param("python>=3.12", {"packages": installed(python="3.11.7")}, "Python: 3.11.7.", id="an older Python"),
        pytest.param("disk>=1TB", {"system": system(60_000_000_000)}, "60.0 GB.", id="little room"),
        pytest.param("disk>=1TB", {}, "unknown (not looked at)", id="room nobody looked at"),
    ],
)
def test_what_is_missing_or_unknown_says_what_is_there(stated, sections, says):
    (finding,) = run("requirement-not-met", requirements=Requirements((stated,)), **sections).findings
    assert finding.message.startswith(f"{stated} is required; ")
    assert says in finding.message


def test_each_requirement_is_a_finding_of_its_own():
    result = run("requirement-not-met", requirements=Requirements(("xpu>=9", "torch~=2.9", "memory>=1TB")), torch=TORCH)
    assert [finding.message.split(" is ")[0] for finding in result.findings] == ["xpu>=9", "memory>=1TB"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "torch>>2",
        "torch 2.9",
        "memory>=16",
        "memory",
        "memory>=16GB,<20",
        "xpu>=2GB",
        "torch~=2",
        "torch[x]>=1",
        "a @ https://b.c/d",
        "a; b",
    ],
)
def test_what_is_no_requirement_is_refused(text):
    with pytest.raises(ValueError, match=r"is none; write|lacks a size|not measured"):
        need(text)
