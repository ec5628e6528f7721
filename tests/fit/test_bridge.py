"""`check --model` and `triage`: the same sums as findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import xpudoctor

ARC = {"pci_id": "56a0", "name": "Arc A770", "family": "dg2", "kind": "discrete", "memory": 16 * 2**30}
MACHINE = {
    "schema": 1,
    "system": {"os": "linux", "memory": 16 * 2**30, "memory_available": 8 * 2**30, "swap": 0},
    "devices": {"complete": True, "gpus": [ARC]},
}


def rules(*arguments: str) -> dict[str, str | None]:
    """Return the findings with what explains them."""
    report = json.loads(xpudoctor(*arguments, "--format", "json").stdout)
    return {finding["rule"]: finding["explained_by"] for finding in report["findings"]}


@pytest.fixture
def machine(tmp_path: Path) -> str:
    (tmp_path / "machine.json").write_text(json.dumps(MACHINE), encoding="utf-8")
    return str(tmp_path / "machine.json")


def test_a_model_that_does_not_fit_is_a_finding(machine: str) -> None:
    assert "out-of-device-memory" in rules("check", "--snapshot", machine, "--model", "gemma-7b", "--quant", "fp16")
    assert "out-of-device-memory" not in rules("check", "--snapshot", machine, "--model", "gemma-7b", "--quant", "int4")
    assert "out-of-device-memory" not in rules("check", "--snapshot", machine)


def test_a_large_draft_comes_first_and_explains_what_follows(machine: str) -> None:
    asked = ("--model", "Qwen/Qwen2.5-14B", "--quant", "int4", "--draft", "Qwen/Qwen2.5-14B")
    assert rules("check", "--snapshot", machine, *asked) == {"draft-model-too-large": None, "out-of-device-memory": "draft-model-too-large"}


def test_a_model_that_nobody_knows_is_wrong_usage(machine: str) -> None:
    ended = xpudoctor("check", "--snapshot", machine, "--model", "nosuchmodel")
    assert ended.returncode == 2
    assert "nosuchmodel: no such file" in ended.stderr


PASTE = """I run google/gemma-7b on an {gpu}:
model = AutoModelForCausalLM.from_pretrained("google/gemma-7b", {precision}).to("xpu")
{error}
"""
FULL = "torch.OutOfMemoryError: XPU out of memory. Tried to allocate 144.00 MiB"


@pytest.mark.parametrize(
    ("gpu", "precision", "error", "found"),
    [
        pytest.param("Arc A770 16GB", "torch_dtype=torch.float16", FULL, True, id="all is named, and it does not fit"),
        pytest.param("Arc A770 16GB", "load_in_4bit=True", FULL, False, id="it would fit"),
        pytest.param("Arc A770", "torch_dtype=torch.float16", FULL, False, id="a card of unknown size"),
        pytest.param("Arc A770", "torch_dtype=torch.float16", FULL + " (15.11 GiB total capacity)", True, id="torch tells the size"),
        pytest.param("Arc A770 16GB", "load_in_4bit=True, torch_dtype=torch.float16", FULL, False, id="4 bits, computed in 16"),
        pytest.param("Arc A770 16GB", "trust_remote_code=True", FULL, False, id="no precision"),
        pytest.param("Arc A770 16GB", "torch_dtype=torch.float16", "ImportError: libze_loader.so.1", False, id="another fault"),
    ],
)
def test_a_text_that_names_model_precision_and_gpu_is_counted(tmp_path: Path, gpu: str, precision: str, error: str, found: bool) -> None:
    (tmp_path / "issue.txt").write_text(PASTE.format(gpu=gpu, precision=precision, error=error), encoding="utf-8")
    told = rules("triage", str(tmp_path / "issue.txt"))
    assert ("out-of-device-memory" in told) is found
    if found:
        assert told.get("model-too-large-by-name", "out-of-device-memory") == "out-of-device-memory"
        assert told["out-of-device-memory"] is None
