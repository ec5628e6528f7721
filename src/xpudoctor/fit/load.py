"""What MODEL may be: a GGUF file, a folder, a model of the table, or (with an optional package) one of the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xpudoctor.fit import config, folder, gguf, table
from xpudoctor.fit.model import Model, ModelError


def load(name: str) -> Model:
    """Return what is known of a model; ModelError says in one line why nothing is."""
    path = Path(name).expanduser()
    if path.is_file():
        return _file(path)
    if path.is_dir():
        return _folder(path)
    row = table.find(name)
    if row:
        return table.model(row, name)
    if name.count("/") == 1 and not name.startswith((".", "~")) and not name.endswith((".gguf", "/")):
        from xpudoctor.fit.hub import fetch

        config, tensors = fetch(name)
        return folder.read(config, tensors, name)
    near = ", ".join(row.ids[0] for row in table.rows()[:3])
    raise ModelError(f"{name}: no such file or folder, and not in the table (there are {near} … and {len(table.rows()) - 3} more)")


def _folder(path: Path) -> Model:
    found = sorted(path.glob("*.gguf"))
    first = [file for file in found if "-of-" not in file.name or "-00001-of-" in file.name]
    if first and not (path / "config.json").exists():
        if len(first) > 1:
            raise ModelError(f"{path}: {len(first)} GGUF files; name one of them: {', '.join(file.name for file in first[:4])}")
        return _file(first[0])
    return folder.read(path)


def _file(path: Path) -> Model:
    if path.suffix == ".safetensors" or path.name == "config.json":
        return folder.read(path.parent)
    header = gguf.read(path)
    return of_gguf(header, path)


def of_gguf(header: gguf.Header, path: Path) -> Model:
    """Return the model that a GGUF header tells of."""
    shape = config.shape(_translated(header, path), str(path))
    size = sum(tensor.stored or 0 for tensor in header.tensors)
    said = header.metadata.get("general.file_type")
    precision = _FILE_TYPES.get(said, "-") if isinstance(said, int) else "-"
    if precision == "-":
        precision = header.types[0] if header.types else "unknown"
    return Model(str(path), "GGUF header", shape, header.tensors, precision, "gguf", fixed=True, largest_file=size)


# LlamaFileType of https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/constants.py.
_FILE_TYPES = dict(
    enumerate(
        """f32 f16 q4_0 q4_1 - - - q8_0 q5_0 q5_1 q2_k q3_k_s q3_k_m q3_k_l q4_k_s q4_k_m q5_k_s q5_k_m q6_k iq2_xxs iq2_xs q2_k_s iq3_xs
        iq3_xxs iq1_s iq4_nl iq3_s iq3_m iq2_s iq2_m iq4_xs iq1_m bf16 - - - tq1_0 tq2_0 mxfp4 nvfp4 q1_0""".split()
    )
)
# The keys of the metadata, without the architecture before them, and what config.json calls the same.
_KEYS = {
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "context_length": "max_position_embeddings",
    "vocab_size": "vocab_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.key_length": "head_dim",
    "attention.value_length": "v_head_dim",
    "attention.sliding_window": "sliding_window",
    "attention.sliding_window_pattern": "sliding_window_pattern",
    "attention.kv_lora_rank": "kv_lora_rank",
    "rope.dimension_count": "qk_rope_head_dim",
    "expert_count": "num_experts",
    "expert_used_count": "num_experts_per_tok",
    "expert_feed_forward_length": "moe_intermediate_size",
    "ssm.conv_kernel": "mamba_d_conv",
    "ssm.inner_size": "mamba_d_ssm",
    "ssm.state_size": "mamba_d_state",
}
_NAMES = {
    "qwen2moe": "qwen2_moe", "qwen3moe": "qwen3_moe", "qwen3next": "qwen3_next", "qwen35": "qwen3_5", "qwen35moe": "qwen3_5_moe",
    "deepseek2": "deepseek_v2", "gpt-oss": "gpt_oss", "command-r": "cohere", "falcon-h1": "falcon_h1", "granitehybrid": "granitemoehybrid",
    "exaone4": "exaone4", "glm4moe": "glm4_moe",
}  # fmt: skip
# llama.cpp's own patterns (set_swa_pattern in https://github.com/ggml-org/llama.cpp/blob/master/src/llama-model.cpp).
_EVERY = {"gemma2": 2, "gemma3": 6, "gpt_oss": 2, "cohere2": 4}


def _translated(header: gguf.Header, path: Path) -> Mapping[str, Any]:
    """Return the metadata under the names of config.json."""
    architecture = header.metadata.get("general.architecture")
    if not isinstance(architecture, str) or header.metadata.get("general.type", "model") != "model":
        raise ModelError(f"{path}: its header names no architecture: not a language model")
    found: dict[str, Any] = {"model_type": _NAMES.get(architecture, architecture), "architectures": [architecture]}
    for key, name in _KEYS.items():
        value = header.metadata.get(f"{architecture}.{key}")
        if isinstance(value, list):
            value = _of_layers(found, name, value)
        if value is not None and not (name == "qk_rope_head_dim" and f"{architecture}.attention.kv_lora_rank" not in header.metadata):
            found[name] = value
    table_of_words = next((tensor for tensor in header.tensors if tensor.name == "token_embd.weight"), None)
    if table_of_words and "vocab_size" not in found:
        found["vocab_size"] = table_of_words.shape[0]
    found["tie_word_embeddings"] = not any(tensor.name == "output.weight" for tensor in header.tensors)
    if found.get("sliding_window") and "layer_types" not in found and (every := _EVERY.get(found["model_type"])):
        found["sliding_window_pattern"] = every
    return found


def _of_layers(found: dict[str, Any], name: str, values: list[Any]) -> Any:
    """Take a number that is given for each layer: none of the heads is a recurrent layer, a pattern says which have a window."""
    if name == "sliding_window_pattern":
        found["layer_types"] = ["sliding_attention" if value else "full_attention" for value in values]
        return None
    if name == "num_key_value_heads" and 0 in values:
        found["layer_types"] = ["full_attention" if value else "recurrent" for value in values]
    return max(values, default=None)
