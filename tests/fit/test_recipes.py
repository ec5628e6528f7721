"""The code and the commands that are shown: Python parses them, a shell splits them, whatever the model is called."""

from __future__ import annotations

import ast
import json
import shlex
from pathlib import Path

import pytest

from tests.fit import files
from xpudoctor.fit import ask, devices, formats
from xpudoctor.fit.fit import fit
from xpudoctor.fit.recipes import recipe

CARDS = devices.plain("24GB,24GB")
PYTHON = ("native", "ipex", "ipex-llm", "exllamav2")


def shown(model: str, count: int = 1, **asked: object) -> str:
    """Return what loads a wish on this many cards."""
    return recipe(fit(ask.wish(ask.Asked(model, **asked)), CARDS[:count]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("backend", "quant"), [(backend, form.name) for backend in PYTHON for form in formats.of_backend(backend)], ids=lambda word: word
)
def test_the_code_is_python_and_names_all_that_it_uses(backend: str, quant: str) -> None:
    for count in (1, 2):
        tree = ast.parse(shown("google/gemma-7b", count, backend=backend, quant=quant))
        made = {
            alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
        }
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        assert used - assigned <= made
        assert made <= used | {"torch"}


def test_a_hostile_name_stays_a_name(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s; rm -rf $HOME "x"'
    files.folder(folder)
    for backend in PYTHON[:3]:
        texts = [node.value for node in ast.walk(ast.parse(shown(str(folder), backend=backend))) if isinstance(node, ast.Constant)]
        assert str(folder) in texts
    assert shlex.split(shown(str(folder), backend="vllm"), comments=True)[2] == str(folder)
    files.gguf(tmp_path / "a b;c.gguf")
    assert shlex.split(shown(str(tmp_path / "a b;c.gguf")), comments=True)[2] == str(tmp_path / "a b;c.gguf")


def test_the_commands_say_what_was_asked() -> None:
    llama = shown(
        "meta-llama/Llama-3.1-8B", 2, backend="llama.cpp", quant="q8_0", context=8192, kv_dtype="q8_0", draft="meta-llama/Llama-3.2-1B:q4_0"
    )
    words = shlex.split(llama, comments=True)
    assert words[:7] == ["llama-server", "-m", "Llama-3.1-8B-q8_0.gguf", "-ngl", "99", "-c", "8192"]
    assert {"-ctk", "q8_0", "-ts", "-md"} <= set(words)
    vllm = shlex.split(shown("meta-llama/Llama-3.1-8B", 2, backend="vllm", kv_dtype="fp8", draft="meta-llama/Llama-3.2-1B"), comments=True)
    assert vllm[vllm.index("--tensor-parallel-size") + 1] == "2"
    assert json.loads(vllm[vllm.index("--speculative-config") + 1])["model"] == "meta-llama/Llama-3.2-1B"


def test_when_memory_runs_out_after_all_fewer_bits_are_loaded() -> None:
    code = shown("google/gemma-7b", backend="native", quant="bf16")
    assert "except torch.OutOfMemoryError:\n    torch.xpu.empty_cache()\n    model = " in code
    assert code.count("load_in_8bit=True") == 1
