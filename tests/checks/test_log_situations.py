"""What a text tells by its situation: where each rule speaks, and where it stays silent."""

from __future__ import annotations

from typing import Any

import pytest

from xpudoctor import Runtime, System, Torch
from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import gpus, installed, log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
A770, IRIS = "56a0", "46a6"
NONE_FOUND = "ERROR: No matching distribution found for intel-extension-for-pytorch"
BLIND = Runtime(sycl_ls=("[opencl:cpu:0] Intel(R) OpenCL, 12th Gen Intel(R) Core(TM) i7-1270P 3.0",))
SEEN = Runtime(sycl_ls=("[level_zero:gpu:0] Intel(R) Level-Zero, Intel(R) Arc(TM) A770 Graphics 1.3",))
IPEX_LLM_FAILS = "ImportError: cannot import name 'x' from ipex_llm"
OLD_IPEX = installed("intel-extension-for-pytorch==2.6.10+xpu")
SETVARS = ":: oneAPI environment initialized ::"
NO_SYCL = "ImportError: /x/torch/lib/../../../../libsycl.so.8:"

ROWS: list[tuple[str, str, dict[str, Any], Status]] = [
    ("ipex-not-offered", NONE_FOUND, {}, FOUND),
    ("ipex-not-offered", NONE_FOUND + "==2.1.10+xpu", {}, CLEAR),
    ("ipex-not-offered", "No matching distribution found for intel-extension-for-pytorch-deepspeed", {}, CLEAR),
    ("no-intel-gpu-said", "GPU: none\nPI_ERROR_DEVICE_NOT_FOUND", {}, FOUND),
    ("no-intel-gpu-said", "the server has no Intel GPU\nError: no device", {}, FOUND),
    ("no-intel-gpu-said", "这台机器没有独立显卡\nerror: device not found", {}, FOUND),
    ("no-intel-gpu-said", "GPU: Arc A770\nError: no GPU found in this list", {}, CLEAR),
    ("no-intel-gpu-said", "GPU: none\nall is well", {}, CLEAR),
    ("ipex-of-no-extra", IPEX_LLM_FAILS, {"packages": installed("intel-extension-for-pytorch==2.5.10+xpu")}, FOUND),
    ("ipex-of-no-extra", IPEX_LLM_FAILS, {"packages": installed("intel-extension-for-pytorch==2.1.10+xpu")}, CLEAR),
    ("ipex-of-no-extra", IPEX_LLM_FAILS, {"packages": installed("torch==2.5.1")}, CLEAR),
    ("ipex-of-no-extra", "ipex_llm works", {"packages": installed("intel-extension-for-pytorch==2.5.10+xpu")}, CLEAR),
    ("xpu-before-ipex-import", "from bigdl.llm import x\nRuntimeError: PyTorch is not linked with support for xpu devices", {}, FOUND),
    ("xpu-before-ipex-import", "ipex 2.1\nAttributeError: module 'torch' has no attribute 'xpu'", {}, FOUND),
    ("xpu-before-ipex-import", "ipex\ntorch 2.3.0+cpu\nmodule 'torch' has no attribute 'xpu'", {}, CLEAR),
    ("xpu-before-ipex-import", "module 'torch' has no attribute 'xpu'", {}, CLEAR),
    ("torch-said-not-compiled", "torch.xpu._is_compiled() -> False", {}, FOUND),
    ("torch-said-not-compiled", "torch.xpu._is_compiled()\nFalse", {}, FOUND),
    ("torch-said-not-compiled", "torch.xpu._is_compiled()\nTrue", {}, CLEAR),
    ("gpu-not-passed-in", "api-1  | can not find preferred GPU platform", {}, FOUND),
    ("gpu-not-passed-in", "docker run --device=/dev/dri image sycl-ls", {"runtime": BLIND, "system": System(os="linux", wsl=2)}, FOUND),
    ("gpu-not-passed-in", "docker run --device=/dev/dri image sycl-ls", {"runtime": BLIND, "system": System(os="linux")}, CLEAR),
    ("gpu-not-passed-in", "docker run image sycl-ls", {"runtime": BLIND}, FOUND),
    ("gpu-not-passed-in", "docker run image sycl-ls", {"runtime": SEEN}, CLEAR),
    ("gpu-not-passed-in", "can not find preferred GPU platform", {}, CLEAR),
    ("gpu-not-passed-in", "docker run --privileged image\ncan not find preferred GPU platform", {}, CLEAR),
    ("work-on-cpu-said", "ZImage (7.6 GB), Lumina2 (23 GB) loaded on CPU", {}, FOUND),
    ("work-on-cpu-said", "intel_gpu_top: 0%", {"torch": Torch(available=True)}, FOUND),
    ("work-on-cpu-said", "loaded on CPU", {"torch": Torch(available=False)}, CLEAR),
    ("work-on-cpu-said", "GPU usage: 40 %", {}, CLEAR),
    ("crash-with-two-gpus", "Abort was called at 729 line", {"devices": gpus(A770, IRIS)}, FOUND),
    ("crash-with-two-gpus", "Abort was called at 729 line", {"devices": gpus(A770, A770)}, CLEAR),
    ("crash-with-two-gpus", "it is slow", {"devices": gpus(A770, IRIS)}, CLEAR),
    ("python-without-torch-wheel", "the build failed", {"packages": installed("torch==2.7.1", python="3.14.0")}, FOUND),
    ("python-without-torch-wheel", "the build failed", {"packages": installed("torch==2.7.1", python="3.13.2")}, CLEAR),
    ("python-without-torch-wheel", "the build failed", {"packages": installed("torch==2.9.0", python="3.14.0")}, CLEAR),
    ("python-without-torch-wheel", "it runs", {"packages": installed("torch==2.7.1", python="3.14.0")}, CLEAR),
    (
        "runtime-wheels-of-two-releases",
        "could not create a primitive",
        {"packages": installed("dpcpp-cpp-rt==2026.0.0", "mkl-dpcpp==2025.0.1")},
        FOUND,
    ),
    (
        "runtime-wheels-of-two-releases",
        "could not create a primitive",
        {"packages": installed("dpcpp-cpp-rt==2026.0.0", "intel-pti==0.17.0")},
        CLEAR,
    ),
    ("runtime-wheels-of-two-releases", "fine", {"packages": installed("dpcpp-cpp-rt==2026.0.0", "mkl-dpcpp==2025.0.1")}, CLEAR),
    ("slower-in-one-build", "image: server-intel-b9144 # 32.8t/s\nimage: server-intel-b9159 # 25.8t/s", {}, FOUND),
    ("slower-in-one-build", "image: server-intel-b9144 # 32.8t/s\nimage: server-intel-b9159 # 32.1t/s", {}, CLEAR),
    ("path-too-long-said", f"error: [Errno 2] No such file or directory: '{'folder/' * 30}x.pyc'", {"system": System(os="windows")}, FOUND),
    ("path-too-long-said", f"error: [Errno 2] No such file or directory: '{'folder/' * 30}x.pyc'", {"system": System(os="linux")}, CLEAR),
    ("path-too-long-said", "error: [Errno 2] No such file or directory: 'x.pyc'", {"system": System(os="windows")}, CLEAR),
    (
        "path-too-long-said",
        "HINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
        {},
        FOUND,
    ),
    ("path-too-long-said", "The maximum full path to an object file is 250 characters (see CMAKE_OBJECT_PATH_MAX).", {}, FOUND),
    ("path-too-long-said", "ERROR: Could not install packages due to an OSError: [Errno 2] No such file: 'C:\\\\Users\\\\me'", {}, FOUND),
    ("path-too-long-said", "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", {}, CLEAR),
    ("path-perhaps-too-long", "[Errno 2] No such file or directory: 'C:\\\\Users\\\\me\\\\x.h'", {"system": System(os="windows")}, FOUND),
    ("path-perhaps-too-long", "[Errno 2] No such file or directory: '/home/me/x.h'", {}, CLEAR),
    ("path-perhaps-too-long", "Windows 11, long paths: on", {}, CLEAR),
    ("glibc-refuses-ipex", "", {"packages": OLD_IPEX, "system": System(os="linux", distribution="ubuntu", version="25.04")}, FOUND),
    ("glibc-refuses-ipex", "", {"packages": OLD_IPEX, "system": System(os="linux", glibc="2.41")}, FOUND),
    ("glibc-refuses-ipex", "", {"packages": OLD_IPEX, "system": System(os="linux", distribution="ubuntu", version="24.04")}, CLEAR),
    (
        "glibc-refuses-ipex",
        "",
        {"packages": installed("intel-extension-for-pytorch==2.8.10+xpu"), "system": System(os="linux", glibc="2.41")},
        CLEAR,
    ),
    ("sycl-dll-of-other-release", "missing: sycl8.dll\npresent: sycl7.dll", {}, FOUND),
    ("sycl-dll-of-other-release", "sycl8.dll was not found", {"packages": installed("intel-sycl-rt==2024.2.1")}, FOUND),
    ("sycl-dll-of-other-release", "sycl8.dll was not found", {"packages": installed("intel-sycl-rt==2025.0.4")}, CLEAR),
    ("sycl-dll-of-other-release", "missing: mkl_sycl_blas.4.dll, only mkl_sycl_blas.5.dll is there", {}, FOUND),
    ("sycl-dll-of-other-release", "missing: sycl8.dll, mkl_sycl_blas.5.dll", {}, CLEAR),
    ("sycl-dll-of-other-release", "present: sycl7.dll", {}, CLEAR),
    ("two-extras-of-ipex-llm", "pip install ipex-llm[xpu]\npip install ipex-llm[cpp]", {}, FOUND),
    ("two-extras-of-ipex-llm", "pip install ipex-llm[xpu]", {}, CLEAR),
    ("oneapi-beside-failing-wheel", f"{SETVARS}\n{NO_SYCL}", {"packages": installed("torch==2.6.0+xpu")}, FOUND),
    ("oneapi-beside-failing-wheel", NO_SYCL, {"packages": installed("torch==2.6.0+xpu")}, CLEAR),
    ("oneapi-beside-failing-wheel", f"{SETVARS}\n{NO_SYCL}", {"packages": installed("torch==2.1.0a0+cxx11.abi")}, CLEAR),
    ("gpu-for-one-session-only", "over ssh: is_available() -> False\nafter a local login: is_available() -> True", {}, FOUND),
    ("gpu-for-one-session-only", "with sudo it works\nnormal user: not found", {}, FOUND),
    ("gpu-for-one-session-only", "over ssh: is_available() -> False", {}, CLEAR),
    ("gpu-for-one-session-only", "The systemd unit says: no GPU. By hand in my shell it works.", {}, FOUND),
    ("gpu-for-one-session-only", "The systemd unit is active. By hand in my shell it works.", {}, CLEAR),
    ("service-hides-devices", "[Service]\nPrivateDevices=yes", {}, FOUND),
    ("service-hides-devices", "PrivateDevices=yes\nDeviceAllow=/dev/dri/renderD128 rw", {}, CLEAR),
    ("service-hides-devices", "[Service]\nPrivateDevices=no", {}, CLEAR),
    ("render-group-in-question", "no XPU found\ngetent group render: render:x:992:plex", {}, FOUND),
    ("render-group-in-question", "no XPU found\nthe user is in the group render", {}, CLEAR),
    ("render-group-in-question", "the group render exists", {}, CLEAR),
    ("wsl-gpu-switched-off", "[wsl2]\ngpuSupport = false", {}, FOUND),
    ("wsl-gpu-switched-off", "[wsl2]\ngpuSupport=true", {}, CLEAR),
    ("linux-driver-sought-in-wsl", "modprobe: Module i915 not found in directory /lib/modules/6.6.87.2-microsoft-standard-WSL2", {}, FOUND),
    ("linux-driver-sought-in-wsl", "modprobe: Module i915 not found in directory /lib/modules/6.8.0-45-generic", {}, CLEAR),
    ("wsl-kernel-without-dxgkrnl", "# CONFIG_DXGKRNL is not set", {}, FOUND),
    ("wsl-kernel-without-dxgkrnl", "hv_vmbus: registering driver dxgkrnl", {}, CLEAR),
    ("dxcore-not-loaded", "libdxcore.so => not found", {}, FOUND),
    ("dxcore-not-loaded", "libdxcore.so => /usr/lib/wsl/lib/libdxcore.so", {}, CLEAR),
    ("windows-driver-absent-behind-wsl", "WSL 2.6, torch.xpu: 0\nls /usr/lib/wsl/drivers: no iigd_dch folder", {}, FOUND),
    ("windows-driver-absent-behind-wsl", "WSL 2.6\nls /usr/lib/wsl/drivers: iigd_dch.inf_amd64_1", {}, CLEAR),
    ("gpu-not-passed-in", "in the container: Available OpenVINO devices: ['CPU']", {}, FOUND),
    ("gpu-not-passed-in", "in the container: Available OpenVINO devices: ['CPU']\nthe card is bound to vfio-pci", {}, CLEAR),
    ("slower-in-one-build", "b9144 pp512 32.8 t/s\nb9144 tg128 5.8 t/s", {}, CLEAR),
]


@pytest.mark.parametrize(("rule", "text", "facts", "status"), ROWS)
def test_a_rule_fires_where_it_should_and_nowhere_else(rule: str, text: str, facts: dict[str, Any], status: Status) -> None:
    assert run(rule, log=log(*text.split("\n")), **facts).status is status
