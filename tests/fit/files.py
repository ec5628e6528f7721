"""Model files as the formats' documents describe them, written byte by byte: independent of the readers that are tested with them."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LLAMA = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 176, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 256, "max_position_embeddings": 2048, "torch_dtype": "float16",
}  # fmt: skip


def llama_tensors(layers: int = 2) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the tensors of that configuration."""
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (256, 64), "model.norm.weight": (64,), "lm_head.weight": (256, 64)}
    parts = {"q_proj": (64, 64), "k_proj": (32, 64), "v_proj": (32, 64), "o_proj": (64, 64)}
    for index in range(layers):
        found |= {f"model.layers.{index}.self_attn.{name}.weight": shape for name, shape in parts.items()}
        found |= {f"model.layers.{index}.mlp.{name}_proj.weight": (176, 64) for name in ("gate", "up")}
        found[f"model.layers.{index}.mlp.down_proj.weight"] = (64, 176)
        found |= {f"model.layers.{index}.{name}_layernorm.weight": (64,) for name in ("input", "post_attention")}
    return found


def safetensors(path: Path, tensors: Mapping[str, tuple[int, ...]], kind: str = "F16", width: int = 2) -> int:
    """Write a safetensors file (its data a hole); return the bytes of its tensors."""
    header, at = {}, 0
    for name, shape in tensors.items():
        size = width
        for length in shape:
            size *= length
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + at)
    return at


def folder(path: Path, config: Mapping[str, Any] = LLAMA, tensors: Mapping[str, tuple[int, ...]] | None = None) -> int:
    """Write a Hugging Face folder; return the bytes of its tensors."""
    path.mkdir(exist_ok=True)
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return safetensors(path / "model.safetensors", llama_tensors() if tensors is None else tensors)


def text(word: str) -> bytes:
    return struct.pack("<Q", len(word)) + word.encode()


def value(item: Any) -> bytes:
    """Return a value of the metadata with its type before it."""
    if isinstance(item, str):
        return struct.pack("<I", 8) + text(item)
    if isinstance(item, list) and isinstance(item[0], str):
        return struct.pack("<IIQ", 9, 8, len(item)) + b"".join(map(text, item))
    if isinstance(item, list):
        return struct.pack(f"<IIQ{len(item)}I", 9, 4, len(item), *item)
    return struct.pack("<II", 4, item)


METADATA: Mapping[str, Any] = {
    "general.architecture": "llama", "general.name": "A small Llama", "general.file_type": 15, "llama.embedding_length": 256,
    "llama.block_count": 2, "llama.feed_forward_length": 512, "llama.context_length": 2048, "llama.attention.head_count": 8,
    "llama.attention.head_count_kv": 2, "tokenizer.ggml.tokens": [f"word{number}" for number in range(5000)],
}  # fmt: skip
# Type 12 is Q4_K (144 bytes for 256), 14 Q6_K (210), 0 F32.
TENSORS: Sequence[tuple[str, tuple[int, ...], int, int]] = (
    ("token_embd.weight", (256, 512), 12, 256 * 512 // 256 * 144),
    ("output.weight", (256, 512), 14, 256 * 512 // 256 * 210),
    ("output_norm.weight", (256,), 0, 1024),
    ("blk.0.attn_q.weight", (256, 256), 12, 256 * 144),
    ("blk.1.attn_q.weight", (256, 256), 14, 256 * 210),
)


def gguf(
    path: Path, metadata: Mapping[str, Any] = METADATA, tensors: Sequence[tuple[str, tuple[int, ...], int, int]] = TENSORS, version: int = 3
) -> int:
    """Write a GGUF file (its data a hole); return the bytes of its tensors."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    head += b"".join(text(key) + value(item) for key, item in metadata.items())
    at = 0
    for name, shape, kind, size in tensors:
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, at)
        at += -(-size // 32) * 32
    path.write_bytes(head)
    with path.open("r+b") as file:
        file.truncate(-(-len(head) // 32) * 32 + at)
    return sum(size for *_, size in tensors)
