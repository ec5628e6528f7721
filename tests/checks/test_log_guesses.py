"""What a log makes likely where no line names the cause: where each guess is made, where not, and that it gives way to what is known."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Status
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import log, run

CHECKS = collect([package_source("xpudoctor_checks")])
DLL = r'OSError: [WinError 126] Error loading "C:\v\Lib\site-packages\intel_extension_for_pytorch\bin\intel-ext-pt-gpu.dll"'

ROWS = [
    ("guess-driver-update-broke-it", ["it fails since I updated the GPU driver"], ["I installed it after the driver"]),
    ("guess-driver-update-broke-it", ["with driver 31.0.101.4676 it works, driver 4676 worked"], ["driver: 31.0.101.4676"]),
    (
        "guess-build-broke-it",
        ["it crashes at the start", "the same model runs fine with 2.2.0b20250105"],
        ["B580 works great with torch 2.9.1, thanks"],
    ),
    ("guess-build-broke-it", ["升级ipex-llm后运行报错"], ["升级"]),
    ("guess-driver-crashes", ["GPU Driver Version: 31.0.101.4499", "the program crashes"], ["the program crashes"]),
    ("guess-driver-crashes", ["compute-runtime 26.09", "Segmentation fault (core dumped)"], ["compute-runtime 26.09"]),
    ("guess-large-image-on-alchemist", ["1024x1024 is black", "GPU: Arc A770"], ["1024x1024 is black", "GPU: Arc B580"]),
    ("guess-driver-older-than-gpu", ["hello_query_device does not detect the GPU"], ["the GPU is detected"]),
    ("guess-driver-older-than-gpu", ["the card is no longer listed"], ["the card is listed"]),
    ("guess-driver-older-than-gpu", ["Number of platforms                     0"], ["Number of platforms                     1"]),
    ("guess-later-release", ["ValueError: not enough values to unpack"], ["it works"]),
    ("guess-later-release", ["the output is garbled"], ["the output is right"]),
    ("guess-igpu-takes-the-work", ["task manager shows the UHD at 100 %"], ["UHD Graphics 770"]),
    ("guess-shell-without-oneapi", ["works in the terminal but not in Jupyter"], ["a Jupyter notebook"]),
    ("guess-data-center-module", ["Flex 170", "no GPU detected"], ["Flex 170", "all is well"]),
    ("guess-variable-not-set", ["OLLAMA_NUM_GPU was not set"], ["OLLAMA_NUM_GPU=999"]),
    ("guess-npu-driver", ["llama-cli-npu on NPU", "garbage"], ["NPU: Intel AI Boost"]),
    ("guess-npu-compiler", ["on the NPU", "OSError: [WinError -529697949] Windows Error"], ["NPU: Intel AI Boost"]),
    (
        "guess-npu-variable",
        ["on the NPU", "ZE_RESULT_ERROR_INVALID_ARGUMENT"],
        ["NPU", "IPEX_LLM_NPU_MTL=1", "ZE_RESULT_ERROR_INVALID_ARGUMENT"],
    ),
    ("guess-program-called-wrong", ["api_server.py: error: unrecognized arguments: --load-low-bit"], ["error: code 1"]),
    (
        "guess-model-code-and-transformers",
        [
            '  File "/v/ipex_llm/transformers/models/qwen2.py", line 1',
            "AttributeError: 'Qwen2Attention' object has no attribute 'num_heads'",
        ],
        ['  File "/v/torch/nn/functional.py", line 1', "AttributeError: no attribute 'num_heads'"],
    ),
    (
        "guess-vllm-and-its-parts",
        ['  File "/opt/vllm/vllm/worker/xpu_worker.py", line 1', "TypeError: __init__() missing 1 required argument"],
        ["INFO vllm.engine started"],
    ),
    (
        "guess-libraries-of-other-ages",
        ['  File "/v/lib/site-packages/trl/trainer/sft.py", line 1', "TypeError: unexpected keyword argument"],
        ["trl 0.9.6"],
    ),
    ("guess-model-not-supported-yet", ["llama_load_model_from_file: failed to load model"], ["loaded the model in 3 s"]),
    ("guess-model-not-supported-yet", ["模型无法加载"], ["模型已加载"]),
    ("guess-native-assertion", ["GGML_ASSERT: ggml.c:1: x != NULL"], ["assert x"]),
    ("guess-wrong-results", ["the output is different from the CPU: wrong results"], ["the results are good"]),
    ("guess-cards-do-not-exchange", ["|CCL_ERROR| exchange_utils.cpp:202 sendmsg_fd failed", "error"], ["oneccl_bind_pt 2.1"]),
    ("guess-build-from-source", ["CMake Error at CMakeLists.txt:1"], ["cmake version 3.22"]),
    ("guess-build-from-source", ["fatal error C1083: Cannot open include file"], ["error C2065"]),
    ("guess-dll-of-other-torch", [DLL], [r'OSError: [WinError 126] Error loading "C:\v\torch\lib\c10.dll"']),
    ("guess-dll-of-oneapi", [DLL], [r'OSError: [WinError 126] Error loading "C:\v\torch\lib\c10.dll"']),
    ("guess-first-run-compiles", ["the first inference takes about 10 minutes"], ["the first token after 200 ms"]),
    ("guess-gpu-not-in-image", ["docker run --device /dev/dri image", "sycl-ls does not list the GPU"], ["the GPU is not found"]),
    ("guess-old-graphics", ["GPU: Intel UHD Graphics 620", "RuntimeError: error"], ["GPU: Intel UHD Graphics 620"]),
    ("guess-too-much-at-once", ["with longer prompts it stops"], ["with prompts it stops"]),
    ("guess-order-of-imports", ["`import streamlit` before `from ipex_llm` gives False"], ["import torch", "ipex works"]),
    ("guess-float8-refused", ["flux fp8 on Arc", "RuntimeError: could not create a primitive"], ["could not create a primitive"]),
    ("guess-ollama-stands-still", ["Intel Arc, ollama version 0.9.3", "can't run newer models"], ["Intel Arc, ollama version 0.9.3"]),
    ("guess-buffer-over-four-gigabytes", ["can a tensor be larger than 4 GB here?"], ["the card has more than 4 GB of memory"]),
    ("guess-known-upstream", ["the same happens with the latest nightly"], ["installed from the nightly index"]),
    ("guess-crash-at-import", ["Segmentation fault", '  File "/v/deepspeed/__init__.py", line 25 in <module>'], ["Segmentation fault"]),
    ("guess-first-run-compiles", ["init is extremely slow, 5-10 minutes for the first time"], ["it is slow"]),
    ("guess-program-called-wrong", ["RuntimeError: mat1 and mat2 shapes cannot be multiplied"], ["the shapes are equal"]),
    ("guess-later-build", ["ollama of ipex-llm", "an error comes up"], ["ollama of ipex-llm"]),
    ("guess-driver-first", ["Arc A770", "it failed"], ["Arc A770"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS, ids=[row[0] for row in ROWS])
def test_a_guess(rule: str, fires: list[str], silent: list[str]) -> None:
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_guesses_are_no_errors():
    guesses = [check.rule for check in CHECKS if check.rule.guess]
    assert len(guesses) > 15
    assert all(rule.severity is not Severity.ERROR for rule in guesses)


def test_a_guess_gives_way_to_an_error_that_is_known():
    lines = log("Arc A770, ipex-llm with longer prompts", "RuntimeError: Required aspect fp64 is not supported on the device")
    assert [finding.rule.id for finding in examine(Snapshot(log=lines), CHECKS).findings] == ["fp64-missing"]


def test_a_guess_stands_beside_an_error_that_is_only_possible():
    lines = log("Arc A770 with longer prompts", "RuntimeError: Native API failed. Native API returns: 44")
    causes = [finding.rule.cause for finding in examine(Snapshot(log=lines), [check for check in CHECKS if not check.weighs]).findings]
    assert set(causes[:2]) == {"driver-too-old", "out-of-device-memory"}
