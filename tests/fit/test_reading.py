"""Model files are read to the byte, and what is no model is told in one line that names the file and the place."""

from __future__ import annotations

import json
import re
import struct
import sys
import time
from dataclasses import replace
from math import prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fit import files
from xpudoctor.fit import gguf, load, memory
from xpudoctor.fit.backends import backend
from xpudoctor.fit.model import ModelError
from xpudoctor.fit.weights import weigh


def stored(path: Path, name: str = "native") -> int:
    """Return what the weights of a model take, as they are stored."""
    found = weigh(load.load(str(path)), None, backend(name))
    return found.total + found.host


def test_a_folder_is_read_to_the_byte(tmp_path: Path) -> None:
    size = files.folder(tmp_path / "m")
    model = load.load(str(tmp_path / "m"))
    assert (stored(tmp_path / "m"), model.precision, model.fixed, model.shape.known) == (size, "fp16", False, True)
    assert model.parameters == size / 2


def test_shards_are_read_by_their_index(tmp_path: Path) -> None:
    tensors = files.llama_tensors()
    half = dict(list(tensors.items())[:5])
    rest = {name: shape for name, shape in tensors.items() if name not in half}
    files.folder(tmp_path, tensors=half)
    (tmp_path / "model.safetensors").rename(tmp_path / "model-00001-of-00002.safetensors")
    second = files.safetensors(tmp_path / "model-00002-of-00002.safetensors", rest)
    files.safetensors(tmp_path / "consolidated.safetensors", tensors)  # Mistral's second copy of the same weights.
    weights = {name: f"model-0000{1 if name in half else 2}-of-00002.safetensors" for name in tensors}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weights}), encoding="utf-8")
    assert stored(tmp_path) == sum(2 * t.elements for t in load.load(str(tmp_path)).tensors) > second
    (tmp_path / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model-00002-of-00002\.safetensors: missing"):
        load.load(str(tmp_path))


def test_a_vision_model_is_read_by_its_language_part(tmp_path: Path) -> None:
    nested = {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "model_type": "gemma3",
        "text_config": {**files.LLAMA, "model_type": "gemma3_text"},
    }
    files.folder(tmp_path, nested, {**files.llama_tensors(), "vision_tower.encoder.layers.0.fc1.weight": (32, 64)})
    model = load.load(str(tmp_path))
    assert len(model.shape.layers) == 2
    assert weigh(model, None, backend("native")).first == 2 * (256 * 64 + 32 * 64)


@pytest.mark.parametrize(
    ("said", "precision", "kind"),
    [
        ({"quant_method": "gptq", "bits": 4, "group_size": 128}, "gptq 4-bit group 128", "hf"),
        ({"quant_method": "awq", "w_bit": 4, "q_group_size": 64}, "awq 4-bit group 64", "hf"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}, "bitsandbytes nf4", "hf"),
        ({"quant_method": "compressed-tensors", "format": "pack-quantized"}, "compressed-tensors", "hf"),
        ({"quant_method": "exl2", "bits": 3.0}, "exl2-3.0", "exl2"),
    ],
)
def test_a_quantized_folder_keeps_the_sizes_of_its_files(tmp_path: Path, said: dict[str, object], precision: str, kind: str) -> None:
    size = files.folder(tmp_path, {**files.LLAMA, "quantization_config": said})
    model = load.load(str(tmp_path))
    assert (model.precision, model.kind, model.fixed, stored(tmp_path)) == (precision, kind, True, size)


@pytest.mark.parametrize("version", [2, 3])
def test_a_gguf_file_is_read_to_the_byte(tmp_path: Path, version: int) -> None:
    size = files.gguf(tmp_path / "a.gguf", version=version)
    model = load.load(str(tmp_path / "a.gguf"))
    assert (stored(tmp_path / "a.gguf", "llama.cpp"), model.precision, model.kind) == (size, "q4_k_m", "gguf")
    assert (model.shape.vocab, model.shape.heads, model.shape.kv_heads, model.shape.tied) == (512, 8, 2, False)


