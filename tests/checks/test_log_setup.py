"""The rules of log_setup.toml: words by which each fires, as people write them, and words at which it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

UNMET = "The following packages have unmet dependencies:"
SOURCED = "source /opt/intel/oneapi/setvars.sh"

# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    ("driver-packages-clash", [UNMET, " intel-opencl-icd : Depends: libigc1 (>= 1.0.12812) but it is not installable"], [UNMET, " steam"]),
    (
        "driver-packages-clash",
        [" trying to overwrite '/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1', which is also in package intel-level-zero-gpu 1.3"],
        ["Unpacking intel-level-zero-gpu (1.3.30049.10-950~24.04) ..."],
    ),
    (
        "driver-packages-clash",
        ["The following packages will be REMOVED:", "  intel-level-zero-gpu-legacy1 intel-opencl-icd-legacy1"],
        ["The following NEW packages will be installed:", "  intel-opencl-icd"],
    ),
    (
        "driver-repository-refused",
        ["W: GPG error: https://repositories.intel.com/gpu/ubuntu jammy InRelease: NO_PUBKEY 28DA432DAAC8BAEA"],
        ["Get:1 https://repositories.intel.com/gpu/ubuntu jammy InRelease [24.3 kB]"],
    ),
    ("windows-basic-adapter", ["3D Video Controller, no driver"], ["3D Video Controller", "32.0.101.6737"]),
    ("oneapi-not-found-by-build", ["icx: command not found"], ["icx: command not found", SOURCED]),
    (
        "oneapi-not-found-by-build",
        ["Didn't detect mkl root. Please source <oneapi_dir>/mkl/<version>/env/vars.sh"],
        ["mkl root: /opt/intel"],
    ),
    ("oneapi-not-found-by-build", ["Ensure SYCLToolkit is found before building torch-xpu-ops."], ["-- SYCLToolkit is found"]),
    ("driver-repository-refused", ["E: Unable to locate package intel-level-zero-gpu"], ["E: Unable to locate package libfoo"]),
    (
        "container-asked-for-nvidia",
        ["docker run --gpus all intel/vllm", 'could not select device driver "" with capabilities: [[gpu]].'],
        ["GPU: GeForce", "docker run --gpus all intel/vllm"],
    ),
    ("container-asked-for-nvidia", ["unresolvable CDI devices nvidia.com/gpu=all", "Arc A770"], ["worker --device xpu --gpus 1"]),
    ("compat-pack-answers", ["Platform: OpenCLOn12, Arc A770", "it fails"], ["Platform: OpenCLOn12, Arc A770"]),
    (
        "compat-pack-answers",
        ["[opencl:gpu][opencl:0] OpenCLOn12, Intel(R) Iris(R) Xe"],
        ["[level_zero:gpu][level_zero:0] Arc", "[opencl:gpu] OpenCLOn12"],
    ),
    ("compat-pack-answers", ["clinfo lists OpenCLOn12 and nothing else"], ["clinfo lists Intel(R) OpenCL Graphics and nothing else"]),
    ("driver-said-too-old", ["Your GPU driver (31.0.101.4502) is too old"], ["Is my GPU driver too old?"]),
    ("driver-said-too-old", ["升级驱动后就好了"], ["The NVIDIA driver on your system is too old"]),
    ("works-without-variable", ["SYCL_CACHE_PERSISTENT=1 makes llama.cpp hang; unset and it is ok"], ["SYCL_CACHE_PERSISTENT=1 is set"]),
    ("works-without-variable", ["UR_L0_USE_COPY_ENGINE causes a hang"], ["CCL_ALLREDUCE=ring makes it pass"]),
    ("works-without-variable", ["without ZE_AFFINITY_MASK it works"], ["without ZE_AFFINITY_MASK it fails"]),
    ("harmful-variable-set", ["export NEOReadDebugKeys=1", "it is slow"], ["export NEOReadDebugKeys=1"]),
    (
        "harmful-variable-set",
        ['set ONEAPI_DEVICE_SELECTOR="level_zero:0"', "invalid backend"],
        ["set ONEAPI_DEVICE_SELECTOR=level_zero:0", "invalid"],
    ),
    ("variable-said-to-help", ["UR_L0_ENABLE_RELAXED_ALLOCATION_LIMITS=1 helps"], ["UR_L0_ENABLE_RELAXED_ALLOCATION_LIMITS=1"]),
    ("variable-said-to-help", ["it only uses the CPU until OLLAMA_NUM_GPU=999 is set"], ["ollama with IQ3_XXS on CPU"]),
    ("variable-said-to-help", ["setting CCL_ATL_TRANSPORT=ofi helped"], ["# CONFIG_DRM_XE is not set"]),
    ("works-without-variable", ["unset SYCL_CACHE_PERSISTENT -> normal text"], ["unset SYCL_CACHE_PERSISTENT -> same"]),
    (
        "sourced-oneapi-hides-gpu",
        ["oneAPI 2025.1 is sourced: no GPU", "new shell fine"],
        ["oneAPI 2025.1 is sourced: no GPU", "new shell too"],
    ),
    ("choice-of-gpu-asked", ["how to force ollama to my second card, the arc?"], ["how to choose the newest oneAPI?"]),
    ("choice-of-gpu-asked", ["ComfyUI picks xpu:0 which is Intel(R) UHD Graphics 770"], ["xpu:0 is Intel(R) Arc(TM) A770"]),
    ("choice-of-gpu-asked", ["ollama 只用核显,独显占用率为0"], ["独显 A770"]),
    ("oneapi-twice", [SOURCED, "mkl-dpcpp 2024.0.0", "./ollama: Segmentation fault"], [SOURCED, "./ollama: Segmentation fault"]),
    ("oneapi-twice", [SOURCED, "onemkl-sycl-blas 2024.0.0", "SYCL error"], [SOURCED, "onemkl-sycl-blas 2024.0.0"]),
    ("sourced-oneapi-hides-gpu", [SOURCED, "ImportError: libtorch_xpu.so", "works in a new shell"], [SOURCED, "it works"]),
    ("oneapi-not-found-by-build", ["CMake Error: IntelSYCL_DIR not found"], [SOURCED, "CMake Error: IntelSYCL_DIR not found"]),
    ("kernel-not-in-binary", ["No kernel named _ZTSZZL17rms_norm was found -46"], ["No kernel named here"]),
    ("oneapi-of-other-release-said", ["built with 2025.0, and oneapi is 2025.2 now"], ["built with 2025.0"]),
    ("oneapi-of-other-release-said", ["entry point urX could not be located in sycl8.dll"], ["entry point of the program"]),
    ("kernel-module-refused", ["GRUB has modprobe.blacklist=xe"], ["GRUB has quiet"]),
    ("kernel-module-refused", ["i915-dkms: Error! Bad return status for module build on kernel: 6.8"], ["i915-dkms: installed"]),
    ("cache-removed-helps", ["Deleted ~/.cache/neo_compiler_cache and now it starts"], ["~/.cache/neo_compiler_cache is 2 GB"]),
    ("works-as-root-only", ["chmod 666 /dev/dri/renderD128 makes it work"], ["ls -l /dev/dri/renderD128"]),
    (
        "driver-taken-back",
        ["B580 black images with 32.0.101.6734. Reverting to 6647 helps"],
        ["Arc driver 32.0.101.6734, all is well"],
    ),
    ("guess-driver-fault-reported", ["zeMemGetAllocProperties leaks memory"], ["zeMemGetAllocProperties returns the size"]),
    (
        "windows-basic-adapter",
        ["Device Manager lists Microsoft Basic Display Adapter"],
        ["Microsoft Basic Display Adapter", "driver 32.0.101.8331"],
    ),
    (
        "oneapi-dll-before-wheel",
        [r"PATH=C:\Intel\oneAPI\compiler\latest\bin", 'WinError 127 Error loading "c10_xpu.dll"'],
        ['WinError 127 Error loading "c10_xpu.dll"'],
    ),
    ("container-asked-for-nvidia", ["            - driver: nvidia", "ipex-llm"], ["            - driver: i915", "ipex-llm"]),
    ("swarm-ignores-devices", ["Ignoring unsupported options: devices, privileged"], ["Ignoring unsupported options: restart"]),
    ("node-mounted-but-not-allowed", ["cat: /dev/dri/renderD128: Operation not permitted"], ["/dev/dri/renderD128: Permission denied"]),
    ("pod-without-gpu-resource", ["0/1 nodes are available: 1 Insufficient gpu.intel.com/i915."], ["gpu.intel.com/i915: 1"]),
    ("pod-without-gpu-resource", ["the limits of the pod: cpu and memory only"], ["limits: gpu.intel.com/xe: 1"]),
    ("pod-without-gpu-resource", ["the pod has no gpu limits"], ["there are no GPU resources on this machine"]),
    (
        "only-card-node-passed",
        ["docker run --device=/dev/dri/card0 image"],
        ["docker run --device=/dev/dri/card0 --device /dev/dri/renderD128 image"],
    ),
    ("gpu-unknown-to-program", ["detected intel hardware unknown"], ["detected intel hardware arc"]),
    (
        "gpu-unknown-to-program",
        ["device 0x56a0 is not supported"],
        ["error loading model architecture: unknown model architecture: 'phi3'"],
    ),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS, ids=[f"{rule}-{number}" for number, (rule, _, _) in enumerate(ROWS)])
def test_words(rule: str, fires: list[str], silent: list[str]) -> None:
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR
