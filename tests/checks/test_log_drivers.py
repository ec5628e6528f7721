"""The rules of log_drivers.toml: a line by which each fires, as such tools print it, and one at which it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import installed, log, run

COUNT_ZERO = "[W Device.cpp:127] Warning: XPU Device count is zero! (function initGlobalDevicePoolState)"
LOST = "RuntimeError: level_zero backend failed with error: 20 (UR_RESULT_ERROR_DEVICE_LOST)"
A770, B580 = "GPU: Intel Arc A770 16GB", "GPU: Intel Arc B580"
SPIRV = "InvalidModule: Invalid SPIR-V module: unsupported SPIR-V version number 'unknown (66560)'."

# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    (
        "kernel-does-not-know-gpu",
        ["xe 0000:00:02.0: [drm] Your graphics device 64a0 is not officially supported"],
        ["xe 0000:03:00.0: [drm] Your graphics device 56a0 is not officially supported"],
    ),
    ("kernel-started-with-nomodeset", ["grub line: i915.modeset=0"], ["i915.modeset=1"]),
    ("windows-gpu-timeout", ["Stop code: VIDEO_TDR_FAILURE"], ["TdrDelay = 60"]),
    ("blue-screen-of-scheduler", ["Stop code: VIDEO_SCHEDULER_INTERNAL_ERROR"], ["Stop code: VIDEO_TDR_FAILURE"]),
    ("blue-screen-of-driver", ["KERNEL_MODE_HEAP_CORRUPTION"], ["kernel mode driver"]),
    (
        "linux-gpu-reset",
        ["xe 0000:03:00.0: [drm] GT0: Engine reset: engine_class=ccs, logical_mask: 0x1"],
        ["xe 0000:03:00.0: [drm] GT0: loaded"],
    ),
    (
        "cards-fault-in-allreduce",
        ["tensor_parallel_size: 2", "xe: BCS engine reset, GP fault"],
        ["tensor_parallel_size: 1", "xe: BCS engine reset"],
    ),
    ("vulkan-device-lost", ["vk::Queue::submit: ErrorDeviceLost"], [LOST]),
    ("device-lost", ["UR_RESULT_ERROR_DEVICE_LOST"], ["VK_ERROR_DEVICE_LOST"]),
    ("runtime-called-wrongly", ["Native API failed. Native API returns: -54 (PI_ERROR_INVALID_WORK_GROUP_SIZE)"], [LOST]),
    ("device-lost", [LOST], ["RuntimeError: level_zero backend failed with error: 38"]),
    ("device-lost-by-overcommit", [LOST, B580], [LOST, A770]),
    ("device-lost-under-load", [LOST, "AutoModel.from_pretrained(path)"], [LOST]),
    (
        "old-driver-on-old-kernel",
        ["ii  intel-level-zero-gpu 1.3.24055+i815~u20.04 amd64", "training is stuck"],
        ["ii  intel-level-zero-gpu 1.3.24055+i815~u20.04 amd64", "ii intel-i915-dkms 1.0", "training is stuck"],
    ),
    ("hang-without-reason", ["It hangs after the first image"], ["It works, no hang at all"]),
    ("legacy-gpu-refuses-kernels", [SPIRV, "GPU driver: 31.0.101.2127"], [SPIRV, "GPU driver: 31.0.101.5333"]),
    ("driver-refuses-kernels", ["input SPIR-V module uses unknown extension 'SPV_INTEL_predicated_io'"], ["compiled to SPIR-V"]),
    ("level-zero-symbol-missing", ["undefined symbol: zeDeviceSynchronize"], ["undefined symbol: zlibVersion"]),
    ("kernel-interface-unknown", ["WARNING: Topology query failed!"], ["query failed successfully"]),
    (
        "image-older-than-card",
        ["sycl-ls in the container: Arc Pro B70 not listed", "- image: localai/localai:master-gpu-intel"],
        ["docker run", "Battlemage", "ModuleNotFoundError: torch not found"],
    ),
    (
        "driver-of-other-distribution",
        ["OS: Ubuntu 24.04", "Apt repository: jammy (Intel GPU)", COUNT_ZERO],
        ["OS: Ubuntu 22.04", "Apt repository: jammy (Intel GPU)", COUNT_ZERO],
    ),
    ("triton-module-refused", ["RuntimeError: Triton Error [ZE]: 0x78000011"], ["RuntimeError: Triton Error [ZE]: 0x78000001"]),
    ("module-build-fails", ["RuntimeError: ZE_RESULT_ERROR_MODULE_BUILD_FAILURE"], ["ZE_RESULT_SUCCESS"]),
    (
        "onednn-engine-of-old-torch",
        ["torch 2.6.0+xpu", "RuntimeError: could not create an engine"],
        ["torch 2.12.0+xpu", "RuntimeError: could not create an engine"],
    ),
    (
        "onednn-engine-with-opencl-vendors",
        ["RuntimeError: could not create an engine", "(base) conda activate llm"],
        ["RuntimeError: could not create an engine"],
    ),
    ("onednn-engine-fails", ["RuntimeError: could not create a primitive"], ["created a primitive"]),
    (
        "xe-forced-on-alchemist",
        ['GRUB_CMDLINE_LINUX_DEFAULT="quiet splash i915.force_probe=!5690 xe.force_probe=5690"'],
        ['GRUB_CMDLINE_LINUX_DEFAULT="xe.force_probe=e20b"'],
    ),
    ("kernel-started-with-nomodeset", ["BOOT_IMAGE=/boot/vmlinuz-6.8.0 root=UUID=1 ro nomodeset"], ["take nomodeset out"]),
    ("kernel-started-with-nomodeset", ["the machine was booted with nomodeset"], ["nomodeset was removed"]),
    (
        "kernel-does-not-know-gpu",
        ["i915 0000:03:00.0: Your graphics device 56a0 is not properly supported by i915 in this"],
        ["is properly supported"],
    ),
    (
        "kernel-before-the-gpu",
        ["Kernel: 6.1", A770, "llama runner process has terminated: exit status 2"],
        ["Kernel: 6.12", A770, "llama runner process has terminated: exit status 2"],
    ),
    (
        "kernel-before-the-gpu",
        ["Kernel: 5.15.0-91-generic", A770, COUNT_ZERO],
        ["Kernel: 5.15.0-91-generic", A770, "error: something else"],
    ),
    ("runner-terminated", ["llama runner process has terminated: exit status 2"], ["llama runner process has terminated: exit status 127"]),
    ("xe-probe-fails", ["xe 0000:03:00.0: probe with driver xe failed with error -105"], ["xe 0000:03:00.0: probe started"]),
    ("driver-aborts", ["assert in shared/source/kernel/kernel_descriptor.inl"], ["assert x == 1"]),
    ("driver-aborts", ["Abort was called at 70 line in file:"], ["aborted by user"]),
    ("native-api-failed", ["RuntimeError: Native API failed. Native API returns: -30 (PI_ERROR_INVALID_VALUE)"], ["the native API"]),
    ("program-build-fails", ["error: backend compiler failed build."], ["build finished"]),
    ("windows-access-violation", ["Process finished with exit code -1073741819 (0xC0000005)"], ["exit code 1"]),
    ("segmentation-fault", ["Segmentation fault (core dumped)"], ["segmentation model loaded"]),
    ("driver-old-and-failing", ["[1.3.26241]: Level-Zero 1.3.26241", "Native API failed"], ["Level-Zero 1.6.33578", "Native API failed"]),
    ("openvino-kernel-build-fails", ["[GPU] ProgramBuilder build failed!"], ["[GPU] ProgramBuilder build failed!", "CL_OUT_OF_RESOURCES"]),
    ("onednn-no-such-type", ["could not create a primitive descriptor for a matmul primitive"], ["could not create a primitive"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_facts_that_contradict_withdraw_a_finding():
    violation = log("exit code 0xC0000005")
    assert run("windows-access-violation", log=violation, system=System(os="windows")).status is Status.FOUND
    assert run("windows-access-violation", log=violation, system=System(os="linux")).status is Status.CLEAR
    old = log("Kernel: 6.1", A770, "error: it failed")
    assert run("kernel-before-the-gpu", log=old, torch=Torch(available=True)).status is Status.CLEAR


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param([A770, "Kernel: 6.8.7-zabbly+", "(hangs after the first token)"], Status.FOUND, id="a kernel that hangs"),
        pytest.param([A770, "Kernel: 6.8.12", "(hangs after the first token)"], Status.CLEAR, id="a later kernel"),
        pytest.param([A770, "Kernel: 6.8.7-zabbly+", "works"], Status.CLEAR, id="no hang"),
        pytest.param(
            ["2x Arc A770", "compute-runtime 26.09", "UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY"], Status.FOUND, id="two cards and a bad driver"
        ),
        pytest.param(["1 Arc A770", "compute-runtime 26.09", "UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY"], Status.CLEAR, id="one card"),
        pytest.param(["2x Arc A770", "compute-runtime 25.40", "UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY"], Status.CLEAR, id="a driver before"),
        pytest.param(
            ["2x Arc A770", "compute-runtime 26.09", "Linux-7.1.2-x86_64", "OUT_OF_DEVICE_MEMORY"], Status.CLEAR, id="a mended kernel"
        ),
        pytest.param(
            ["Arc A770", "Driver 31.0.101.4335", "Resizable BAR: not supported"], Status.FOUND, id="a Windows driver without Resizable BAR"
        ),
        pytest.param(["Arc A770", "Driver 31.0.101.4382", "Resizable BAR: not supported"], Status.CLEAR, id="the mended driver"),
        pytest.param(["Arc A770", "Driver 31.0.101.4335", "Resizable BAR: on"], Status.CLEAR, id="Resizable BAR on"),
    ],
)
def test_driver_or_kernel_known_bad(lines, status):
    assert run("driver-or-kernel-known-bad", log=log(*lines)).status is status


def test_a_driver_is_bad_only_for_what_suffers():
    lines = log("Lunar Lake", "driver 32.0.101.6881", "torch.compile fails")
    assert run("driver-or-kernel-known-bad", log=lines, packages=installed("torch==2.7.0+xpu")).status is Status.FOUND
    assert run("driver-or-kernel-known-bad", log=lines, packages=installed("openvino==2025.1")).status is Status.CLEAR
