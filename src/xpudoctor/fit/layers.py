"""What each layer of a configuration is: full attention, a window, compressed, recurrent, or two of these at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xpudoctor.fit.model import ModelError
from xpudoctor.fit.numbers import Numbers
from xpudoctor.fit.shape import Layer


def layers(text: Mapping[str, Any], get: Numbers, kind: str, kv_heads: int, head_dim: int) -> tuple[Layer, ...]:
    count = get.must("num_hidden_layers")
    if count > 10_000:
        raise ModelError(f"num_hidden_layers is {count}: not the configuration of a language model")
    full = Layer(token=kv_heads * (head_dim + (get("v_head_dim") or head_dim)))
    if get("kv_lora_rank"):
        # The compressed form and one rotated key (transformers 5, vLLM, llama.cpp; transformers 4 unpacked them).
        full = Layer(token=get("kv_lora_rank") + get("qk_rope_head_dim"))
    kinds = _kinds(text, get, kind, count)
    window, recurrent = get("sliding_window") or get("attention_chunk_size"), _recurrent(get, kind)
    of_kind = {
        "full": full,
        "window": Layer(token=full.token, window=window),
        "recurrent": recurrent,
        "both": Layer(token=full.token, conv=recurrent.conv, state=recurrent.state),
    }
    return tuple(of_kind[name] for name in kinds)


def _kinds(text: Mapping[str, Any], get: Numbers, kind: str, count: int) -> list[str]:
    """Return for each layer what it is: full, window, recurrent or both."""
    said = text.get("layer_types") or text.get("layers_block_type")
    if isinstance(said, list) and len(said) == count:
        window = bool(get("sliding_window") or get("attention_chunk_size"))
        return [_kind(str(word), window) for word in said]
    if kind in ("mamba", "mamba2", "falcon_mamba"):
        return ["recurrent"] * count
    if kind == "falcon_h1":
        return ["both"] * count
    if kind in ("jamba", "qwen3_next"):
        period, offset = (get("attn_layer_period") or 8, get("attn_layer_offset")) if kind == "jamba" else (4, 3)
        return ["full" if index % period == offset else "recurrent" for index in range(count)]
    if not get("sliding_window") or text.get("use_sliding_window") is False:
        return ["full"] * count
    every = get("sliding_window_pattern") or {"gemma2": 2, "gemma3": 6, "gemma3_text": 6, "gpt_oss": 2, "cohere2": 4}.get(kind, 0)
    if kind.startswith(("qwen2", "qwen3")):
        return ["window" if index >= get("max_window_layers") and text.get("use_sliding_window") else "full" for index in range(count)]
    # Without a pattern all layers look back at the window (Mistral 7B v0.1, Phi-3).
    return ["full" if every and (index + 1) % every == 0 else "window" for index in range(count)]


def _kind(word: str, window: bool) -> str:
    if word in ("sliding_attention", "chunked_attention"):
        return "window" if window else "full"
    return "recurrent" if word in ("linear_attention", "mamba", "conv", "recurrent") else "full"


def _recurrent(get: Numbers, kind: str) -> Layer:
    """Return the state of a recurrent layer, once for a sequence: transformers' LinearAttentionLayer and its kin."""
    if get("linear_num_value_heads"):
        keys, values = (
            get("linear_num_key_heads") * get("linear_key_head_dim"),
            get("linear_num_value_heads") * get("linear_value_head_dim"),
        )
        return Layer(conv=(2 * keys + values) * get("linear_conv_kernel_dim"), state=values * get("linear_key_head_dim"))
    kernel, size = get("conv_kernel") or get("mamba_d_conv") or 4, get("state_size") or get("mamba_d_state") or 16
    inner = _inner(get)
    groups = (get("n_groups") or get("mamba_n_groups") or 1) if kind in ("mamba2", "falcon_h1") else 0
    return Layer(conv=(inner + 2 * groups * size) * kernel, state=inner * size)


def _inner(get: Numbers) -> int:
    return get("mamba_d_ssm") or get("intermediate_size_mamba") or (get("expand") or get("mamba_expand") or 2) * get("hidden_size")


def scan(get: Numbers, kind: str) -> int:
    """Return the bytes for each token that a recurrent layer unfolds in torch, without kernels of its own (as on XPU)."""
    if get("linear_num_value_heads"):
        heads = get("linear_num_value_heads")
        return 4 * heads * (5 * 64 + 9 * get("linear_value_head_dim"))
    if kind in ("mamba2", "falcon_h1"):
        heads = get("num_heads") if kind == "mamba2" else get("mamba_n_heads")
        return 4 * 4 * heads * (get("chunk_size") or get("mamba_chunk_size") or 256) + 22 * _inner(get)
    if kind in ("mamba", "falcon_mamba", "jamba"):
        return _inner(get) * (12 * (get("state_size") or get("mamba_d_state") or 16) + 30)
    return 0
