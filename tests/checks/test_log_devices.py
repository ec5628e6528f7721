"""The rules of log_devices.toml: a line by which each fires, as such tools print it, and one at which it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.torch import Torch, XpuDevice
from xpudoctor.testing import gpus, log, run

COUNT_ZERO = "[W Device.cpp:127] Warning: XPU Device count is zero! (function initGlobalDevicePoolState)"
A770 = "GPU: Intel Arc A770 16GB"
UNSUPPORTED = "UserWarning: The detected GPU (Intel(R) UHD Graphics 770) is not officially supported by PyTorch XPU."

# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    ("xpu-count-zero", [COUNT_ZERO], ["XPU device count is 1"]),
    (
        "level-zero-library-not-found",
        ["libze_loader.so.1: cannot open shared object file: No such file"],
        ["libcuda.so.1: cannot open shared object file"],
    ),
    ("fp64-missing", ["RuntimeError: Double is not supported on this device!"], ["Double is supported on this device"]),
    ("level-zero-library-not-found", ["libigdgmm.so.12: cannot open shared object file"], ["libigdgmm12 is already the newest version"]),
    (
        "opencl-used-for-lack-of-level-zero",
        ["Experimental P2P feature is not implemented for OpenCL adapter"],
        ["[level_zero:gpu][level_zero:0] Intel Arc", "[opencl:gpu][opencl:1] Intel Arc"],
    ),
    (
        "opencl-used-for-lack-of-level-zero",
        ["[opencl:cpu][opencl:0] Intel(R) OpenCL, Intel Xeon", "[opencl:gpu][opencl:1] Intel Arc"],
        ["opencl:gpu is one of the values"],
    ),
    ("no-opencl-platform", ["clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR"], ["Number of platforms    2"]),
    (
        "render-node-refused",
        ['openat(AT_FDCWD, "/dev/dri/renderD128", O_RDWR) = -1 EACCES (Permission denied)'],
        ["crw-rw---- 1 root render 226, 128 /dev/dri/renderD128"],
    ),
    ("render-node-refused", ["I am not in the group render"], ["the image is not rendered"]),
    ("render-node-refused", ["/dev/dri/renderD128: Permission denied"], ["/dev/nvidia0: Permission denied"]),
    (
        "groups-lack-render",
        [COUNT_ZERO, "uid=1000(me) gid=1000(me) groups=1000(me),27(sudo)"],
        [COUNT_ZERO, "uid=1000(me) gid=1000(me) groups=1000(me),993(render)"],
    ),
    ("render-node-refused", ["sudo usermod -aG render me, and nothing changed"], ["sudo usermod -aG render me"]),
    ("render-node-refused", ["cannot open /dev/dri/renderD128"], ["cannot open /dev/dri/renderD128: No such file or directory"]),
    (
        "groups-lack-render",
        ["crw-rw---- 1 root render 226, 128 Mar  3 09:12 renderD128", "groups prints: me adm sudo"],
        ["crw-rw---- 1 root render 226, 128 Mar  3 09:12 renderD128", "groups prints: me adm render"],
    ),
    ("works-as-root-only", ["sudo vainfo: fine"], ["sudo vainfo: error"]),
    ("works-as-root-only", ["works as root only"], ["works as root only", "ZE_AFFINITY_MASK=1"]),
    ("dxg-not-there", ["dmesg | grep dxg: nothing"], ["dmesg | grep dxg: hv_vmbus: registering driver dxgkrnl"]),
    ("wsl-driver-pair-broken", ["Abort was called at 42 line in file: os_interface.h"], ["os_interface_linux.cpp"]),
    ("works-as-root-only", ["clinfo lists the GPU with sudo only"], ["the GPU is listed"]),
    ("wsl-driver-pair-broken", ["Abort was called at 62 line in file: wddm_interface.cpp"], ["drm_neo.cpp"]),
    ("igpu-used-in-place-of-card", ["It uses the integrated GPU instead of the Arc A770"], ["It uses the CPU instead of the Arc A770"]),
    ("igpu-used-in-place-of-card", ["The model is loaded on the wrong GPU"], ["The GPU is an integrated one, not a card"]),
    ("works-as-root-only", ["The GPU is only detected when run with sudo, works as root"], ["run it as root"]),
    (
        "container-group-unknown",
        ["docker: Error response from daemon: Unable to find group render: no matching entries"],
        ["--group-add render"],
    ),
    (
        "gpu-hidden-by-container",
        ["docker run -it --rm intel/vllm:latest", COUNT_ZERO],
        ["docker run -it --device /dev/dri intel/vllm:latest", COUNT_ZERO],
    ),
    ("gpu-hidden-by-container", ["k8s pod without /dev/dri", COUNT_ZERO], ["k8s pod", COUNT_ZERO]),
    (
        "windows-container-without-dxg",
        ["OS: Windows 11 with Docker Desktop", "docker run --device /dev/dri IMAGE", COUNT_ZERO],
        ["docker run --device /dev/dri IMAGE", COUNT_ZERO],
    ),
    ("dxg-not-there", ["ls: cannot access '/dev/dxg': No such file or directory"], ["crw-rw-rw- 1 root root 10, 125 /dev/dxg"]),
    ("wsl-driver-pair-broken", ["./shared/source/os_interface/os_interface.h"], ["./shared/source/helpers/bindless_heaps_helper.cpp"]),
    (
        "render-node-missing",
        ['error gathering device information while adding custom device "/dev/dri": no such file or directory'],
        ["/dev/dri/renderD128"],
    ),
    (
        "level-zero-does-not-start",
        ["Native API returns: -1102 (PI_ERROR_UNINITIALIZED)"],
        ["Native API returns: -5 (PI_ERROR_OUT_OF_RESOURCES)"],
    ),
    (
        "free-memory-not-told",
        ["RuntimeError: The device (Intel(R) Graphics) doesn't support querying the available free memory."],
        ["free memory: 11 GiB"],
    ),
    ("sysman-does-not-start", ["UserWarning: Can't initialize Level Zero Sysman"], ["ZES_ENABLE_SYSMAN=1"]),
    (
        "igpu-stands-first",
        ["torch.xpu.get_device_name(0)", "'Intel(R) UHD Graphics 770'", "'Intel(R) Arc(TM) A770 Graphics'"],
        ["| 0| [level_zero:gpu:0]| Intel Arc A770 Graphics|", "| 1| [level_zero:gpu:1]| Intel UHD Graphics 770|"],
    ),
    ("unsupported-igpu-beside-card", [UNSUPPORTED, A770], [UNSUPPORTED]),
    ("gpu-said-unsupported", [UNSUPPORTED], [UNSUPPORTED, A770]),
    (
        "unsupported-gpu-fails",
        ["RuntimeError: UR error", "name='Intel(R) Iris(R) Xe Graphics'"],
        ["RuntimeError: UR error", "name='Intel(R) Iris(R) Xe Graphics'", A770],
    ),
    (
        "devices-of-two-platforms",
        ["Can't add devices across platforms to a single context. -33 (PI_ERROR_INVALID_DEVICE)"],
        ["-33 (PI_ERROR_INVALID_DEVICE)"],
    ),
    (
        "unlike-sycl-devices",
        ["found 2 SYCL devices:", "(PI_ERROR_BUILD_PROGRAM_FAILURE)"],
        ["found 1 SYCL devices:", "(PI_ERROR_BUILD_PROGRAM_FAILURE)"],
    ),
    ("unlike-sycl-devices", ["Error: Detected different sycl devices"], ["found 2 SYCL devices:"]),
    ("device-index-out-of-range", ["device is out of range, device is 2, total number of device is 2."], ["device is 2"]),
    (
        "selector-leaves-no-level-zero",
        ["export ONEAPI_DEVICE_SELECTOR=opencl:gpu", COUNT_ZERO],
        ["export ONEAPI_DEVICE_SELECTOR=level_zero:0", COUNT_ZERO],
    ),
    ("affinity-mask-leaves-none", ["export ZE_AFFINITY_MASK=1", COUNT_ZERO], ["export ZE_AFFINITY_MASK=0", COUNT_ZERO]),
    ("compat-pack-hides-gpu", ["GGML_ASSERT: ggml-sycl.cpp:1: main_gpu_id<g_all_sycl_device_count"], ["[opencl:gpu] OpenCLOn12"]),
    ("compat-pack-hides-gpu", ["the OpenCL and OpenGL Compatibility Pack of the Store is installed"], ["no compatibility pack is needed"]),
    (
        "fp64-missing",
        ["RuntimeError: Required aspect fp64 is not supported on the device"],
        ["RuntimeError: Required aspect fp16 is supported on the device"],
    ),
    ("small-bar-refused", ["WARNING: Small BAR detected for device 0000:03:00.0"], ["Resizable BAR: on"]),
    ("bus-error-on-small-bar", ["Bus error (core dumped)"], ["RuntimeError: DataLoader worker (pid 1) is killed by signal: Bus error."]),
    (
        "small-bar-listed",
        [
            "03:00.0 VGA compatible controller: Intel Corporation Battlemage G21 [Arc B580]",
            "\tMemory at 6000000000 (64-bit, prefetchable) [size=256M]",
        ],
        ["03:00.0 VGA compatible controller: NVIDIA Corporation [RTX 4090]", "\tMemory at 6000000000 (64-bit, prefetchable) [size=256M]"],
    ),
    (
        "small-bar-listed",
        ["Arc A770", "Region 2: Memory at d0000000 (64-bit, prefetchable) [size=256M]"],
        ["Arc A770", "UHD Graphics 770", "Memory at d0000000 (64-bit, prefetchable) [size=256M]"],
    ),
    ("gpu-stays-idle", ["It is running on the CPU, the GPU is not used"], ["the GPU is used"]),
    ("slow-without-reason", ["generation is very slow"], ["a slow start"]),
    ("openvino-without-gpu", ["core.available_devices -> ['CPU']"], ["available_devices -> ['CPU', 'GPU']"]),
    (
        "openvino-without-gpu",
        ['Device with "GPU" name is not registered in the OpenVINO Runtime'],
        ["driver 32.0.101.5972", 'Device with "GPU" name is not registered in the OpenVINO Runtime'],
    ),
    ("graphics-compiler-missing", ["Error! Loading of IGC library has failed! Filename: libigc.so.2"], ["IGC library loaded"]),
    ("level-zero-library-not-found", ["the program cannot start because ze_loader.dll is missing"], ["ze_loader.dll 1.20"]),
    ("no-opencl-platform", ["Failed to get number of OpenCL platforms: -1001."], ["Number of platforms 1"]),
    ("level-zero-does-not-start", ["  zeInit(0)", "    Which is: 2013265921"], ["    Which is: 0"]),
    ("level-zero-does-not-start", ["xpu-smi: zeInit error: 2013265921"], ["2013265921 bytes"]),
    ("xpu-count-zero", ["The device index is out of range. It must be in [0, 0), but got 0."], ["It must be in [0, 1), but got 1."]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_the_order_of_torchs_own_list_decides():
    devices = (XpuDevice(0, "Intel(R) UHD Graphics 770"), XpuDevice(1, "Intel(R) Arc(TM) A770 Graphics"))
    assert run("igpu-stands-first", log=log("text"), torch=Torch(devices=devices)).status is Status.FOUND
    assert run("igpu-stands-first", log=log("text"), torch=Torch(devices=devices[1:])).status is Status.CLEAR


def test_facts_that_contradict_withdraw_a_finding():
    failed = log("RuntimeError: UR error", "Iris(R) Xe Graphics")
    assert run("unsupported-gpu-fails", log=failed, devices=gpus("9a49")).status is Status.FOUND
    assert run("unsupported-gpu-fails", log=failed, devices=gpus("56a0")).status is Status.CLEAR
