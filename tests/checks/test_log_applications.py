"""What a log says of applications: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
ARC = "Intel Arc A770"
SYSMAN = "ext_intel_free_memory is not supported (export/set ZES_ENABLE_SYSMAN=1 to support), use total memory as free memory"

ROWS = [
    (
        "ollama-vulkan-off",
        ['msg="experimental Vulkan support disabled.  To enable, set OLLAMA_VULKAN=1"'],
        ["OLLAMA_VULKAN=1 ollama serve: the GPU is used"],
    ),
    (
        "stock-ollama-image",
        ["image: ollama/ollama:latest", "OLLAMA_INTEL_GPU: 1", ARC],
        ["docker run --device /dev/dri -e OLLAMA_VULKAN=1 ollama/ollama", ARC, "library=cpu"],
    ),
    (
        "stock-ollama-image",
        ["curl -fsSL https://ollama.com/install.sh | sh", "No NVIDIA/AMD GPU detected", ARC],
        ["image: ollama/ollama", ARC],
    ),
    ("stock-ollama-image", ["ghcr.io/open-webui/open-webui:ollama does not use the Arc A380"], ["image: mattcurf/ollama-intel-gpu", ARC]),
    (
        "ollama-without-vulkan-files",
        ["OLLAMA_VULKAN:true", "-rwxr-xr-x 1 root root 587216 Nov 13 22:00 libggml-cpu-x64.so"],
        [
            "OLLAMA_VULKAN:true",
            "-rwxr-xr-x 1 root root 587216 Nov 13 22:00 libggml-cpu-x64.so",
            "drwxr-xr-x 2 root root 4096 Nov 13 22:14 vulkan",
        ],
    ),
    (
        "other-ollama-answers",
        ["ipex-llm is set up, only the cpu is used", 'msg="Listening on 127.0.0.1:11434 (version 0.6.5)"'],
        ["ipex-llm is set up, only the cpu is used", 'msg="Listening on 127.0.0.1:11434 (version 0.6.2)"'],
    ),
    ("guess-build-without-intel", ["ollama 0.5.7 only uses the CPU, not my Arc B580"], ["ollama 0.5.7 uses the Arc B580"]),
    (
        "guess-build-without-intel",
        ["Arc B580, 从 ollama 官网下载的, 只用CPU"],
        ["ollama falls back to the CPU", ARC, "ggml_sycl_init: found 1 SYCL devices:"],
    ),
    ("guess-build-without-intel", ["llama-cpp-python", "BLAS = 0", ARC], ["llama-cpp-python", "BLAS = 1", ARC]),
    (
        "guess-build-without-intel",
        ["LM Studio with an Arc A750, runtime CPU llama.cpp"],
        ["llama-bench on Arc", "load_backend: loaded CPU backend from ggml-cpu-haswell.dll"],
    ),
    ("gpt4all-leaves-intel-out", ["GPT4All does not list my Arc A770"], ["GPT4All runs on my RTX 3060, not listed: nothing"]),
    (
        "application-refuses-gpu",
        ["[ai-backend] Set up of service failed: requirements-unknown.txt does not exist"],
        ["[ai-backend] requirements-arc.txt installed"],
    ),
    (
        "application-refuses-gpu",
        ["AI Playground says: does not meet the minimum requirement, Intel Arc GPU"],
        ["the minimum requirements of vLLM are met"],
    ),
    (
        "vulkan-refuses-gpu",
        ["ggml_vulkan: device Vulkan0 does not support 16-bit storage."],
        ["ggml_vulkan: 0 = Intel(R) Arc(TM) A770 Graphics | fp16: 1"],
    ),
    (
        "software-renderer-used",
        ["ggml_vulkan: 0 = llvmpipe (LLVM 17.0.6, 256 bits)"],
        ["ggml_vulkan: 0 = Intel(R) Arc(TM) A770 Graphics", "ggml_vulkan: 1 = llvmpipe"],
    ),
    ("application-on-cpu", ["Device: cpu", ARC], ["Device: xpu:0 (Intel(R) Arc(TM) A770)"]),
    ("application-on-cpu", ["[InvokeAI]::INFO --> Using torch device: CPU", ARC], ["python main.py --cpu", "Device: cpu", ARC]),
    ("other-ollama-answers", ["ipex-llm's ollama -v says 0.9.0", "still on CPU"], ["ipex-llm's ollama -v says 0.9.3", "still on CPU"]),
    ("model-split-with-cpu", ["qwen2.5:14b  845dbda0ea48  12 GB  38%/62% CPU/GPU  4 minutes from now"], ["qwen2.5:7b  6.0 GB  100% GPU"]),
    ("model-split-with-cpu", ["load_tensors: offloaded 20/81 layers to GPU"], ["load_tensors: offloaded 32/33 layers to GPU"]),
    ("guess-openvino-on-cpu", ["Request to use GPU in openvino model"], ["openvino 2025.2, device GPU, 40 t/s"]),
    (
        "vulkan-job-too-long",
        ["vk::Queue::submit: ErrorDeviceLost", "long prompts end so, short ones are fine"],
        ["vk::Queue::submit: ErrorDeviceLost", "Arc B580"],
    ),
    (
        "weights-not-written",
        ["  in function ggml_backend_sycl_buffer_set_tensor at ggml-sycl.cpp:432"],
        ["  in function ggml_sycl_op_mul_mat at ggml-sycl.cpp:3212"],
    ),
    ("intel-ollama-stands-still", ["ollama version 0.9.3, why isn't it updated?"], ["ipex-llm's ollama, latest version, crashes"]),
    ("intel-ollama-stands-still", ["ipex-llm ollama 什么时候更新?"], ["ollama 0.20.2 is outdated on Debian"]),
    ("intel-ollama-stands-still", ["unraid ollama-intel-gpu is stuck at 0.5.x"], ["ipex-llm ollama 0.9.3 is stuck while it loads"]),
    (
        "render-node-not-in-container",
        ["inside of the container ls /dev/dri -> No such file or directory"],
        ["inside of the container ls /dev/dri shows renderD128"],
    ),
    (
        "render-node-not-in-container",
        ['docker: Error response: could not select device driver "" with capabilities: [[gpu]].'],
        ["docker run --device /dev/dri IMAGE"],
    ),
    ("sysman-not-enabled", [SYSMAN], ["aspect ext_intel_free_memory is not supported"]),
    ("free-memory-not-told", ["aspect ext_intel_free_memory is not supported"], [SYSMAN]),
    ("guess-variable-not-set", ["the guide has OLLAMA_NUM_GPU=999, I hadn't set that"], ["OLLAMA_NUM_GPU=999 is set"]),
    ("guess-variable-not-set", ["it says: please set DEVICE"], ["set DEVICE=GPU"]),
    ("guess-igpu-takes-the-work", ["I can't get it to select the Arc"], ["the Arc is used"]),
    ("guess-igpu-takes-the-work", ["双显卡, 总是跑在核显上"], ["独显 A770, 一切正常"]),
    ("guess-old-graphics", ["can I run ollama on HD Graphics 530?"], ["i3-10100 and an Arc B580, which is not found"]),
    ("log-model-architecture-unknown", ["tensor 'blk.0.ffn_down' has invalid ggml type 39 (NONE)"], ["type q4_K: 193 tensors"]),
    ("log-model-architecture-unknown", ["Error: unsupported architecture"], ["architecture qwen2"]),
    ("buffer-limit-said", ["ggml_vulkan: Requested buffer size exceeds device memory allocation limit"], ["ErrorOutOfDeviceMemory"]),
    ("host-out-of-memory", ["Memory cgroup out of memory: Killed process 812 (llama-server)"], ["XPU out of memory"]),
    ("killed-on-small-host", ["exited with code 137", "memory limit 8g"], ["exited with code 1", "memory limit 8g"]),
    (
        "selector-leaves-no-level-zero",
        ["ONEAPI_DEVICE_SELECTOR=level_zero:1 ./llama-cli", "No device of requested type available"],
        ["ONEAPI_DEVICE_SELECTOR=level_zero:0 ./llama-cli", "No device of requested type available"],
    ),
    ("render-node-not-in-container", ["docker exec vllm ls /dev/dri: No such file"], ["docker exec vllm ls /dev/dri: card0 renderD128"]),
    ("render-node-not-in-container", ["it works only with --privileged"], ["it runs with --privileged"]),
    ("guess-build-without-intel", ["the built-in ollama doesn't use Intel Arc 140V"], ["the built-in ollama uses Intel Arc 140V"]),
    ("guess-igpu-takes-the-work", ["Arc B580 and Radeon. It loads to Radeon."], ["Arc B580 and Radeon. It loads to the Arc."]),
    ("guess-variable-not-set", ["I didn't know I need OLLAMA_VULKAN=1"], ["OLLAMA_VULKAN=1 ollama serve"]),
    ("host-out-of-memory", ["container OOMKilled"], ["container exited"]),
    ("llama-buffer-refused", ["vk::OutOfDeviceMemoryError what(): vk::Device::allocateMemory"], ["vk::DeviceLostError"]),
    ("guess-application-release", ["Ai playground not detecting the Arc B570"], ["AI Playground runs well"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS, ids=[f"{rule} {fires[0][:30]}" for rule, fires, _ in ROWS])
def test_application(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is FOUND
    assert run(rule, log=log(*silent)).status is CLEAR
