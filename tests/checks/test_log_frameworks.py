"""What a log says of the programs on top: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import gpus, installed, log, run, variables

FOUND, CLEAR = Status.FOUND, Status.CLEAR
A770, B580 = "56a0", "e20b"

LINES = [
    ("log-tensors-on-two-devices", "RuntimeError: The model is mixed with different device type", "the model is on one device"),
    (
        "log-dtype-unsupported",
        "AssertionError: For now, XPU device does not support model training with half precision.",
        "model.train()",
    ),
    ("log-dtype-unsupported", "RuntimeError: Float8 dtypes are not currently supported for XCCL reductions", "torch.float8_e4m3fn"),
    (
        "log-ipex-imported-twice",
        "ImportError: intel_extension_for_pytorch has already been automatically imported. Please avoid",
        "import ipex",
    ),
    ("log-xpu-device-not-linked", "RuntimeError: PyTorch is not linked with support for xpu devices", "PyTorch is linked"),
    ("log-ipex-llm-lacks-module", "ModuleNotFoundError: No module named 'ipex_llm.transformers.npu_model'", "No module named 'ipex'"),
    (
        "log-ipex-op-on-cpu",
        "RuntimeError: Could not run 'torch_ipex::mul_add' with arguments from the 'CPU' backend.",
        "RuntimeError: Could not run 'aten::mul' with arguments from the 'CUDA' backend.",
    ),
    (
        "log-tensors-on-two-devices",
        "RuntimeError: Expected all tensors to be on the same device, but found at least two devices, xpu:0 and cpu!",
        "all tensors are on xpu:0",
    ),
    (
        "log-ipex-lacks-operator",
        "AttributeError: '_OpNamespace' 'torch_ipex' object has no attribute 'mm_int4'",
        "AttributeError: '_OpNamespace' 'aten' object has no attribute 'mm_int4'",
    ),
    ("log-cpu-without-instructions", "ERROR! only works on machines with instruction sets equal or newer than AVX2", "AVX2: yes"),
    ("log-cpu-without-instructions", "this CPU does not have AVX2", "this CPU has AVX2"),
    ("log-cpu-without-instructions", "Exception 0xc000001d 0x0 0x0", "Exception 0xc0000005 0x0"),
    ("log-static-tls-full", "ImportError: libgomp.so.1: cannot allocate memory in static TLS block", "cannot allocate memory"),
    (
        "log-own-library-not-found",
        "./ollama: error while loading shared libraries: libmllama.so: cannot open shared object file",
        "libsycl.so.8: cannot open shared object file",
    ),
    ("log-two-ollamas", "Warning: client version is 0.5.7", "client version 0.5.7"),
    (
        "log-op-not-implemented",
        "NotImplementedError: The operator 'aten::_linalg_svd.U' is not currently implemented for the XPU device.",
        "The operator 'aten::x' is implemented",
    ),
    (
        "log-op-without-kernel",
        "NotImplementedError: Could not run 'torchvision::nms' with arguments from the 'XPU' backend.",
        "Could not run 'torchvision::nms' with arguments from the 'CUDA' backend.",
    ),
    ("guess-draft-of-equal-size", "a 13B draft for the 13B main model is slow", "a 1B draft for the 13B main model is slow"),
    (
        "log-quantization-kernel-missing",
        "MarlinLinearKernel cannot implement due to: Marlin only supported on CUDA",
        "the model is quantized with GPTQ",
    ),
    ("log-quantization-kernel-missing", "namespace `_C` lacks `ggml_dequantize`", "ggml_sycl_init: found 1 SYCL devices"),
    ("log-dtype-unsupported", "TypeError: Trying to convert Float8_e4m3fn to the XPU backend but", "float8_e4m3fn works"),
    ("log-tensors-on-two-devices", "\"LayerNormKernelImpl\" not implemented for 'Half'", "\"add_xpu\" not implemented for 'Half'"),
    (
        "log-vllm-model-unknown",
        "NotImplementedError: Mamba is not supported on XPU",
        "bf16: this GPU is not supported yet",
    ),
    ("log-model-architecture-unknown", "Error: unsupported architecture", "architecture: llama"),
    ("log-op-without-kernel", "SomeOp is not supported on XPU", "WARNING Pin memory is not supported on XPU."),
    ("log-op-falls-back", "UserWarning: Aten Op fallback from XPU to CPU happends.", "fallback"),
    (
        "log-dtype-unsupported",
        "RuntimeError: \"mul_xpu\" not implemented for 'Float8_e4m3fn'",
        "\"addmm_impl_cpu_\" not implemented for 'Half'",
    ),
    ("log-quantization-kernel-missing", "RuntimeError: GPU is required to quantize", "quantize on the GPU"),
    (
        "log-quantization-kernel-missing",
        "AttributeError: '_OpNamespace' '_C' object has no attribute 'awq_dequantize'",
        "quantization: awq",
    ),
    (
        "log-ipex-woq-tools-missing",
        "ModuleNotFoundError: No module named 'intel_extension_for_transformers'",
        "intel_extension_for_pytorch",
    ),
    ("log-vllm-kernels-missing", "ModuleNotFoundError: No module named 'vllm._C'", "import vllm"),
    (
        "log-vllm-kernels-missing",
        "ModuleNotFoundError: No module named 'vllm_xpu_kernels'",
        """WARNING Failed to import from vllm._C with ModuleNotFoundError("No module named 'vllm._C'")""",
    ),
    ("log-vllm-no-platform", "RuntimeError: Failed to infer device type", "device type: xpu"),
    (
        "log-vllm-model-unknown",
        "ValueError: Model architectures ['Qwen9ForCausalLM'] are not supported for now.",
        "Model architectures: list",
    ),
    ("log-vllm-model-unknown", "Model type <class 'transformers.models.qwen2.Qwen2'> isn't supported.", "Model type qwen2"),
    ("log-forked-after-xpu", "RuntimeError: Cannot re-initialize XPU in forked subprocess.", "forked"),
    ("log-cuda-asked-for", "AssertionError: Torch not compiled with CUDA enabled", "Torch not compiled with XPU enabled"),
    ("log-llama-without-gpu", "Available devices:", "FULL_DEVICE_NAME : Intel(R) UHD Graphics 620 (iGPU)"),
    ("log-llama-without-gpu", "whisper_backend_init_gpu: no GPU found", "whisper_backend_init_gpu: using SYCL0 backend"),
    (
        "log-llama-without-gpu",
        "warning: no usable GPU found, --gpu-layers option will be ignored",
        "load_tensors: offloaded 33/33 layers to GPU",
    ),
    (
        "log-cpu-build-named",
        'msg="Dynamic LLM libraries [cpu cpu_avx cpu_avx2 cuda_v11 rocm_v60002]", an Arc A770',
        'msg="Dynamic LLM libraries [cpu oneapi]", an Arc A770',
    ),
    (
        "log-cpu-build-named",
        "| llama 7B Q4_0 | 3.56 GiB | CPU     |       8 | pp512 |, Intel",
        "| llama 7B Q4_0 | 3.56 GiB | SYCL    |  99 | pp512 |, Intel",
    ),
    (
        "log-cpu-build-named",
        "CPU_Mapped model buffer size = 650 MiB on Intel",
        "CPU_Mapped buffer size = 650, SYCL0 buffer size = 4300 MiB on Intel",
    ),
    (
        "log-stock-ollama-path",
        "where ollama: C:\\Users\\me\\AppData\\Local\\Programs\\Ollama\\ollama.exe, ipex-llm is elsewhere",
        "where ollama: C:\\ollama-ipex-llm\\ollama.exe",
    ),
    ("log-vllm-of-index", "pip install vllm, Arc B580", "pip install vllm-xpu-kernels, Arc B580"),
    (
        "log-vllm-parts-apart",
        "vllm 0.24.0+xpu has requirement torch==2.11.0, but you have torch 2.13.0+xpu.",
        "vllm 0.24.0+xpu, torch 2.11.0+xpu",
    ),
    (
        "log-vllm-parts-apart",
        "vllm serve: error: unrecognized arguments: --device xpu",
        "prog: error: unrecognized arguments: --device xpu",
    ),
    ("log-vllm-kernels-missing", "vllm/_C.abi3.so: undefined symbol: _ZNK3c1010TensorImpl4sizeEl", "vllm/_C.abi3.so loaded"),
    ("log-vllm-for-other-torch", "vllm-xpu-kernels==0.1.6, torch==2.11.0+xpu", "vllm-xpu-kernels==0.1.6, torch==2.10.0+xpu"),
    ("log-vllm-for-other-torch", "vllm-xpu-kernels 0.1.9.1, torch 2.11.0+xpu", "vllm 0.10.0+xpu, torch 2.9.1+xpu"),
    (
        "log-vllm-newer-than-torch",
        "File /v/vllm/worker/xpu_worker.py: module 'torch.xpu' has no attribute 'mem_get_info'",
        "File /v/a.py: module 'torch.xpu' has no attribute 'mem_get_info'",
    ),
    (
        "log-model-architecture-unknown",
        "llama_model_load: error loading model: error loading model architecture: unknown model architecture: 'gemma3'",
        "general.architecture str = gemma3",
    ),
    (
        "log-ollama-context-too-long",
        'level=WARN msg="requested context size too large for model" num_ctx=131072 num_parallel=2 n_ctx_train=32768',
        "num_ctx=8192",
    ),
    ("log-kernels-compiled-first", "First warm-up: about 20 minutes; second: good", "First token: 200 ms"),
    (
        "log-ipex-dll-damaged",
        'OSError: [WinError 193] %1 is not a valid win32 application. Error loading "C:\\\\env\\\\bin\\\\intel-ext-pt-gpu.dll" or one of',
        'OSError: [WinError 126] Error loading "C:\\\\env\\\\bin\\\\intel-ext-pt-gpu.dll"',
    ),
    ("log-attention-has-no-backward", "RuntimeError: scaled_dot_product: Backward or grad to be supported.", "backward pass"),
    ("log-attention-gives-nan", "output of scaled_dot_product_attention is nan for padded rows", "nan in the loss"),
    ("log-attention-backend-forced", "RuntimeError: No available kernel. Aborting execution.", "no kernel"),
    ("log-llama-memory-query-fails", "ggml_backend_sycl: failed to get device memory size", "device memory size: 16 GiB"),
    ("log-garbage-output", "the model prints only gibberish", "collect the garbage"),
    ("log-model-not-accessible", "OSError: You are trying to access a gated repo.", "OSError: no space"),
    ("log-weights-offloaded", "Some parameters are on the meta device because they were offloaded to the cpu.", "all on xpu:0"),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), LINES, ids=[row[0] for row in LINES])
def test_a_line(rule: str, fires: str, silent: str) -> None:
    assert run(rule, log=log("first", fires)).status is FOUND
    assert run(rule, log=log("first", silent)).status is CLEAR


@pytest.mark.parametrize(
    ("rule", "lines", "status"),
    [
        pytest.param("log-ipex-llm-extra-for-other-gpu", ["pip install ipex-llm[xpu]", "Lunar Lake"], FOUND, id="xpu on Lunar Lake"),
        pytest.param("log-ipex-llm-extra-for-other-gpu", ["pip install ipex-llm[xpu_lnl]", "Lunar Lake"], CLEAR, id="its own extra"),
        pytest.param("log-ipex-llm-hangs-on-xe2", ["Lunar Lake", "it hangs", "from ipex_llm.transformers import x"], FOUND, id="a hang"),
        pytest.param("log-ipex-llm-hangs-on-xe2", ["Arc A770", "it hangs", "ipex_llm"], CLEAR, id="another GPU"),
        pytest.param("log-8bit-loading", ["model = f(load_in_8bit=True)", "RuntimeError: failed"], FOUND, id="transformers' option"),
        pytest.param(
            "log-8bit-loading", ["from ipex_llm.transformers import A", "A(load_in_4bit=True)", "error"], CLEAR, id="ipex-llm's option"
        ),
        pytest.param("log-op-without-kernel", ["FAILED test/xpu/test_a.py::b - not implemented for XPU"], CLEAR, id="a run of tests"),
        pytest.param(
            "log-cuda-asked-for", ["FAILED test/a.py::b - AssertionError: Torch not compiled with CUDA enabled"], CLEAR, id="a test"
        ),
        pytest.param(
            "log-ollama-without-gpu", ["ollama on Intel Arc", 'msg="no compatible GPUs were discovered"'], FOUND, id="the stock build"
        ),
        pytest.param(
            "log-ollama-without-gpu",
            ["curl https://ollama.com/install.sh | sh", "Arc B60", "initial_count=0"],
            FOUND,
            id="no runner for SYCL",
        ),
        pytest.param(
            "log-ollama-without-gpu",
            ["ollama-ipex-llm-2.3.0b20250415-ubuntu, Arc A770", 'msg="no compatible GPUs were discovered"'],
            CLEAR,
            id="Intel's build says it, too",
        ),
        pytest.param(
            "log-ollama-without-gpu",
            ["ollama on Intel Arc", "ggml_sycl_init: found 1 SYCL devices:", "no compatible GPUs were discovered"],
            CLEAR,
            id="Intel's build",
        ),
        pytest.param(
            "log-ollama-model-newer", ["ollama version is 0.5.4-ipexllm", "ollama run qwen3:8b", "exit status 2"], FOUND, id="older"
        ),
        pytest.param(
            "log-ollama-model-newer", ["ollama version is 0.9.3", "ipex", "ollama run qwen3:8b", "exit status 2"], CLEAR, id="newer"
        ),
        pytest.param(
            "log-ollama-model-newer", ["ollama version is 0.5.4-ipexllm", "ollama run llama3:8b", "exit status 2"], CLEAR, id="old model"
        ),
        pytest.param(
            "log-ollama-model-newer",
            ["ollama-ipex-llm-2.2.0b20250313-win", "gemma3:4b", "exit status 2"],
            FOUND,
            id="by the day of the build",
        ),
        pytest.param(
            "log-ollama-model-newer", ["ollama-ipex-llm-2.3.0b20250725-win", "gemma3:4b", "exit status 2"], CLEAR, id="a later day"
        ),
        pytest.param("log-nan-after-empty-cache", ["torch.xpu.empty_cache()", "index_add_ gives NaN"], FOUND, id="wrong afterwards"),
        pytest.param("log-nan-after-empty-cache", ["torch.xpu.empty_cache()", "fine"], CLEAR, id="right afterwards"),
        pytest.param("log-draft-as-large-as-main", ["llama-server -m a/llama-70b.gguf -md a/llama-70b.gguf"], FOUND, id="the same file"),
        pytest.param("log-draft-as-large-as-main", ["llama-server -m llama-70B-q4.gguf -md llama-1B-q4.gguf"], CLEAR, id="a small one"),
        pytest.param("log-draft-as-large-as-main", ["a 70B model as its own draft on two 24 GB cards"], FOUND, id="in words"),
        pytest.param("log-draft-as-large-as-main", ["this is a draft of the report"], CLEAR, id="another draft"),
    ],
)
def test_several_lines(rule, lines, status):
    assert run(rule, log=log(*lines)).status is status


@pytest.mark.parametrize(
    ("lines", "packages", "status"),
    [
        pytest.param([], ["intel-extension-for-pytorch==2.1.10+xpu"], FOUND, id="IPEX for GPUs in the listing"),
        pytest.param(["ipex=2.1.10+xpu"], [], FOUND, id="IPEX for GPUs in the text"),
        pytest.param([], ["intel-extension-for-pytorch==2.1.0"], CLEAR, id="IPEX for the CPU"),
    ],
)
def test_log_ipex_not_imported(lines, packages, status):
    seen = log("RuntimeError: PyTorch is not linked with support for xpu devices", *lines)
    assert run("log-ipex-not-imported", log=seen, packages=installed(*packages, complete=False)).status is status


@pytest.mark.parametrize(
    ("lines", "pci_id", "status"),
    [
        pytest.param(["intel/vllm:0.10.0-xpu"], A770, FOUND, id="Arc A"),
        pytest.param(["intel/vllm:0.10.0-xpu"], B580, CLEAR, id="Arc B"),
        pytest.param(["intel/vllm:0.9.0-xpu"], A770, CLEAR, id="the release before"),
        pytest.param(["intel/vllm:0.17.0-xpu --attention-backend TRITON_ATTN"], A770, CLEAR, id="with Triton"),
    ],
)
def test_log_vllm_without_alchemist(lines, pci_id, status):
    assert run("log-vllm-without-alchemist", log=log(*lines), devices=gpus(pci_id)).status is status


def test_log_vllm_without_alchemist_by_name():
    assert (
        run("log-vllm-without-alchemist", log=log("GPU: Intel Arc A770", "vLLM version 0.11.0"))
        .findings[0]
        .message.endswith("A770 cannot run.")
    )


@pytest.mark.parametrize(("value", "status"), [("1", FOUND), ("0", CLEAR)])
def test_sycl_optimizations_disabled(value, status):
    assert run("sycl-optimizations-disabled", environment=variables(GGML_SYCL_DISABLE_OPT=value)).status is status


@pytest.mark.parametrize(("bitsandbytes", "status"), [("0.50.1", CLEAR), ("0.42.0", FOUND)])
def test_a_new_bitsandbytes_takes_the_suspicion_away(bitsandbytes, status):
    lines = log("f(load_in_8bit=True)", "RuntimeError: failed")
    assert run("log-8bit-loading", log=lines, packages=installed(f"bitsandbytes=={bitsandbytes}", complete=False)).status is status


def test_vllm_asks_for_cuda():
    said = "AssertionError: Torch not compiled with CUDA enabled"
    assert run("log-vllm-of-cuda", log=log('  File "/v/vllm/worker/worker.py", line 118', said)).status is FOUND
    assert run("log-vllm-of-cuda", log=log('  File "/v/train.py", line 118', said)).status is CLEAR


@pytest.mark.parametrize(
    ("rule", "fires", "silent"),
    [
        (
            "log-ipex-llm-extra-of-one-family",
            ["pip install ipex-llm[xpu-lnl]", "ERROR: No matching distribution"],
            ["ipex-llm[xpu-2-6]", "ERROR"],
        ),
        ("log-ipex-llm-cpp-tools-missing", ["init-ollama: command not found"], ["ollama: command not found"]),
        (
            "log-ipex-llm-cpp-tools-missing",
            ["pip install ipex-llm[xpu-2-6]", "init-ollama: command not found"],
            ["pip install --pre ipex-llm[cpp]", "init-ollama: command not found"],
        ),
        ("log-ipex-llm-extra-without-xpu", ["ipex-llm[npu]", "module 'torch' has no attribute 'xpu'"], ["ipex-llm[npu]"]),
        ("log-ipex-llm-extra-beyond-igpu", ["ipex-llm[xpu_2.6]", "Iris Xe"], ["ipex-llm[xpu_2.6]", "Arc A770"]),
        ("log-ipex-llm-extra-for-other-gpu", ["[xpu-2-1] on B570"], ["[xpu-2-1] on A770"]),
    ],
)
def test_extras_of_ipex_llm(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is FOUND
    assert run(rule, log=log(*silent)).status is CLEAR
