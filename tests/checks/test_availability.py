"""The rules of availability.toml: where each fires, and where it stays clear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Library, Runtime
from xpudoctor.facts.torch import ImportOutcome, Torch
from xpudoctor.testing import gpus, installed, run, variables

CLEAR, FOUND, UNKNOWN = Status.CLEAR, Status.FOUND, Status.UNKNOWN
A770, B580, LUNAR_LAKE, UHD_770, UHD_620 = "56a0", "e20b", "64a0", "4680", "5917"
ONEAPI = "/opt/intel/oneapi/compiler/2025.1/lib"
SITE = "/home/u/venv/lib/python3.11/site-packages"


def torch(version: str = "2.9.0+xpu", **fields: object) -> Torch:
    libraries = ("c10_xpu", "torch_xpu") if version.endswith("+xpu") else ()
    return replace(Torch(installed=True, version=version, libraries=libraries), **fields)


def outcome(**fields: object) -> ImportOutcome:
    return replace(ImportOutcome("torch", stage="importing"), **fields)


def absent(library: str) -> str:
    return f"ImportError: {library}: cannot open shared object file: No such file or directory"


def failing(error: str, version: str = "2.9.0+xpu", **fields: object) -> Torch:
    return torch(version, plain=outcome(error=error), **fields)


def level_zero(**fields: object) -> Runtime:
    return Runtime(level_zero=replace(LevelZero(), **fields))


CUDA = torch("2.13.0", cuda="13.0", libraries=("torch_cuda", "c10_cuda"))


def cuda(error: str) -> Torch:
    return replace(CUDA, plain=outcome(error=error))


NO_DRIVER_LISTED = level_zero(stage="done", devices=())
UHD_UNDER_WSL = level_zero(stage="done", devices=(LevelZeroDevice("Intel(R) UHD Graphics 770", UHD_770),))
ARC_UNDER_WSL = level_zero(stage="done", devices=(LevelZeroDevice("Intel(R) Arc(TM) A770 Graphics", A770),))
WSL = Devices(dxg=True)


@pytest.mark.parametrize(
    ("seen", "devices", "more", "status"),
    [
        pytest.param(torch("2.13.0+cpu"), gpus(A770), {}, FOUND, id="the CPU wheel and an Arc card"),
        pytest.param(torch("2.13.0+cu130"), gpus(LUNAR_LAKE), {}, FOUND, id="a CUDA wheel that says so"),
        pytest.param(CUDA, gpus(B580), {}, FOUND, id="the CUDA wheel of the public index, told by its files alone"),
        pytest.param(torch("2.8.0+rocm6.3"), gpus(B580), {}, FOUND, id="a ROCm wheel"),
        pytest.param(torch("2.8.0"), gpus(A770), {}, FOUND, id="the CPU wheel for Windows, which has no local version"),
        pytest.param(
            torch("2.8.0.post303"), gpus(A770), {"packages": installed("torch==2.8.0.post303")}, FOUND, id="conda-forge's CPU build"
        ),
        pytest.param(torch("2.13.0+cpu"), gpus(UHD_770, A770), {}, FOUND, id="a UHD beside the card"),
        pytest.param(torch("2.13.0+cpu"), WSL, {"runtime": ARC_UNDER_WSL}, FOUND, id="WSL, where Level Zero lists the card"),
        pytest.param(torch(), gpus(A770), {}, CLEAR, id="the XPU wheel"),
        pytest.param(torch("2.6.0.post0+xpu"), gpus(A770), {}, CLEAR, id="the XPU wheel for Arrow Lake on Windows"),
        pytest.param(torch("2.13.0+cpu"), gpus(), {}, CLEAR, id="no Intel GPU in the machine"),
        pytest.param(CUDA, gpus(UHD_620), {}, CLEAR, id="a UHD-only machine"),
        pytest.param(torch("2.13.0+cpu"), WSL, {"runtime": UHD_UNDER_WSL}, CLEAR, id="a UHD alone, under WSL"),
        pytest.param(CUDA, gpus(A770, kernel_driver="vfio-pci"), {}, CLEAR, id="a card that was given to a virtual machine"),
        pytest.param(CUDA, gpus("0412", kernel_driver="i915"), {}, CLEAR, id="a GPU older than any table"),
        pytest.param(CUDA, gpus("ffff", kernel_driver="xe"), {}, FOUND, id="a GPU newer than the tables"),
        pytest.param(torch("2.1.0a0+cxx11.abi"), gpus(A770), {}, CLEAR, id="Intel's own build"),
        pytest.param(torch("2.1.0a0"), gpus(A770), {}, CLEAR, id="Intel's own build without its local version"),
        pytest.param(
            torch("2.3.1.post0"),
            gpus(A770),
            {"packages": installed("intel-extension-for-pytorch==2.3.110.post0+xpu")},
            CLEAR,
            id="Intel's own post-release with its IPEX",
        ),
        pytest.param(torch("2.8.0a0+git1234abc", xpu="20250101"), gpus(A770), {}, CLEAR, id="a source build with XPU"),
        pytest.param(torch("2.8.0a0+git1234abc"), gpus(A770), {}, CLEAR, id="a source build of which nothing more is known"),
        pytest.param(
            torch("2.2.0+cpu"), gpus(A770), {"packages": installed("ipex-llm==2.2.0", "bigdl-core-cpp==2.6.0")}, CLEAR, id="ipex-llm[cpp]"
        ),
        pytest.param(
            torch("2.13.0+xpu"),
            gpus(A770),
            {"packages": installed("torch==2.13.0+xpu", "nvidia-cuda-cupti-cu12==12.8.90")},
            CLEAR,
            id="an NVIDIA wheel in an XPU list",
        ),
        pytest.param(
            torch("2.13.0", cuda="13.0"), replace(gpus("7d55"), other_vendors=("10de",)), {}, CLEAR, id="a laptop with an NVIDIA card"
        ),
        pytest.param(
            torch("2.13.0", cuda="13.0"), replace(gpus(A770), other_vendors=("10de",)), {}, FOUND, id="an Arc card beside an NVIDIA card"
        ),
        pytest.param(Torch(installed=False), gpus(A770), {}, CLEAR, id="no torch"),
        pytest.param(None, gpus(A770), {}, UNKNOWN, id="a report that says nothing of torch"),
        pytest.param(torch("2.13.0+cpu"), None, {}, UNKNOWN, id="a report that says nothing of GPUs"),
    ],
)
def test_torch_not_xpu_build(seen, devices, more, status):
    assert run("torch-not-xpu-build", torch=seen, devices=devices, **more).status is status


@pytest.mark.parametrize(
    ("seen", "library"),
    [
        pytest.param(cuda(absent("libcudnn.so.9")), "libcudnn.so.9", id="cuDNN"),
        pytest.param(cuda(absent("libcublasLt.so.12")), "libcublasLt.so.12", id="cuBLASLt"),
        pytest.param(cuda(absent("libcupti.so.12")), "libcupti.so.12", id="CUPTI"),
        pytest.param(cuda(absent("libnvshmem_host.so.3")), "libnvshmem_host.so.3", id="NVSHMEM"),
        pytest.param(replace(CUDA, plain=outcome(ok=True)), None, id="it imports"),
        pytest.param(CUDA, None, id="nothing was imported"),
        pytest.param(failing(absent("libsycl.so.8")), None, id="a SYCL library"),
        pytest.param(failing(absent("libcurl.so.4")), None, id="curl is not CUDA"),
        pytest.param(
            failing("ImportError: /usr/lib/libcudnn.so.9: undefined symbol: cudnnGetLastErrorString"), None, id="a library that is there"
        ),
    ],
)
def test_cuda_libraries_missing(seen, library):
    result = run("cuda-libraries-missing", torch=seen)
    assert [library in finding.message for finding in result.findings] == ([True] if library else [])


AUTOLOAD = (
    "RuntimeError: Failed to load the backend extension: {}. You can disable extension auto-loading with TORCH_DEVICE_BACKEND_AUTOLOAD=0."
)


@pytest.mark.parametrize(
    ("seen", "command"),
    [
        pytest.param(
            failing(AUTOLOAD.format("intel_extension_for_pytorch"), bare=outcome(ok=True)),
            "pip uninstall intel-extension-for-pytorch",
            id="IPEX 2.6.10 in a circle of imports",
        ),
        pytest.param(failing(AUTOLOAD.format("torch_npu"), bare=outcome(ok=True)), "pip uninstall torch-npu", id="another extension"),
        pytest.param(
            torch(plain=outcome(exit_status=127), bare=outcome(ok=True)),
            "pip uninstall intel-extension-for-pytorch",
            id="the guard of IPEX ended the process",
        ),
        pytest.param(
            failing("ImportError: libsycl.so.8: ...", bare=outcome(error="ImportError: libsycl.so.8: ...")), None, id="it fails either way"
        ),
        pytest.param(torch(plain=outcome(ok=True)), None, id="it imports"),
        pytest.param(failing("ImportError: x"), None, id="nothing registers a backend"),
        pytest.param(torch(), None, id="nothing was imported"),
    ],
)
def test_torch_backend_autoload_fails(seen, command):
    result = run("torch-backend-autoload-fails", torch=seen)
    assert [finding.fixes[0].commands for finding in result.findings] == ([(command,)] if command else [])


CONDA_TOO_OLD = (
    "/opt/conda/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1)"
)
CXXABI_TOO_OLD = f"/lib/x86_64-linux-gnu/libstdc++.so.6: version `CXXABI_1.3.15' not found (required by {SITE}/torch/lib/libtorch_xpu.so)"


@pytest.mark.parametrize(
    ("sections", "wanted"),
    [
        pytest.param({"torch": failing(f"ImportError: {CXXABI_TOO_OLD}")}, "CXXABI_1.3.15", id="torch does not import"),
        pytest.param({"torch": torch(warnings=(f"UserWarning: {CONDA_TOO_OLD}",))}, "GLIBCXX_3.4.32", id="a warning of torch.xpu"),
        pytest.param(
            {"runtime": level_zero(stage="init", loader="/usr/lib/libze_loader.so.1", gpu_driver="", ending=CONDA_TOO_OLD)},
            "/opt/conda/lib/libstdc++.so.6",
            id="the GPU driver was passed over",
        ),
        pytest.param(
            {"torch": failing("ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.35' not found (required by x.so)")},
            None,
            id="the C library is another matter",
        ),
        pytest.param({"torch": torch(plain=outcome(ok=True)), "runtime": NO_DRIVER_LISTED}, None, id="no such word"),
    ],
)
def test_libstdcxx_too_old(sections, wanted):
    result = run("libstdcxx-too-old", **sections)
    assert [wanted in finding.message for finding in result.findings] == ([True] if wanted else [])


SYCL = f"{SITE}/torch/lib/../../../../libsycl.so.8"
CLASH = f"ImportError: {ONEAPI}/libur_loader.so.0: version `LIBUR_LOADER_0.10' not found (required by {SYCL})"
UNDEFINED = f"ImportError: {SYCL}: undefined symbol: urEnqueueKernelLaunchWithArgsExp"


@pytest.mark.parametrize(
    ("seen", "environment", "status"),
    [
        pytest.param(failing(CLASH, "2.6.0+xpu"), None, FOUND, id="the error names oneAPI"),
        pytest.param(failing(CLASH.replace("0.10", "0.11"), "2.8.0+xpu"), None, FOUND, id="the same of torch 2.8"),
        pytest.param(failing(UNDEFINED), variables(LD_LIBRARY_PATH=f"{ONEAPI}:/usr/lib"), FOUND, id="the search path names oneAPI"),
        pytest.param(failing(UNDEFINED), variables(LD_LIBRARY_PATH="/opt/conda/lib"), CLEAR, id="another folder is searched first"),
        pytest.param(
            failing(UNDEFINED.replace(SITE, "/opt/intel/oneapi/intelpython/envs/x/lib")), variables(), CLEAR, id="Intel's own Python"
        ),
        pytest.param(failing(CLASH, "2.5.1+xpu"), None, CLEAR, id="torch 2.5, which needs a toolkit"),
        pytest.param(failing(absent("libsycl.so.8")), variables(LD_LIBRARY_PATH=ONEAPI), CLEAR, id="it lacks"),
        pytest.param(torch(plain=outcome(ok=True)), variables(LD_LIBRARY_PATH=ONEAPI), CLEAR, id="sourced, and it imports"),
    ],
)
def test_oneapi_hides_wheel_runtime(seen, environment, status):
    assert run("oneapi-hides-wheel-runtime", torch=seen, environment=environment).status is status


WHEELS = installed("torch==2.9.0+xpu", "intel-sycl-rt==2025.2.1")


@pytest.mark.parametrize(
    ("seen", "environment", "packages", "status"),
    [
        pytest.param(torch(), variables(LD_LIBRARY_PATH=ONEAPI), WHEELS, FOUND, id="sourced beside the wheels"),
        pytest.param(torch(), variables(LD_LIBRARY_PATH="/usr/local/cuda/lib64"), WHEELS, CLEAR, id="another search path"),
        pytest.param(torch(), variables(LD_LIBRARY_PATH="/opt/intel/oneapi/intelpython/lib"), WHEELS, CLEAR, id="Intel's own Python"),
        pytest.param(torch(), variables(), WHEELS, CLEAR, id="nothing sourced"),
        pytest.param(torch("2.5.1+xpu"), variables(LD_LIBRARY_PATH=ONEAPI), WHEELS, CLEAR, id="torch 2.5, which needs it"),
        pytest.param(
            torch("2.9.0a0+git1", xpu="2025"), variables(LD_LIBRARY_PATH=ONEAPI), installed("torch==2.9.0a0+git1"), CLEAR, id="own build"
        ),
    ],
)
def test_oneapi_sourced_beside_wheels(seen, environment, packages, status):
    assert run("oneapi-sourced-beside-wheels", torch=seen, environment=environment, packages=packages).status is status


SYCL_9 = Runtime(libraries=(Library("libsycl.so.9", "/home/u/venv/lib/libsycl.so.9.0.0", "environment"),))
IPEX = ImportOutcome("intel_extension_for_pytorch", stage="importing")
NO_MKL = replace(IPEX, error=absent("libmkl_sycl_blas.so.4"))


@pytest.mark.parametrize(
    ("seen", "runtime", "says"),
    [
        pytest.param(failing(absent("libsycl.so.8")), None, "(oneAPI 2025)", id="2025"),
        pytest.param(failing(absent("libsycl.so.8")), SYCL_9, "libsycl.so.9 is there", id="another year is there"),
        pytest.param(failing(absent("libintlc.so.5")), None, "libintlc.so.5", id="the compiler's runtime"),
        pytest.param(failing(absent("libmkl_intel_lp64.so.2")), None, "libmkl_intel_lp64.so.2", id="MKL"),
        pytest.param(torch("2.1.0a0+cxx11.abi", ipex=NO_MKL), None, "intel_extension_for_pytorch", id="what IPEX 2.1 needs"),
        pytest.param(failing(CLASH), None, None, id="a library that is there and is of another release"),
        pytest.param(failing(absent("libze_loader.so.1")), None, None, id="the Level Zero loader is another matter"),
        pytest.param(
            failing("OSError: [WinError 126] The specified module could not be found."), None, None, id="Windows does not tell which"
        ),
        pytest.param(torch(plain=outcome(ok=True)), None, None, id="it imports"),
    ],
)
def test_sycl_library_missing(seen, runtime, says):
    result = run("sycl-library-missing", torch=seen, runtime=runtime)
    assert [says in finding.message for finding in result.findings] == ([True] if says else [])


def test_the_missing_library_is_put_back_without_another_torch():
    (finding,) = run("sycl-library-missing", torch=failing(absent("libsycl.so.8"))).findings
    assert "torch==2.9.0 " in finding.fixes[0].commands[0]


@pytest.mark.parametrize(
    ("plain", "rules"),
    [
        pytest.param(outcome(signal="SIGSEGV"), ["torch-import-crashes"], id="it dies in the import"),
        pytest.param(outcome(timed_out=True), ["torch-import-crashes"], id="it hangs in the import"),
        pytest.param(outcome(exit_status=127), ["torch-import-crashes"], id="the import ends the process"),
        pytest.param(
            outcome(error="ModuleNotFoundError: No module named 'typing_extensions'"), ["torch-import-fails"], id="a Python error"
        ),
        pytest.param(outcome(stage="available", signal="SIGSEGV"), ["torch-xpu-fails"], id="it dies when asked for GPUs"),
        pytest.param(
            outcome(stage="count", ok=True, error="RuntimeError: UR error"), ["torch-xpu-fails"], id="an error when asked for GPUs"
        ),
        pytest.param(outcome(stage="device 0", timed_out=True), ["torch-xpu-fails"], id="it hangs at the first GPU"),
        pytest.param(outcome(stage="done", ok=True), [], id="all went well"),
        pytest.param(outcome(stage="compiled", ok=True), [], id="a torch without torch.xpu"),
        pytest.param(None, [], id="nothing was imported"),
    ],
)
def test_how_the_import_ended(plain, rules):
    every = ("torch-import-crashes", "torch-import-fails", "torch-xpu-fails")
    assert [rule for rule in every if run(rule, torch=torch(plain=plain)).findings] == rules


@pytest.mark.parametrize(
    ("ipex", "status"),
    [
        pytest.param(replace(IPEX, exit_status=127), FOUND, id="its guard ended the process"),
        pytest.param(replace(IPEX, error="AttributeError: module 'os' has no attribute 'exit'"), FOUND, id="its guard failed itself"),
        pytest.param(replace(IPEX, ok=True), CLEAR, id="it imports"),
        pytest.param(None, CLEAR, id="it is not there"),
    ],
)
def test_ipex_import_fails(ipex, status):
    assert run("ipex-import-fails", torch=torch(ipex=ipex)).status is status
