"""Recurrent layers (Mamba, Mamba 2, gated delta rule, short convolutions): what they keep of a sequence, and what they unfold.

Read off the caches and the torch paths of transformers 5.23 (https://github.com/huggingface/transformers/blob/main/src/transformers/cache_utils.py
and the modeling files of mamba, mamba2, bamba and qwen3_next), and held against them in tests/real/test_fit.py.
"""

from __future__ import annotations

from xpudoctor.fit.numbers import Numbers
from xpudoctor.fit.shape import Layer

_CHUNK, _DELTA_CHUNK = 256, 64


def state(get: Numbers, kind: str) -> Layer:
    """Return what one layer keeps, once for a sequence."""
    if get("linear_num_value_heads"):
        keys = get("linear_num_key_heads") * get("linear_key_head_dim")
        values = get("linear_num_value_heads") * get("linear_value_head_dim")
        return Layer(conv=(2 * keys + values) * get("linear_conv_kernel_dim"), state=values * get("linear_key_head_dim"))
    if get("conv_L_cache"):
        return Layer(conv=get("hidden_size") * get("conv_L_cache"))
    size, groups = get("mamba_d_state") or 16, (get("mamba_n_groups") or 1) if _heads(get, kind) else 0
    return Layer(conv=(_inner(get, kind) + 2 * groups * size) * (get("mamba_d_conv") or 4), state=_inner(get, kind) * size)


def scan(get: Numbers, kind: str) -> tuple[int, int]:
    """Return the bytes for each token that a layer unfolds in torch (XPU has no kernels for it), and how many tokens at once."""
    if get("linear_num_value_heads"):
        return 2 * get("linear_num_value_heads") * (6 * _DELTA_CHUNK + 27 * get("linear_value_head_dim")), _DELTA_CHUNK
    if heads := _heads(get, kind):
        chunk = get("mamba_chunk_size") or get("chunk_size") or _CHUNK
        return 16 * heads * chunk + 22 * _inner(get, kind), chunk
    if kind in ("mamba", "falcon_mamba", "jamba"):
        return _inner(get, kind) * (12 * (get("mamba_d_state") or 16) + 30), 1
    return 0, 1


def _heads(get: Numbers, kind: str) -> int:
    """Return the heads of a Mamba 2 layer; 0 for the first Mamba, which has none."""
    return get("num_heads") if kind == "mamba2" else get("mamba_n_heads")


def _inner(get: Numbers, kind: str) -> int:
    of_heads = _heads(get, kind) * (get("head_dim") if kind == "mamba2" else get("mamba_d_head"))
    return get("mamba_d_ssm") or of_heads or (get("mamba_expand") or 2) * get("hidden_size")
