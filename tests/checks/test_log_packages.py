"""What a log says of packages: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.testing import gpus, installed, log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR

# A rule, a line as the tool prints it, and a line of the same kind that is something else.
LINES = [
    ("torch-half-there", "ModuleNotFoundError: No module named 'torch._C'", "ModuleNotFoundError: No module named 'torch._C._distributed'"),
    (
        "log-ipex-without-gpu-part",
        "Device [xpu] is not avaliable in your IPEX package, need to re-install IPEX with [xpu] support, exiting...",
        "Device [xpu] is available",
    ),
    (
        "log-tokenizer-library-missing",
        "ValueError: Couldn't instantiate the backend tokenizer from one of:",
        "the backend tokenizer is ready",
    ),
    (
        "log-torch-without-xpu",
        "AssertionError: Torch not compiled with XPU enabled",
        "AssertionError: Torch not compiled with CUDA enabled",
    ),
    (
        "log-torch-without-xpu",
        "AttributeError: module 'torch' has no attribute 'xpu'",
        "AttributeError: module 'torch' has no attribute 'xpu_like'",
    ),
    (
        "log-ipex-guard",
        "ERROR! Intel® Extension for PyTorch* needs to work with PyTorch 2.5.*, but PyTorch 2.6.0+xpu is found. Please switch",
        "Intel® Extension for PyTorch* works with PyTorch 2.5",
    ),
    (
        "log-ipex-undefined-symbol",
        "ImportError: /env/intel_extension_for_pytorch/lib/libintel-ext-pt-gpu.so: undefined symbol: _ZN2at4copyE",
        "ImportError: /env/lib/libsycl.so.8: undefined symbol: urDeviceWaitExp",
    ),
    (
        "log-ipex-abi-wrong",
        "ImportError: libintel-ext-pt-gpu.so: undefined symbol: _ZNK5torch8autograd4Node4nameB5cxx11Ev",
        "ImportError: libx.so: undefined symbol: _ZN3c106detailE",
    ),
    (
        "log-undefined-torch-symbol",
        "ImportError: flash.so: undefined symbol: _ZN3c105ErrorC2ENS_14SourceLocationESs",
        "ImportError: libmkl.so: undefined symbol: mkl_sparse_x",
    ),
    (
        "log-ipex-llm-core-unlinked",
        "ImportError: /env/xe_linear.cpython-311-x86_64-linux-gnu.so: undefined symbol: _ZN3xpu21get_queue_from_streamEN3c106StreamE",
        "import xe_linear",
    ),
    ("log-ipex-llm-core-missing", "ModuleNotFoundError: No module named 'xe_addons'", "ModuleNotFoundError: No module named 'linear'"),
    (
        "log-ipex-llm-halves-differ",
        "AttributeError: module 'xe_linear' has no attribute 'moe_forward_vec'. Did you mean: 'linear_forward_vec'?",
        "AttributeError: module 'linear' has no attribute 'forward'",
    ),
    (
        "log-backend-autoload-fails",
        "RuntimeError: Failed to load the backend extension: intel_extension_for_pytorch. You can disable extension auto-loading",
        "RuntimeError: Failed to load the extension",
    ),
    (
        "log-ipex-without-gpu-part",
        "AttributeError: module 'intel_extension_for_pytorch' has no attribute 'xpu'",
        "AttributeError: module 'intel_extension_for_pytorch' has no attribute 'llm'",
    ),
    (
        "log-index-refuses",
        "ERROR: HTTP error 403 while getting https://example.intel.com/ipex_stable/xpu/torch-2.3.1.post0%2Bcxx11.abi.whl",
        "Downloading https://example.intel.com/torch.whl (403 kB)",
    ),
    ("log-python-too-new", "ModuleNotFoundError: No module named 'distutils'", "ModuleNotFoundError: No module named 'distro'"),
    (
        "log-resolver-conflict",
        "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/",
        "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed.",
    ),
    (
        "log-xpu-triton-unresolved",
        "Because there is no version of pytorch-triton-xpu==3.2.0 and torch==2.6.0+xpu depends on it",
        "Successfully installed pytorch-triton-xpu-3.2.0",
    ),
    (
        "log-transformers-names-its-need",
        "ImportError: tokenizers>=0.14,<0.19 is required for a normal functioning of this module, but found tokenizers==0.20.0.",
        "tokenizers==0.20.0",
    ),
    (
        "log-transformers-patched-call",
        "TypeError: llama_model_forward_4_36() got an unexpected keyword argument 'cache_position'",
        "TypeError: main() got an unexpected keyword argument 'x'",
    ),
    (
        "log-transformers-name-gone",
        "ImportError: cannot import name 'SampleOutput' from 'transformers.generation.utils' (/env/transformers/generation/utils.py)",
        "ImportError: cannot import name 'x' from 'mypackage'",
    ),
    ("log-transformers-cache-changed", "AttributeError: 'DynamicCache' object has no attribute 'seen_tokens'", "'Cache' is empty"),
    (
        "log-transformers-too-old",
        "ValueError: The checkpoint you are trying to load has model type `qwen3` but Transformers does not recognize this architecture.",
        "KeyError: 'input_ids'",
    ),
    ("log-model-class-unknown", "RuntimeError: The size of tensor a (33) must match the size of tensor b (17)", "the size of tensor a"),
    (
        "log-stream-generator-too-old",
        "ImportError: packages that were not found in your environment: transformers_stream_generator",
        "ImportError: packages that were not found in your environment: einops",
    ),
    (
        "log-modeling-file-package",
        "This modeling file requires the following packages that were not found in your environment: einops. Run `pip install einops`",
        "This modeling file requires a package",
    ),
    (
        "log-protobuf-missing",
        "T5Converter requires the protobuf library but it was not found in your environment. Checkout the instructions",
        "protobuf 4.25.3",
    ),
    ("log-protobuf-generated-code", "TypeError: Descriptors cannot not be created directly.", "TypeError: descriptors are missing"),
    ("log-tokenizer-library-missing", "LlamaTokenizer requires the SentencePiece library but it was not found", "sentencepiece 0.2.0"),
    ("log-module-missing", "ModuleNotFoundError: No module named 'einops'", "warning: failed due to: No module named 'transformers'."),
    (
        "log-module-moved",
        "ImportError: cannot import name 'cached_download' from 'huggingface_hub' (x.py)",
        "ImportError: cannot import name 'a' from 'b'",
    ),
    ("log-setuptools-too-new", "ImportError: cannot import name 'packaging' from 'pkg_resources'", "import pkg_resources"),
    ("log-mpmath-too-new", "AttributeError: module 'mpmath' has no attribute 'rational'", "mpmath 1.3.0"),
    ("log-numpy-2", "A module that was compiled using NumPy 1.x cannot be run in", "numpy 2.1.2"),
    ("log-numpy-unusable", "RuntimeError: Numpy is not available", "numpy is available"),
    ("log-triton-not-intel", "ImportError: DLL load failed while importing libtriton", "triton found"),
    (
        "log-triton-not-intel",
        "ImportError: cannot import name 'intel' from 'triton._C.libtriton'",
        "ImportError: cannot import name 'intel' from 'x'",
    ),
    ("log-torchvision-wrong-build", "RuntimeError: operator torchvision::nms does not exist", "torchvision 0.21.0+xpu"),
    (
        "log-torchvision-undefined-symbol",
        "Failed to load image Python extension: '/env/torchvision/image.so: undefined symbol: _ZN5torch3jit17parseSchemaOrNameE'",
        "Failed to load image Python extension: Could not find module image.pyd",
    ),
    (
        "log-bitsandbytes-without-xpu",
        "UserWarning: The installed version of bitsandbytes was compiled without GPU support. 8-bit optimizers are unavailable.",
        "bitsandbytes 0.50.1",
    ),
    (
        "log-bitsandbytes-other-oneapi",
        "OSError: libsycl.so.8: cannot open shared object file (required by /env/bitsandbytes/libbitsandbytes_xpu.so)",
        "OSError: libsycl.so.8: cannot open shared object file",
    ),
    (
        "extension-of-other-torch",
        "WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for:",
        "ImportError: /env/site-packages/torch/lib/libtorch_xpu.so: undefined symbol: urX",
    ),
    (
        "extension-of-other-torch",
        "ImportError: /env/site-packages/torchao/_C.abi3.so: undefined symbol: torch_call_dispatcher",
        "torchao 0.15",
    ),
    (
        "log-ipex-procedure-missing",
        'OSError: [WinError 127] procedure not found. Error loading "C:\\v\\intel_extension_for_pytorch\\bin\\intel-ext-pt-gpu.dll"',
        'OSError: [WinError 127] procedure not found. Error loading "C:\\v\\torch\\lib\\c10.dll"',
    ),
    ("ipex-asked-for", "ModuleNotFoundError: No module named 'intel_extension_for_pytorch'", "import intel_extension_for_pytorch"),
    ("ipex-asked-for", "Is there an IPEX release for PyTorch 2.10?", "IPEX 2.8.10 for PyTorch 2.8"),
    (
        "library-call-changed",
        "TypeError: Accelerator.__init__() got an unexpected keyword argument 'dispatch_batches'",
        "TypeError: Model.__init__() got an unexpected keyword argument 'x'",
    ),
    ("log-torch-without-xpu", "Could not run 'aten::empty.memory_format' with arguments from the 'XPU' backend.", "aten::empty"),
    ("log-torch-lacks-name", "Disabling PyTorch because PyTorch >= 2.4 is required but found 2.1.0a0", "PyTorch >= 2.4 was found"),
    ("log-protobuf-missing", "UnboundLocalError: cannot access local variable 'sentencepiece_model_pb2' where it is not", "a_pb2"),
    ("log-tokenizer-library-missing", "ImportError: libGL.so.1: cannot open shared object file", "libGL.so.1 => /usr/lib/libGL.so.1"),
    ("log-module-missing", "提示 No module named 'fastchat'", "fastchat 0.2"),
    ("log-numpy-2", "AttributeError: `np.Inf` was removed in the NumPy 2.0 release.", "numpy 2.0"),
    ("log-triton-not-intel", "the wheels depend on `triton` and `pytorch-triton-xpu`", "pytorch-triton-xpu 3.2.0"),
    ("disk-out-of-room", "write /var/lib/docker/tmp/x: no space left on device", "space left: 40 GB"),
    ("host-compiler-missing", "error: command 'cl.exe' failed: None", "cl.exe found"),
    ("log-conda-and-pip", "ClobberError: the package 'conda-forge::libtorch' has the path site-packages/torch", "conda list"),
    ("log-oneccl-unfit", "RuntimeError: No backend type associated with device type xpu", "backend type: xccl"),
    ("log-mkl-too-new", "ImportError: libtorch_cpu.so: undefined symbol: iJIT_NotifyEvent", "iJIT_NotifyEvent"),
    ("log-conda-and-pip", "OMP: Error #15: Initializing libiomp5md.dll, but found libiomp5md.dll already initialized.", "OMP: Info"),
    ("log-flash-attn-cuda-only", "ModuleNotFoundError: No module named 'flash_attn'", "ModuleNotFoundError: No module named 'flash'"),
    ("log-leftover-distribution", "WARNING: Ignoring invalid distribution ~orch (c:\\env)", "torch 2.9.0+xpu"),
    ("log-trainer-sees-no-gpu", "ValueError: fp16 mixed precision requires a GPU (not 'xpu').", "mixed precision: fp16"),
    (
        "log-torch-lacks-name",
        "AttributeError: module 'torch.compiler' has no attribute 'is_compiling'",
        "AttributeError: module 'torch' has no attribute 'xpu'",
    ),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), LINES, ids=[f"{row[0]}-{number}" for number, row in enumerate(LINES)])
def test_a_line(rule: str, fires: str, silent: str) -> None:
    assert run(rule, log=log("first", fires)).status is FOUND
    assert run(rule, log=log("first", silent)).status is CLEAR


@pytest.mark.parametrize(
    ("lines", "packages", "status"),
    [
        pytest.param(["GPU: Intel Arc A770"], ["torch==2.6.0+cpu"], FOUND, id="the CPU wheel and an Arc"),
        pytest.param(["device = 'xpu'"], ["torch==2.9.0+cu128"], FOUND, id="the CUDA wheel and xpu in the code"),
        pytest.param(["torch.xpu.is_available() = False"], ["torch==2.7.0+cu126"], CLEAR, id="the module torch.xpu alone"),
        pytest.param(["Intel Arc A770", "nvidia-cublas-cu12 12.8"], ["torch==2.8.0"], FOUND, id="the public build and CUDA's wheels"),
        pytest.param(["Intel Arc A770", "nvidia-cublas-cu12 12.8"], ["torch==2.1.0a0+cxx11.abi"], CLEAR, id="Intel's build beside them"),
        pytest.param(["Arc B60", "RuntimeError: No CUDA GPUs are available"], [], FOUND, id="the CUDA build without a GPU"),
        pytest.param(["Arc B60", "RuntimeError: Found no NVIDIA driver on your system."], [], FOUND, id="what the CUDA build says"),
        pytest.param(["GPU: Intel Arc A770", "pytorch version: 2.6.0+cu124"], [], FOUND, id="as ComfyUI names it"),
        pytest.param(["GPU: Intel Arc A770", "It wants PyTorch 2.6.0+cu124."], [], CLEAR, id="one that is asked for"),
        pytest.param(["Arc A770", "torch.__version__ 是 2.7.1+cpu"], [], FOUND, id="in Chinese"),
        pytest.param(["Arc 140V", "pytorch   2.5.1   py3.11_cpu_0    pytorch"], [], FOUND, id="a list of conda"),
        pytest.param(["Arc 140V", "pytorch   2.5.1   py3.11_xpu_0"], [], CLEAR, id="conda's XPU build"),
        pytest.param(["a B580", "torch 2.5.1+cpu"], [], FOUND, id="a card without its family's name"),
        pytest.param(["GPU: Intel Arc A770", "Build settings: CUDA_VERSION=12.1"], [], FOUND, id="the build settings"),
        pytest.param(["GPU: Intel Arc A770", "torch version: 2.6.0+cu124"], [], FOUND, id="a log names it"),
        pytest.param(["GPU: Intel Arc A770"], ["torch==2.6.0+xpu"], CLEAR, id="the XPU wheel"),
        pytest.param(["GPU: Intel Arc A770"], ["torch==2.1.0a0+cxx11.abi"], CLEAR, id="Intel's own build"),
        pytest.param(["GPU: NVIDIA GeForce RTX 3090, and an Intel Arc"], ["torch==2.6.0+cu124"], CLEAR, id="an NVIDIA card"),
        pytest.param(["nothing of Intel"], ["torch==2.6.0+cpu"], CLEAR, id="no GPU is meant"),
        pytest.param(["ollama on Intel Arc"], ["torch==2.6.0+cpu", "bigdl-core-cpp==2.6.0"], CLEAR, id="ipex-llm for llama.cpp"),
    ],
)
def test_log_torch_for_other_gpu(lines, packages, status):
    assert run("log-torch-for-other-gpu", log=log(*lines), packages=installed(*packages, complete=False)).status is status


def test_log_torch_for_other_gpu_by_the_device():
    seen = run("log-torch-for-other-gpu", log=log("x"), packages=installed("torch==2.6.0+cpu", complete=False), devices=gpus("56a0"))
    assert seen.status is FOUND


UNFOUND = "ERROR: Could not find a version that satisfies the requirement {} (from versions: {})"
XPU_INDEX = "Looking in indexes: https://download.pytorch.org/whl/xpu"


@pytest.mark.parametrize(
    ("rule", "lines", "status"),
    [
        pytest.param(
            "log-wheel-not-in-index", [XPU_INDEX, UNFOUND.format("torch==2.6.9+xpu", "2.6.0+xpu")], FOUND, id="a version never made"
        ),
        pytest.param("log-wheel-not-in-index", [UNFOUND.format("torch==2.6.0+xpu", "2.6.0")], CLEAR, id="the other index"),
        pytest.param("log-index-not-asked", [UNFOUND.format("torch==2.6.0+xpu", "2.6.0")], FOUND, id="the public index only"),
        pytest.param("log-index-not-asked", [XPU_INDEX, UNFOUND.format("torch==2.6.0+xpu", "2.6.0")], CLEAR, id="the xpu index"),
        pytest.param("log-index-not-asked", [UNFOUND.format("leftpad", "none")], CLEAR, id="none of the stack"),
        pytest.param("log-python-without-wheel", ["Python 3.15.0", UNFOUND.format("torch", "none")], FOUND, id="a Python without wheels"),
        pytest.param("log-python-without-wheel", ["Python 3.11.9", UNFOUND.format("torch", "none")], CLEAR, id="a Python with wheels"),
        pytest.param(
            "log-python-without-wheel",
            ["Python 3.12.1", UNFOUND.format("intel-extension-for-pytorch==2.1.10+xpu", "none")],
            FOUND,
            id="an IPEX that ended at 3.11",
        ),
        pytest.param(
            "log-python-without-wheel",
            ["-f https://developer.intel.com/ipex-whl-stable-xpu", UNFOUND.format("torch==1.13.0a0", "2.0.0, 2.0.1")],
            FOUND,
            id="the index was asked and gave nothing",
        ),
        pytest.param(
            "log-python-without-wheel",
            ["-f https://developer.intel.com/ipex-whl-stable-xpu", UNFOUND.format("torch==1.13.0a0", "2.0.0, 2.0.1a0+cxx11.abi")],
            CLEAR,
            id="the index was asked and has others",
        ),
        pytest.param("log-pydantic-changed", ["pydantic.errors.PydanticUserError: use skip_on_failure"], FOUND, id="pydantic"),
        pytest.param("log-pydantic-changed", ["pydantic 2.5.3"], CLEAR, id="pydantic in a list"),
        pytest.param(
            "log-transformers-cache-changed",
            ["AttributeError: 'ChatGLMTokenizer' object has no attribute 'sp_tokenizer'"],
            FOUND,
            id="a tokenizer",
        ),
        pytest.param("log-transformers-cache-changed", ["AttributeError: 'Foo' object has no attribute 'bar'"], CLEAR, id="no model"),
        pytest.param(
            "log-ipex-wheel-gone",
            [
                "ERROR: Could not install requirement intel-extension-for-pytorch==2.3.110+xpu",
                "because of HTTP error 403 Client Error: Forbidden",
            ],
            FOUND,
            id="IPEX is refused",
        ),
        pytest.param("log-ipex-wheel-gone", ["ERROR: HTTP error 403 while getting torch-2.3.1.whl"], CLEAR, id="something else is refused"),
        pytest.param(
            "log-index-refuses", ["huggingface.co", "Max retries exceeded with url: /api/models"], CLEAR, id="a model is not fetched"
        ),
        pytest.param("log-module-missing", ["ERROR test/a.py::b", "ModuleNotFoundError: No module named 'expecttest'"], CLEAR, id="a test"),
        pytest.param("log-module-moved", ["ModuleNotFoundError: No module named 'peft.tuners.x'"], FOUND, id="a part of a library"),
        pytest.param("log-ipex-guard-crashes", ["AttributeError: module 'os' has no attribute 'exit'", "import ipex"], FOUND, id="in IPEX"),
        pytest.param("log-ipex-guard-crashes", ["AttributeError: module 'os' has no attribute 'exit'"], CLEAR, id="anywhere"),
        pytest.param(
            "log-blue-screen-while-loading", ["VIDEO_SCHEDULER_INTERNAL_ERROR", "AutoTokenizer.from_pretrained(x)"], FOUND, id="a model"
        ),
        pytest.param("log-blue-screen-while-loading", ["VIDEO_SCHEDULER_INTERNAL_ERROR", "a game"], CLEAR, id="a game"),
        pytest.param(
            "log-blue-screen-without-protobuf", ["VIDEO_SCHEDULER_INTERNAL_ERROR", "without protobuf"], FOUND, id="protobuf is missing"
        ),
        pytest.param(
            "log-blue-screen-without-protobuf", ["VIDEO_SCHEDULER_INTERNAL_ERROR", "protobuf 4.25.3"], CLEAR, id="protobuf is there"
        ),
        pytest.param(
            "log-ipex-beside-ipex-llm",
            ["pip install ipex-llm[xpu]", "pip install intel-extension-for-pytorch==2.3.110+xpu"],
            FOUND,
            id="another IPEX",
        ),
        pytest.param(
            "log-ipex-beside-ipex-llm",
            ["pip install ipex-llm[xpu]", "pip install intel-extension-for-pytorch==2.1.10+xpu"],
            CLEAR,
            id="the same IPEX",
        ),
        pytest.param(
            "log-conda-torch-with-pip-xpu",
            ["conda install pytorch -c pytorch", "pip install torch --index-url https://download.pytorch.org/whl/xpu"],
            FOUND,
            id="conda and pip",
        ),
        pytest.param("log-conda-torch-with-pip-xpu", ["conda install pytorch -c pytorch"], CLEAR, id="conda alone"),
        pytest.param(
            "xpu-torch-was-replaced",
            ["Successfully uninstalled torch-2.7.1+xpu", "Successfully installed nvidia-cublas-cu12-12.6 torch-2.7.1 triton-3.3.1"],
            FOUND,
            id="pip put another torch in",
        ),
        pytest.param(
            "xpu-torch-was-replaced",
            ["Successfully uninstalled torch-2.7.1+xpu", "Successfully installed torch-2.8.0+xpu triton-3.3.1"],
            CLEAR,
            id="an upgrade",
        ),
        pytest.param("xpu-torch-was-replaced", ["torch went from 2.6.0+xpu to 2.6.0"], FOUND, id="in words"),
        pytest.param("xpu-torch-was-replaced", ["torch went from 2.6.0+xpu to 2.7.0+xpu"], CLEAR, id="an upgrade in words"),
        pytest.param(
            "guess-torch-of-public-index", ["pip install torch torchvision", "Intel Arc A770", "False"], FOUND, id="without the index"
        ),
        pytest.param(
            "guess-torch-of-public-index",
            ["pip install torch --index-url https://download.pytorch.org/whl/xpu", "Intel Arc A770", "False"],
            CLEAR,
            id="with the index",
        ),
        pytest.param("ipex-of-public-index", ["intel-extension-for-pytorch==2.7.0", "Arc A770"], FOUND, id="the CPU build, a GPU"),
        pytest.param("ipex-of-public-index", ["intel-extension-for-pytorch==2.7.10+xpu", "Arc A770"], CLEAR, id="the GPU build"),
        pytest.param("ipex-named-of-other-torch", ["torch==2.7.0+xpu ipex 2.6.10 fails"], FOUND, id="two releases"),
        pytest.param("ipex-named-of-other-torch", ["torch==2.6.0+xpu ipex 2.6.10 fails"], CLEAR, id="one release"),
        pytest.param("ipex-named-of-other-torch", ["torch==2.7.0+xpu, before torch 2.6.0, ipex 2.6.10 fails"], CLEAR, id="a history"),
        pytest.param("guess-lightning-without-xpu", ["pytorch lightning on xpu", "the CPU was still used"], FOUND, id="lightning"),
        pytest.param("guess-lightning-without-xpu", ["pytorch lightning on cuda", "the CPU was still used"], CLEAR, id="no Intel GPU"),
    ],
)
def test_several_lines(rule, lines, status):
    assert run(rule, log=log(*lines)).status is status


@pytest.mark.parametrize(("system", "status"), [("windows", FOUND), ("linux", CLEAR)])
def test_log_os_without_wheel(system, status):
    line = "ERROR: No matching distribution found for oneccl_bind_pt==2.1.100+xpu"
    assert run("log-os-without-wheel", log=log(line), system=System(os=system)).status is status


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param([], FOUND, id="the public index"),
        pytest.param(["--extra-index-url https://pytorch-extension.intel.com/release-whl/stable/xpu/us/"], CLEAR, id="Intel's index"),
    ],
)
def test_ipex_on_windows_is_not_on_the_public_index(lines, status):
    unfound = UNFOUND.format("intel_extension_for_pytorch", "none")
    assert run("log-os-without-wheel", log=log(*lines, unfound), system=System(os="windows")).status is status


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(["ipex-llm==2.1.0b20240517", "transformers==4.41.0"], FOUND, id="of the same day"),
        pytest.param(["ipex-llm==2.1.0b20240820", "transformers==4.43.1"], CLEAR, id="a month older"),
        pytest.param(["ipex-llm==2.2.0", "transformers==4.51.0"], CLEAR, id="no date"),
        pytest.param(["bigdl-llm==2.5.0b20240101", "transformers==4.38.2"], FOUND, id="the old name"),
        pytest.param(["ipex-llm==2.1.0b20240517", "transformers==4.41.0", "bigdl-core-cpp==2.5.0"], CLEAR, id="for llama.cpp"),
    ],
)
def test_transformers_younger_than_ipex_llm(packages, status):
    assert run("transformers-younger-than-ipex-llm", packages=installed(*packages, complete=False)).status is status


def test_a_known_protobuf_takes_the_suspicion_away():
    lines = log("VIDEO_SCHEDULER_INTERNAL_ERROR", "AutoTokenizer.from_pretrained(x)")
    assert run("log-blue-screen-while-loading", log=lines, packages=installed("protobuf==4.25.3", complete=False)).status is CLEAR
