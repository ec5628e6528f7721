"""What each layer of a configuration is: full attention, a window, compressed, recurrent, both, or one that keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xpudoctor.fit import recurrent
from xpudoctor.fit.model import ModelError
from xpudoctor.fit.numbers import Numbers
from xpudoctor.fit.shape import Layer

# How often a layer sees everything, where the configuration does not say it.
_EVERY = {"gemma2": 2, "gemma3": 6, "gemma3_text": 6, "gpt_oss": 2, "cohere2": 4}
_MOST = 10_000


def layers(text: Mapping[str, Any], get: Numbers, kind: str, kv_heads: int, head_dim: int) -> tuple[Layer, ...]:
    """Return the layers in their order; ModelError where there are impossibly many."""
    said = text.get("layer_types") or text.get("layers_block_type")
    count = get("num_hidden_layers") or (len(said) if isinstance(said, list) else get.must("num_hidden_layers"))
    if count > _MOST:
        raise ModelError(f"num_hidden_layers is {count}: not the configuration of a language model")
    kinds = [_kind(str(word), get) for word in said] if isinstance(said, list) and len(said) == count else _kinds(text, get, kind, count)
    # The last layers of a Gemma may use what an earlier one keeps.
    shared = get("num_kv_shared_layers")
    kinds[count - shared :] = ["none"] * min(shared, count)
    full, kept = _full(get, kv_heads, head_dim), recurrent.state(get, kind)
    of_kind = {
        "full": _full(get, kv_heads, get("global_head_dim") or head_dim),
        "window": Layer(token=full.token, window=_window(get)),
        "recurrent": kept,
        "both": Layer(token=full.token, conv=kept.conv, state=kept.state),
        "none": Layer(),
    }
    own = text.get("per_layer_config")
    found = [of_kind[name] for name in kinds]
    for index, other in own.items() if isinstance(own, Mapping) else ():
        if str(index).isdigit() and int(index) < count and isinstance(other, Mapping) and isinstance(other.get("head_dim"), int):
            found[int(index)] = _full(get, kv_heads, other["head_dim"])
    return tuple(found)


def _full(get: Numbers, kv_heads: int, head_dim: int) -> Layer:
    if get("kv_lora_rank"):
        # The compressed form and one rotated key (transformers 5, vLLM, llama.cpp; transformers 4 unpacked them).
        return Layer(token=get("kv_lora_rank") + get("qk_rope_head_dim"))
    return Layer(token=kv_heads * (head_dim + (get("v_head_dim") or head_dim)))


def _window(get: Numbers) -> int:
    return get("sliding_window") or get("attention_chunk_size")


def _kind(word: str, get: Numbers) -> str:
    if word in ("sliding_attention", "chunked_attention"):
        return "window" if _window(get) else "full"
    if word in ("mlp", "moe"):
        return "none"
    return "recurrent" if word in ("linear_attention", "mamba", "conv", "recurrent") else "full"


def _kinds(text: Mapping[str, Any], get: Numbers, kind: str, count: int) -> list[str]:
    """Return for each layer what it is, where the configuration has no list of them."""
    if kind in ("mamba", "mamba2", "falcon_mamba", "falcon_h1"):
        return ["both" if kind == "falcon_h1" else "recurrent"] * count
    attention = text.get("attn_layer_indices")
    if isinstance(attention, list):
        return ["full" if index in attention else "recurrent" for index in range(count)]
    if kind in ("jamba", "qwen3_next"):
        period, offset = (get("attn_layer_period") or 8, get("attn_layer_offset")) if kind == "jamba" else (4, 3)
        return ["full" if index % period == offset else "recurrent" for index in range(count)]
    if not get("sliding_window") or text.get("use_sliding_window") is False:
        return ["full"] * count
    if kind.startswith(("qwen2", "qwen3")):
        return ["window" if index >= get("max_window_layers") and text.get("use_sliding_window") else "full" for index in range(count)]
    every = get("sliding_window_pattern") or _EVERY.get(kind, 0)
    # Without a pattern all layers look back at the window (Mistral 7B v0.1, Phi-3).
    return ["full" if every and (index + 1) % every == 0 else "window" for index in range(count)]
