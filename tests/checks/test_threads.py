"""The five threads that triage was first asked for: the known cause stands first, in other words and in half of the paste, too.

Each paste has the shape and the facts of its thread, and none of its prose. A near twin in good order is left alone.
"""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Report
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import read
from xpudoctor.readers.intake import lines

CHECKS = collect([package_source("xpudoctor_checks")])


def triaged(paste: str) -> Report:
    text = lines(paste.encode())
    seen = read(text.lines)
    return examine(Snapshot(seen.system, seen.packages, seen.devices, seen.runtime, seen.torch, seen.environment, text), CHECKS)


def causes(paste: str) -> list[str]:
    """Return the causes that stand by themselves, first things first."""
    return [finding.rule.cause for finding in triaged(paste).causes]


BLUE_SCREEN = """\
OS: Windows 11 23H2
GPU: Intel Arc A770 16GB
Package                     Version
--------------------------- ------------------
intel-extension-for-pytorch 2.1.10+xpu
torch                       2.1.0a0+cxx11.abi
transformers                4.38.1
```python
model = AutoModelForCausalLM.from_pretrained("google/gemma-7b").to("xpu")
```
Stop code: VIDEO_SCHEDULER_INTERNAL_ERROR
"""
NO_PROTOBUF = "ImportError: \nAutoTokenizer requires the protobuf library but it was not found in your environment.\n"
NAMES = ["accelerate", *(f"package{letter}" for letter in "abcdefghijklmnopqrst"), "pip", "torch", "transformers"]
WHOLE_LISTING = "Package Version\n------- -------\n" + "".join(f"{name} 4.38.1\n" for name in NAMES)
OUT_OF_MEMORY = """\
     35     input_ids = input_ids.to("xpu")
---> 37     generated_ids = model.generate(input_ids, max_new_tokens=128)[0]
RuntimeError: XPU out of memory. Tried to allocate 1.46 GiB (GPU 0; 15.56 GiB total capacity; 14.92 GiB already allocated; \
15.01 GiB reserved in total by PyTorch)
"""


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(BLUE_SCREEN + NO_PROTOBUF, id="the whole paste"),
        pytest.param(NO_PROTOBUF + BLUE_SCREEN, id="the other way round"),
        pytest.param("VIDEO_SCHEDULER_INTERNAL_ERROR while gemma-7b loads, the environment has no protobuf", id="in one sentence"),
        pytest.param("BSOD VIDEO_SCHEDULER_INTERNAL_ERROR on an A750\nprotobuf was not installed", id="half of it, another card"),
        pytest.param("T5Converter requires the protobuf library but it was not found in your environment.", id="the import error alone"),
        pytest.param("WARNING: Package(s) not found: protobuf\n" + BLUE_SCREEN, id="as pip show says it"),
        pytest.param(WHOLE_LISTING + "VIDEO_SCHEDULER_INTERNAL_ERROR", id="a whole listing without it"),
    ],
)
def test_protobuf_is_missing_behind_the_blue_screen(paste: str) -> None:
    assert causes(paste)[0] == "protobuf-missing"


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(OUT_OF_MEMORY, id="the paste"),
        pytest.param("protobuf 4.25.3 is installed now, no blue screen any more\n" + OUT_OF_MEMORY, id="with what was done before"),
        pytest.param("RuntimeError: Allocation is out of device memory on current platform.", id="as older IPEX says it"),
        pytest.param("torch.OutOfMemoryError: XPU out of memory. Tried to allocate 270.00 MiB.", id="as torch says it, half"),
    ],
)
def test_and_then_it_is_out_of_memory(paste: str) -> None:
    assert causes(paste)[0] == "out-of-device-memory"


def test_the_whole_thread_names_both() -> None:
    assert set(causes(BLUE_SCREEN + NO_PROTOBUF + OUT_OF_MEMORY)[:2]) == {"protobuf-missing", "out-of-device-memory"}


def test_a_blue_screen_alone_leaves_both_possible_and_asks() -> None:
    found = triaged(BLUE_SCREEN).findings
    assert {finding.rule.cause for finding in found if finding.severity is not Severity.INFO} >= {
        "out-of-device-memory",
        "protobuf-missing",
    }
    assert not any(finding.confidence.value == "certain" and finding.severity is Severity.ERROR for finding in found)


LUNAR_LAKE = """\
| OS | Windows 11 24H2 |
| CPU | Intel Core Ultra 7 258V |
ipex-llm 2.2.0b20241002
# all-in-one benchmark
low_bit: 'sym_int4'
in_out_pairs:
  - '1000-512'
model.generate(input_ids, do_sample=False, max_new_tokens=512) hangs, no error log
"""


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(LUNAR_LAKE, id="the whole paste"),
        pytest.param("Lunar Lake (LNL) iGPU\nlow_bit: 'sym_int4'\nHanging in_out_pairs: 1000x512", id="half of it"),
        pytest.param("Arc 140V on Windows: ipex-llm is stuck in generate with long prompts", id="in one sentence"),
        pytest.param("LNL laptop, ipex_llm: Llama 3.1 8B freezes on a prompt of 2k tokens, 128 are fine", id="in other words"),
    ],
)
def test_ipex_llm_hangs_on_lunar_lake(paste: str) -> None:
    assert causes(paste)[0] == "fixed-upstream"


def test_its_windows_driver_is_named_too() -> None:
    assert "driver-too-old" in causes(LUNAR_LAKE + "GPU driver: 32.0.101.5730")