def test_the_parts_of_a_split_gguf_file_are_one_model(tmp_path: Path) -> None:
    metadata = {**files.METADATA, "split.count": 2}
    first = files.gguf(tmp_path / "a-00001-of-00002.gguf", metadata, files.TENSORS[:3])
    with pytest.raises(ModelError, match=r"a-00002-of-00002\.gguf: cannot be read"):
        load.load(str(tmp_path / "a-00001-of-00002.gguf"))
    second = files.gguf(tmp_path / "a-00002-of-00002.gguf", {"split.no": 1}, files.TENSORS[3:])
    assert stored(tmp_path / "a-00001-of-00002.gguf", "llama.cpp") == first + second
    assert load.load(str(tmp_path)).kind == "gguf"


@pytest.mark.parametrize(
    ("metadata", "tokens"),
    [
        pytest.param({"llama.attention.head_count_kv": [2, 0]}, [1000, 0], id="a layer without heads is recurrent"),
        pytest.param({"llama.attention.sliding_window": 100, "llama.attention.sliding_window_pattern": [1, 0]}, [768, 1000], id="pattern"),
        pytest.param({"general.architecture": "gemma2", "gemma2.attention.sliding_window": 100}, [768, 1000], id="llama.cpp's own pattern"),
        pytest.param({"general.architecture": "strange"}, [1000, 1000], id="an unknown architecture keeps everything"),
    ],
)
def test_the_layers_of_a_gguf_file(tmp_path: Path, metadata: dict[str, Any], tokens: list[int]) -> None:
    name = metadata.get("general.architecture", "llama")
    renamed = {key.replace("llama.", f"{name}."): value for key, value in files.METADATA.items()}
    files.gguf(tmp_path / "a.gguf", {**renamed, **metadata})
    shape = load.load(str(tmp_path / "a.gguf")).shape
    assert shape.known is (name != "strange")
    # Two heads of 32, keys and values; of a window llama.cpp keeps it and one chunk, in steps of 256.
    found = [memory.cache(replace(layer, conv=0, state=0), memory.Use(1000), backend("llama.cpp")) for layer in shape.layers]
    assert found == [2 * 32 * 2 * 2 * count for count in tokens]


def damaged(tmp_path: Path, how: str) -> Path:
    """Return the path of a model that is broken in this way."""
    one, folder = tmp_path / "a.gguf", tmp_path / "m"
    files.gguf(one)
    files.folder(folder)
    head, weights, config = one.read_bytes(), folder / "model.safetensors", folder / "config.json"
    written = {
        "a GGUF file cut in its header": (one, head[:9000]),
        "a GGUF file cut in its data": (one, head[:-5000]),
        "a GGUF file with 2**60 values": (one, head[:16] + struct.pack("<Q", 2**60) + head[24:]),
        "a GGUF file with 2**60 tensors": (one, head[:8] + struct.pack("<Q", 2**60) + head[16:]),
        "a GGUF file with a text of 2**63": (one, head[:24] + struct.pack("<Q", 2**63) + head[32:]),
        "a GGUF file of version 1": (one, head[:4] + struct.pack("<I", 1) + head[8:]),
        "a GGUF file of another byte order": (one, head[:4] + struct.pack(">I", 3) + head[8:]),
        "something else called .gguf": (one, b"PK\x03\x04" * 100),
        "an empty GGUF file": (one, b""),
        "a truncated safetensors file": (weights, weights.read_bytes()[:-100]),
        "a safetensors file cut in its header": (weights, weights.read_bytes()[:100]),
        "a safetensors file with a header of 2**63": (weights, struct.pack("<Q", 2**63) + b"{}"),
        "a safetensors file without JSON": (weights, struct.pack("<Q", 4) + b"nope" + b"\0" * 50),
        "a safetensors file with another JSON": (weights, struct.pack("<Q", 7) + b"[1,2,3]"),
        "a config that is no JSON": (config, b"{'a': 1}"),
        "a config that is a list": (config, b"[]"),
        "a config without numbers": (config, b"{}"),
        "a config with words for numbers": (config, json.dumps({**files.LLAMA, "hidden_size": "wide"}).encode()),
        "a config with 10**9 layers": (config, json.dumps({**files.LLAMA, "num_hidden_layers": 10**9}).encode()),
        "a config of 10,000 brackets": (config, b"[" * 10_000),
    }
    path, data = written[how]
    path.write_bytes(data)
    return one if path is one else folder


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("a GGUF file cut in its header", r"a\.gguf: cut off in its header, at byte \d+ of 9000"),
        ("a GGUF file cut in its data", r"a\.gguf: cut off: its tensors end at byte \d+"),
        ("a GGUF file with 2**60 values", r"a\.gguf: "),
        ("a GGUF file with 2**60 tensors", r"a\.gguf: "),
        ("a GGUF file with a text of 2**63", r"a\.gguf: cut off in its header"),
        ("a GGUF file of version 1", r"a\.gguf: GGUF version 1; 2 and 3"),
        ("a GGUF file of another byte order", r"a\.gguf: GGUF version 50331648"),
        ("something else called .gguf", r"a\.gguf: not a GGUF file"),
        ("an empty GGUF file", r"a\.gguf: empty"),
        ("a truncated safetensors file", r"model\.safetensors: cut off: its tensors end at byte \d+, the file at \d+"),
        ("a safetensors file cut in its header", r"model\.safetensors: not a safetensors file, or cut off"),
        ("a safetensors file with a header of 2**63", r"model\.safetensors: not a safetensors file, or cut off"),
        ("a safetensors file without JSON", r"model\.safetensors: not a safetensors file: its header is no JSON"),
        ("a safetensors file with another JSON", r"model\.safetensors: not a safetensors file: its header lists no tensors"),
        ("a config that is no JSON", r"config\.json: not JSON"),
        ("a config that is a list", r"config\.json: an object expected"),
        ("a config without numbers", r"config\.json: num_attention_heads is missing"),
        ("a config with words for numbers", r"config\.json: hidden_size is 'wide'"),
        ("a config with 10**9 layers", r"num_hidden_layers is 1000000000"),
        ("a config of 10,000 brackets", r"config\.json: not JSON"),
    ],
)
def test_a_damaged_file_is_one_line_that_names_it(tmp_path: Path, how: str, said: str) -> None:
    with pytest.raises(ModelError) as error:
        load.load(str(damaged(tmp_path, how)))
    assert re.search(said, str(error.value))
    assert "\n" not in str(error.value)


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json: not the folder of a model"):
        load.load(str(tmp_path))
    with pytest.raises(ModelError, match="no such file or folder, and not in the table"):
        load.load("nosuchmodel")
    with pytest.raises(ModelError, match="may be "):
        load.load("qwen2.5")


