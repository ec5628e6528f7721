"""The formulas of `xpudoctor fit` against real models: weights to the byte, caches exact, the peak of a prefill within 15 percent."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from xpudoctor.fit import load, memory
from xpudoctor.fit.backends import backend
from xpudoctor.fit.memory import Use
from xpudoctor.fit.weights import weigh

from . import recipes
from .patients import Ward

pytestmark = pytest.mark.real
_SCRIPT = Path(__file__).parent / "models.py"
_NATIVE = backend("native")


def _say(ward: Ward, *arguments: str) -> list[str]:
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [str(ward.python(recipes.MODELS)), str(_SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=env, timeout=1200).stdout.splitlines()


@pytest.fixture(scope="module")
def runs(ward: Ward, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All models, each written as a folder and run in every way."""
    folder = tmp_path_factory.mktemp("models")
    return [{**json.loads(line), "folder": folder} for line in _say(ward, str(folder)) if line.startswith("{")]


def test_the_models_are_measured_and_agree(runs: list[dict[str, Any]]) -> None:
    assert len(runs) > 240
    wrong = [line for run in runs if (line := _disagreement(run))]
    assert not wrong, "\n".join(wrong)


def _disagreement(run: dict[str, Any]) -> str:
    shape = load.load(str(run["folder"] / run["name"])).shape
    use = Use(run["tokens"], run["batch"], eager=run["attention"] == "eager")
    cache = sum(memory.cache(layer, use, _NATIVE) for layer in shape.layers)
    peak = cache + memory.activations(shape, use, _NATIVE)
    what = f"{run['name']} {run['attention']} {run['batch']} x {run['tokens']}"
    if not shape.known or cache != run["cache"]:
        return f"{what}: a cache of {cache}, measured {run['cache']} (known: {shape.known})"
    return (
        "" if abs(peak / run["peak"] - 1) <= 0.15 else f"{what}: a peak of {peak}, measured {run['peak']} ({peak / run['peak'] - 1:+.0%})"
    )


def test_what_transformers_wrote_is_read_to_the_byte(runs: list[dict[str, Any]]) -> None:
    for folder in {run["folder"] / run["name"] for run in runs}:
        model = load.load(str(folder))
        files = sum(file.stat().st_size - 8 - int.from_bytes(file.read_bytes()[:8], "little") for file in folder.glob("*.safetensors"))
        assert weigh(model, None, _NATIVE).total == files, folder.name


def test_what_the_gguf_library_wrote_is_read_to_the_byte(ward: Ward, tmp_path: Path) -> None:
    (size,) = _say(ward, str(tmp_path), "gguf")
    model = load.load(str(tmp_path / "real.gguf"))
    found = weigh(model, None, backend("llama.cpp"))
    assert found.total + found.host == int(size)
    assert (model.precision, model.shape.vocab, model.shape.kv_heads) == ("q4_k_m", 3000, 2)