MUL_ADD = """\
C:\\envs\\llm\\Lib\\site-packages\\transformers\\generation\\utils.py:405: UserWarning: IPEX XPU dedicated fusion passes are enabled
NotImplementedError: The following operation failed in the TorchScript interpreter.
RuntimeError: Could not run 'torch_ipex::mul_add' with arguments from the 'CPU' backend. This could be because the operator doesn't \
exist for this backend. 'torch_ipex::mul_add' is only available for these backends: [XPU, BackendSelect, Python]
"""


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(MUL_ADD, id="the whole paste"),
        pytest.param("Could not run 'torch_ipex::mul_add' with arguments from the 'CPU' backend", id="the error alone"),
        pytest.param(
            "> RuntimeError: Could not run 'torch_ipex::mul_add' with arguments\n> from the 'CPU' backend.", id="quoted and wrapped"
        ),
        pytest.param(
            "NotImplementedError: Could not run 'torch_ipex::adam_fused_step' with arguments from the 'CPU' backend.", id="another"
        ),
        pytest.param('model = model.to("cpu")\n' + MUL_ADD, id="with the code"),
    ],
)
def test_an_operator_of_ipex_meets_a_model_on_the_cpu(paste: str) -> None:
    assert causes(paste)[0] == "model-on-cpu"


PHI_3 = """\
OS: Windows 11, Lunar Lake
intel-extension-for-pytorch 2.3.110+xpu
model = AutoModelForCausalLM.from_pretrained("microsoft/Phi-3-mini-4k-instruct", load_in_4bit=True, device_map="xpu")
model = ipex.optimize_transformers(model, inplace=True, device="xpu")
"""
MOVED = "ValueError: `.to` is not supported for `4-bit` or `8-bit` bitsandbytes models.\n"


@pytest.mark.parametrize(
    ("paste", "cause"),
    [
        pytest.param(PHI_3 + MOVED, "quantization-unsupported", id="the first try"),
        pytest.param(MOVED, "quantization-unsupported", id="its error alone"),
        pytest.param(PHI_3 + "RuntimeError: No GPU found. A GPU is needed for quantization.", "quantization-unsupported", id="older"),
        pytest.param(
            PHI_3 + "ModuleNotFoundError: No module named 'intel_extension_for_transformers'",
            "python-dependency-missing",
            id="the second try",
        ),
        pytest.param("No module named 'neural_compressor'", "python-dependency-missing", id="half of the second try"),
    ],
)
def test_phi_3_in_four_bits_on_windows(paste: str, cause: str) -> None:
    assert causes(paste)[0] == cause


BIG, SMALL = "Llama-3.1-70B-Instruct-4.0bpw-exl2", "Llama-3.2-1B-Instruct-6.0bpw-exl2"
TABBY = """\
2x 24 GB
model:
  model_name: {main}
  gpu_split_auto: true
draft_model:
  draft_model_name: {draft}
"""
FULL = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 260.00 MiB. GPU 1 has a total capacity of 23.53 GiB of which \
190.50 MiB is free."


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(TABBY.format(main=BIG, draft=BIG) + FULL, id="the whole paste"),
        pytest.param(TABBY.format(main=BIG, draft=BIG), id="half of it"),
        pytest.param(
            f"server.py --model {BIG} --model-draft {BIG} --loader exllamav2\nInsufficient VRAM for model and cache", id="a command"
        ),
        pytest.param(TABBY.format(main=BIG, draft="Llama-3.3-70B-Instruct-2.4bpw-exl2") + FULL, id="as large, and not the same"),
        pytest.param("| Model | Llama 3.1 70B EXL2 |\n| Draft model | Llama 3.1 70B EXL2 |\nout of memory", id="a table"),
        pytest.param("llama-server -m qwen2.5-72b-q4_k_m.gguf -md qwen2.5-72b-q4_k_m.gguf\nfailed to allocate buffer", id="llama.cpp"),
        pytest.param("two cards of 24 GB, a 70B exl2 with the same 70B as draft model: out of memory", id="in one sentence"),
    ],
)
def test_a_model_as_its_own_draft(paste: str) -> None:
    assert causes(paste)[0] == "draft-model-too-large"


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(BLUE_SCREEN.replace("Stop code: VIDEO_SCHEDULER_INTERNAL_ERROR", "loaded in 41 s"), id="gemma that loads"),
        pytest.param(
            LUNAR_LAKE.replace("2.2.0b20241002", "2.2.0").replace("hangs, no error log", "17 tokens/s"), id="a Lunar Lake that answers"
        ),
        pytest.param('model = model.to("xpu")\n' + MUL_ADD.splitlines()[0], id="IPEX that warns"),
        pytest.param("torch 2.9.0+xpu\nbitsandbytes 0.49.0\n" + PHI_3.splitlines()[2], id="bitsandbytes that knows XPU"),
        pytest.param(TABBY.format(main=BIG, draft=SMALL) + "38 T/s", id="a small draft"),
        pytest.param("| Model | Llama 3.1 70B |\n| Draft model | Llama 3.2 1B |\n38 T/s", id="a small draft, in a table"),
        pytest.param(
            "llama-server -m llama-70b.gguf -md llama-1b.gguf\nprint_info: model type = 1B", id="a small draft that is loaded first"
        ),
    ],
)
def test_a_near_twin_in_good_order_is_left_alone(paste: str) -> None:
    assert [finding.message for finding in triaged(paste).findings if finding.severity is Severity.ERROR] == []