def test_a_hub_id_asks_for_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModelError, match=r"pip install xpudoctor\[hub\]"):
        load.load("someone/some-model")


class Hub:
    """What huggingface_hub has of the names that are used, over a folder; None is a machine without a network."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def HfApi(self) -> Hub:
        return self

    def snapshot_download(self, name: str, allow_patterns: list[str]) -> str:
        assert allow_patterns == ["config.json"]
        if self.folder is None:
            raise ConnectionError(f"cannot\nreach {name}")
        return str(self.folder)

    def get_safetensors_metadata(self, _: str) -> Any:
        listed = files.llama_tensors().items()
        shapes = {name: SimpleNamespace(dtype="F16", shape=shape, data_offsets=(0, 2 * prod(shape))) for name, shape in listed}
        return SimpleNamespace(files_metadata={"model.safetensors": SimpleNamespace(tensors=shapes)})


def test_a_model_of_the_hub_is_known_by_its_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = files.folder(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    monkeypatch.setitem(sys.modules, "huggingface_hub", Hub(tmp_path))
    model = load.load("someone/some-model")
    assert (model.name, weigh(model, None, backend("native")).total) == ("someone/some-model", size)
    monkeypatch.setitem(sys.modules, "huggingface_hub", Hub(None))
    with pytest.raises(ModelError, match=r"hub does not give it: ConnectionError: cannot reach someone/some-model$"):
        load.load("someone/some-model")


def test_a_bin_file_tells_no_sizes_and_is_no_reason_to_stop(tmp_path: Path) -> None:
    size = files.folder(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    model = load.load(str(tmp_path))
    assert (stored(tmp_path), model.origin, model.mapped) == (size, "config.json", False)


def test_a_long_tokenizer_costs_little(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(200_000)]
    files.gguf(tmp_path / "a.gguf", {**files.METADATA, "tokenizer.ggml.tokens": words})
    began = time.process_time()
    header = gguf.read(tmp_path / "a.gguf")
    assert time.process_time() - began < 1
    assert header.metadata["tokenizer.ggml.tokens"] == 200_000
