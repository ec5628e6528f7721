"""What a Python, a system, a quantization or a GPU is not made for: where each rule speaks, and where it stays silent."""

from __future__ import annotations

from typing import Any

import pytest

from xpudoctor import System
from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
NONE = "ERROR: Could not find a version that satisfies the requirement torch (from versions: none)"
PASSED = "ERROR: Ignored the following versions that require a different python version: 2.10.0+xpu Requires-Python >=3.10"
LINUX_WHEEL = "ERROR: triton-3.4.0-cp312-cp312-linux_x86_64.whl is not a supported wheel on this platform."
WINDOWS_WHEEL = "ERROR: torch-2.8.0-cp312-cp312-win_amd64.whl is not a supported wheel on this platform."

ROWS: list[tuple[str, str, dict[str, Any], Status]] = [
    ("launcher-for-linux-only", "RuntimeError: Windows platform is not supported!!!", {}, FOUND),
    ("launcher-for-linux-only", "is the Windows platform supported?", {}, CLEAR),
    ("processor-too-old-for-prepack", "AssertionError: BF16 weight prepack needs the cpu support avx_ne_convert", {}, FOUND),
    ("processor-too-old-for-prepack", "weights_prepack=False", {}, CLEAR),
    ("python-library-changed", "ModuleNotFoundError: No module named 'telnetlib'", {}, FOUND),
    ("python-library-changed", "ImportError: cannot import name 'Mapping' from 'collections' (/usr/lib/python3.10)", {}, FOUND),
    ("python-library-changed", "ModuleNotFoundError: No module named 'numpy'", {}, CLEAR),
    ("python-requirement-unmet", "Incompatible Python version: 3.14.0 required 3.11", {}, FOUND),
    ("python-requirement-unmet", "package x requires python >=3.9,<3.10.0a0", {}, FOUND),
    ("python-requirement-unmet", "Requires-Python >=3.8", {}, CLEAR),
    ("release-for-other-python", f"{PASSED}\nNo matching distribution found for torch==2.10.0", {}, FOUND),
    ("release-for-other-python", f"{PASSED}\nNo matching distribution found for torch==2.9.9", {}, CLEAR),
    ("release-for-other-python", "No matching distribution found for torch==2.10.0", {}, CLEAR),
    ("releases-passed-over", PASSED, {}, FOUND),
    ("releases-passed-over", "python_requires = >=3.8", {}, CLEAR),
    ("python-of-32-bit", f"Python 3.11.4 [MSC v.1936 32 bit (Intel)] on win32\n{NONE}", {}, FOUND),
    ("python-of-32-bit", f"python -c 'print(struct.calcsize(\"P\")*8)'\n32\n{NONE}", {}, FOUND),
    ("python-of-32-bit", f"python -c 'print(struct.calcsize(\"P\")*8)'\n64\n{NONE}", {}, CLEAR),
    ("python-of-32-bit", "Python 3.11.4 [MSC v.1936 32 bit (Intel)] on win32", {}, CLEAR),
    ("python-free-threaded", f"python3.14t -m pip install torch\n{NONE}", {}, FOUND),
    ("python-free-threaded", f"python3.14 -m pip install torch\n{NONE}", {}, CLEAR),
    ("python-of-new-system", "Ubuntu 24.04\nNo matching distribution found for torch==2.1.0a0", {}, FOUND),
    ("python-of-new-system", "Ubuntu 24.04\nNo matching distribution found for torch==2.8.0", {}, CLEAR),
    ("python-asked-for", "there are no wheels for cp314", {}, FOUND),
    ("python-asked-for", "I use python 3.11", {}, CLEAR),
    ("unix-module-missing", "ModuleNotFoundError: No module named 'fcntl'", {}, FOUND),
    ("unix-module-missing", "ModuleNotFoundError: No module named 'resources'", {}, CLEAR),
    ("wheel-of-other-system", LINUX_WHEEL, {"system": System(os="windows")}, FOUND),
    ("wheel-of-other-system", f"Windows 11\n{LINUX_WHEEL}", {}, FOUND),
    ("wheel-of-other-system", LINUX_WHEEL, {"system": System(os="linux")}, CLEAR),
    ("wheel-of-other-system", f"Ubuntu 24.04\n{WINDOWS_WHEEL}", {}, FOUND),
    ("wheel-of-other-system", WINDOWS_WHEEL, {"system": System(os="windows")}, CLEAR),
    ("wheel-of-other-system", "Windows 11, all is well", {}, CLEAR),
    ("repository-without-this-release", "Err:9 https://repositories.intel.com/gpu/ubuntu mantic Release 404 Not Found", {}, FOUND),
    ("repository-without-this-release", "Hit:9 https://repositories.intel.com/gpu/ubuntu noble Release", {}, CLEAR),
    ("system-refused", "[ERROR] Unsupported OS: linuxmint 22", {}, FOUND),
    ("system-refused", "this model is not supported", {}, CLEAR),
    ("packages-of-newer-system", "xpu-smi : Depends: libc6 (>= 2.39) but 2.35-0ubuntu3 is to be installed", {}, FOUND),
    ("packages-of-newer-system", "x : Depends: libze1 but it is not installable", {}, CLEAR),
    ("stack-not-for-processor", f"Raspberry Pi 5 with an Arc A380, torch +xpu\n{NONE}", {}, FOUND),
    ("stack-not-for-processor", f"x86_64 with an Arc A380, torch +xpu\n{NONE}", {}, CLEAR),
    ("part-for-linux-only", "this is not supported on Windows", {}, FOUND),
    ("part-for-linux-only", "this is supported on Windows", {}, CLEAR),
    ("quantization-refused", "NotImplementedError: Mxfp4 linear layer is not implemented", {}, FOUND),
    ("quantization-refused", "ModuleNotFoundError: No module named 'nunchaku'", {}, FOUND),
    ("quantization-refused", "Could not run 'aten::_weight_int8pack_mm' with arguments from the 'XPU' backend.", {}, FOUND),
    ("quantization-refused", "Could not run 'aten::conv2d' with arguments from the 'XPU' backend.", {}, CLEAR),
    ("quantization-refused", "quantization=awq is used", {}, CLEAR),
    ("gguf-type-refused", "ggml_sycl_cpy: unsupported type combination (q4_0 to f16)", {}, FOUND),
    ("gguf-type-refused", "llama_model_loader: type q4_K: 193 tensors", {}, CLEAR),
    ("quantization-of-cuda-named", "an EXL2 file on Arc A770", {}, FOUND),
    ("quantization-of-cuda-named", "a GGUF file on Arc A770", {}, CLEAR),
    ("quantization-in-error", "model: X-AWQ\nRuntimeError: int4 kernels need CUDA", {}, FOUND),
    ("quantization-in-error", "model: X-AWQ\nRuntimeError: CUDA out of memory", {}, CLEAR),
    ("binary-for-other-gpus", "RuntimeError: level_zero: 42 (UR_RESULT_ERROR_INVALID_BINARY)", {}, FOUND),
    ("binary-for-other-gpus", "after the upgrade: UR_RESULT_ERROR_INVALID_BINARY", {}, CLEAR),
    ("gpu-lacks-units", "what(): no matrix hardware on the target device, joint_matrix is not supported", {}, FOUND),
    ("gpu-lacks-units", "sub-group sizes: 8, 16, 32", {}, CLEAR),
    ("graphics-before-xe", "i7-8700, openvino\nno GPU is found", {}, FOUND),
    ("graphics-before-xe", "i7-8700, openvino\nArc A770\nno GPU is found", {}, CLEAR),
    ("graphics-before-xe", "i7-12700, openvino\nno GPU is found", {}, CLEAR),
    ("graphics-before-xe-named", "UHD 630 with torch.xpu", {}, FOUND),
    ("graphics-before-xe-named", "UHD 770 with torch.xpu", {}, CLEAR),
    ("igpu-crashes-under-torch", "i5-1135G7, torch 2.8.0+xpu\nit crashes", {}, FOUND),
    ("igpu-crashes-under-torch", "Arc B580, torch 2.8.0+xpu\nit crashes", {}, CLEAR),
    ("igpu-compiler-crashes", "Iris Xe: faulting module igc64.dll", {}, FOUND),
    ("igpu-compiler-crashes", "Arc A750: faulting module igc64.dll", {}, CLEAR),
    ("gpu-of-other-maker", "can OpenVINO use my RTX 3060", {}, FOUND),
    ("gpu-of-other-maker", "OpenVINO on Arc A770 beside an RTX 3060", {}, CLEAR),
    ("gpu-support-asked", "are those iGPUs supported at all?", {}, FOUND),
    ("gpu-support-asked", "the iGPU is supported.", {}, CLEAR),
]


@pytest.mark.parametrize(("rule", "text", "facts", "status"), ROWS)
def test_a_rule_fires_where_it_should_and_nowhere_else(rule: str, text: str, facts: dict[str, Any], status: Status) -> None:
    assert run(rule, log=log(*text.split("\n")), **facts).status is status
