"""The rules of level_zero.toml: where each fires, and where it stays clear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Library, Runtime
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import gpus, installed, run, variables

CLEAR, FOUND, UNKNOWN = Status.CLEAR, Status.FOUND, Status.UNKNOWN
A770, B580, METEOR_LAKE, FLEX_170, IRIS_XE, UHD_770, UHD_620, HD_5500 = "56a0", "e20b", "7d55", "56c0", "9a49", "4680", "5917", "1616"
LOADER, DRIVER = "/usr/lib/x86_64-linux-gnu/libze_loader.so.1", "/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1"
IPEX_LLM = installed("ipex-llm==2.2.0", "bigdl-core-xe-21==2.6.0")
XPU, CPU = Torch(version="2.9.0+xpu", available=False), Torch(version="2.9.0+cpu", available=False)
ARC, WSL = gpus(A770, kernel_driver="i915"), Devices(dxg=True)


def runtime(libraries: tuple[Library, ...] | None = (), **fields: object) -> Runtime:
    return Runtime(level_zero=replace(LevelZero(), **fields), libraries=libraries)


def listed(count: int) -> Runtime:
    devices = (LevelZeroDevice("Intel(R) Arc(TM) A770 Graphics", A770),) * count
    return runtime(stage="done", loader=LOADER, gpu_driver=DRIVER, devices=devices)


NO_LOADER = runtime(stage="loader", loader="", gpu_driver="")
NO_DRIVER = runtime(stage="init", loader=LOADER, gpu_driver="", result="0x78000001")
NPU_ONLY = runtime(stage="done", loader=LOADER, gpu_driver="", drivers=1)
BLIND = runtime(stage="init", loader=LOADER, gpu_driver=DRIVER, result="0x78000001")
BROKEN_LOADER = runtime(stage="loader", loader="", gpu_driver="", ending="OSError: libstdc++.so.6: cannot open shared object file")
BROKEN_DRIVER = runtime(
    (Library("libze_intel_gpu.so.1", DRIVER, "system"),), stage="init", loader=LOADER, gpu_driver="", result="0x78000001",
    ending="libigdgmm.so.12: cannot open shared object file: No such file or directory",
)  # fmt: skip
CRASHED = runtime(stage="drivers", loader=LOADER, ending="died of SIGSEGV")
DEAD_AT_SYSMAN = runtime(stage="sysman", loader=LOADER, ending="died of SIGSEGV", devices=listed(1).level_zero.devices)
HUNG = runtime(stage="init", loader=LOADER, ending="did not end within the time limit")


@pytest.mark.parametrize(
    ("devices", "runtime", "status"),
    [
        pytest.param(gpus(), None, FOUND, id="the bus was read and has none"),
        pytest.param(gpus(UHD_620), None, CLEAR, id="an old GPU is one, too"),
        pytest.param(gpus(complete=False), None, CLEAR, id="the bus was not read"),
        pytest.param(Devices(complete=True, dxg=True), None, CLEAR, id="WSL, where the bus shows none"),
        pytest.param(gpus(), listed(1), CLEAR, id="Level Zero lists one all the same"),
        pytest.param(None, None, UNKNOWN, id="nobody looked"),
    ],
)
def test_no_intel_gpu(devices, runtime, status):
    assert run("no-intel-gpu", devices=devices, runtime=runtime).status is status


@pytest.mark.parametrize(
    ("devices", "more", "status"),
    [
        pytest.param(ARC, {}, FOUND, id="an Arc card"),
        pytest.param(gpus(FLEX_170, kernel_driver="i915"), {}, FOUND, id="a Flex card, for which nothing is settled"),
        pytest.param(gpus(METEOR_LAKE), {}, FOUND, id="Windows, where no kernel driver is known"),
        pytest.param(gpus(IRIS_XE, kernel_driver="i915"), {"packages": IPEX_LLM}, FOUND, id="Iris Xe with ipex-llm, which supports it"),
        pytest.param(WSL, {"torch": XPU}, FOUND, id="WSL with an XPU build of torch"),
        pytest.param(WSL, {"torch": CPU}, CLEAR, id="WSL, which may lend an NVIDIA GPU as well"),
        pytest.param(gpus(UHD_770, kernel_driver="i915"), {}, CLEAR, id="a UHD-only machine"),
        pytest.param(gpus(UHD_620, kernel_driver="i915"), {"packages": IPEX_LLM}, CLEAR, id="a UHD that ipex-llm does not support either"),
        pytest.param(gpus(A770, kernel_driver="vfio-pci"), {}, CLEAR, id="a card that was given to a virtual machine"),
        pytest.param(gpus(B580, kernel_driver=""), {}, CLEAR, id="a card without a kernel driver, of which another rule speaks"),
        pytest.param(gpus(), {}, CLEAR, id="no Intel GPU"),
    ],
)
def test_which_gpu_needs_the_loader(devices, more, status):
    assert run("level-zero-loader-missing", runtime=NO_LOADER, devices=devices, **more).status is status


RUNGS = (
    "level-zero-loader-missing", "level-zero-does-not-load", "gpu-driver-missing", "level-zero-crashes", "level-zero-sees-no-gpu",
)  # fmt: skip


@pytest.mark.parametrize(
    ("runtime", "rules"),
    [
        pytest.param(NO_LOADER, ["level-zero-loader-missing"], id="no loader"),
        pytest.param(BROKEN_LOADER, ["level-zero-does-not-load"], id="a loader that does not load"),
        pytest.param(NO_DRIVER, ["gpu-driver-missing", "level-zero-sees-no-gpu"], id="a loader alone"),
        pytest.param(NPU_ONLY, ["gpu-driver-missing", "level-zero-sees-no-gpu"], id="a loader with the driver of the NPU alone"),
        pytest.param(BROKEN_DRIVER, ["level-zero-does-not-load", "level-zero-sees-no-gpu"], id="a driver that does not load"),
        pytest.param(BLIND, ["level-zero-sees-no-gpu"], id="a driver that finds nothing"),
        pytest.param(CRASHED, ["level-zero-crashes", "level-zero-sees-no-gpu"], id="a crash"),
        pytest.param(HUNG, ["level-zero-crashes", "level-zero-sees-no-gpu"], id="a hang"),
        pytest.param(runtime(None, stage="init", loader=LOADER, gpu_driver="", result="0x78000001"), ["level-zero-sees-no-gpu"],
                     id="nobody looked for the driver's file"),
        pytest.param(listed(1), [], id="a GPU is listed"),
        pytest.param(DEAD_AT_SYSMAN,
                     ["level-zero-crashes"], id="listed, and dead at sysman"),
        pytest.param(runtime(stage="done", loader=LOADER, gpu_driver=DRIVER, unmasked=2), [], id="a mask hides it"),
        pytest.param(Runtime(), [], id="nobody asked Level Zero"),
    ],
)  # fmt: skip
def test_the_rungs_of_level_zero(runtime, rules):
    assert [rule for rule in RUNGS if run(rule, runtime=runtime, devices=ARC).findings] == rules


def test_a_windows_machine_is_told_of_windows():
    (finding,) = run("level-zero-loader-missing", runtime=NO_LOADER, devices=gpus(A770, driver_version="32.0.101.6127")).findings
    assert "ze_loader.dll" in finding.message


@pytest.mark.parametrize(
    ("seen", "environment", "status"),
    [
        pytest.param(runtime(stage="done", unmasked=1), variables(ZE_AFFINITY_MASK="3"), FOUND, id="a number past the end"),
        pytest.param(listed(1), variables(ZE_AFFINITY_MASK="0"), CLEAR, id="one is left"),
        pytest.param(runtime(stage="done", unmasked=0), variables(ZE_AFFINITY_MASK="3"), CLEAR, id="there is none without it either"),
        pytest.param(runtime(stage="done", unmasked=1), variables(), CLEAR, id="not set"),
        pytest.param(runtime(stage="done", unmasked=1), variables(ZE_AFFINITY_MASK=""), CLEAR, id="empty"),
    ],
)
def test_affinity_mask_hides_gpu(seen, environment, status):
    assert run("affinity-mask-hides-gpu", runtime=seen, environment=environment).status is status


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        pytest.param("opencl:gpu", "no term of it names level_zero", id="OpenCL alone"),
        pytest.param("opencl:*;cuda:*", "no term of it names level_zero", id="two others"),
        pytest.param("level_zero:5", "past the 1 GPU that there is", id="a number past the end"),
        pytest.param("level_zero:1,2", "past the 1 GPU that there is", id="two numbers past the end"),
        pytest.param("!level_zero:*", "it discards level_zero", id="Level Zero discarded"),
        pytest.param("!level_zero:gpu", "it discards level_zero", id="the GPUs of Level Zero discarded"),
        pytest.param("*:*;!level_zero:*", "it discards level_zero", id="accepted and discarded again"),
        pytest.param("!*:gpu", "it discards level_zero", id="all GPUs discarded"),
        pytest.param("level_zero:0", None, id="the first GPU"),
        pytest.param("LEVEL_ZERO:GPU", None, id="upper case"),
        pytest.param("level_zero:gpu", None, id="the GPUs of Level Zero"),
        pytest.param("level_zero:*", None, id="all of Level Zero"),
        pytest.param("*:gpu", None, id="the GPUs of all"),
        pytest.param("!opencl:*", None, id="OpenCL discarded"),
        pytest.param("level_zero:*;!opencl:*", None, id="OpenCL discarded beside it"),
        pytest.param("level_zero:0;opencl:1", None, id="the first of one, the second of the other"),
        pytest.param("opencl:gpu;level_zero:0,5", None, id="one of two numbers is there"),
        pytest.param("level_zero:0.1", None, id="a tile, of which nothing is known"),
        pytest.param("!level_zero:1", None, id="one GPU discarded"),
    ],
)
def test_selector_hides_gpu(selector, reason):
    result = run("selector-hides-gpu", environment=variables(ONEAPI_DEVICE_SELECTOR=selector), runtime=listed(1))
    assert [reason in finding.message for finding in result.findings] == ([True] if reason else [])


@pytest.mark.parametrize(
    ("selector", "more", "status"),
    [
        pytest.param("level_zero:1", {"runtime": listed(2)}, CLEAR, id="the second of two"),
        pytest.param("level_zero:5", {}, CLEAR, id="a number, and nobody counted"),
        pytest.param("level_zero:5", {"runtime": NO_DRIVER}, CLEAR, id="a number, and there is no GPU at all"),
        pytest.param("opencl:gpu", {}, FOUND, id="no count is needed"),
        pytest.param("opencl:gpu", {"torch": replace(XPU, available=True)}, CLEAR, id="torch.xpu is available all the same"),
    ],
)
def test_selector_beside_what_is_known(selector, more, status):
    assert run("selector-hides-gpu", environment=variables(ONEAPI_DEVICE_SELECTOR=selector), **more).status is status


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        pytest.param(replace(NO_DRIVER, opencl_gpus=(A770,)), FOUND, id="the Level Zero half is missing"),
        pytest.param(replace(BLIND, opencl_gpus=(HD_5500,)), FOUND, id="a GPU that Level Zero never knew"),
        pytest.param(replace(listed(1), opencl_gpus=(A770,)), CLEAR, id="both list it"),
        pytest.param(replace(NO_DRIVER, opencl_gpus=()), CLEAR, id="neither lists it"),
        pytest.param(replace(NO_DRIVER, opencl_gpus=None), CLEAR, id="nobody asked OpenCL"),
        pytest.param(Runtime(opencl_gpus=(A770,)), CLEAR, id="nobody asked Level Zero"),
        pytest.param(runtime(stage="done", unmasked=1), CLEAR, id="a mask hides it from Level Zero"),
    ],
)
def test_gpu_only_in_opencl(seen, status):
    assert run("gpu-only-in-opencl", runtime=seen).status is status


@pytest.mark.parametrize(
    ("seen", "devices", "packages", "status"),
    [
        pytest.param(XPU, ARC, None, FOUND, id="the XPU wheel and a card"),
        pytest.param(CPU, ARC, None, FOUND, id="the CPU wheel and a card"),
        pytest.param(XPU, gpus(), None, FOUND, id="the XPU wheel without a GPU"),
        pytest.param(replace(XPU, available=True), ARC, None, CLEAR, id="it is available"),
        pytest.param(replace(XPU, available=None), ARC, None, CLEAR, id="nobody asked"),
        pytest.param(CPU, gpus(), None, CLEAR, id="the CPU wheel without a GPU"),
        pytest.param(CPU, gpus(UHD_620), None, CLEAR, id="the CPU wheel on a UHD-only machine"),
        pytest.param(CPU, ARC, installed("ipex-llm==2.2.0", "bigdl-core-cpp==2.6.0"), CLEAR, id="ipex-llm[cpp], which needs no torch"),
        pytest.param(
            Torch(version="2.1.0.post3+cxx11.abi", available=False), ARC, installed("intel-extension-for-pytorch==2.1.40+xpu"), CLEAR,
            id="IPEX brings torch.xpu, and was not imported",
        ),
    ],
)  # fmt: skip
def test_torch_xpu_unavailable(seen, devices, packages, status):
    assert run("torch-xpu-unavailable", torch=seen, devices=devices, packages=packages).status is status
