"""How a configuration (config.json, a row of the table, or the metadata of a GGUF file under the same names) becomes a shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xpudoctor.fit.layers import layers
from xpudoctor.fit.numbers import Numbers
from xpudoctor.fit.recurrent import scan
from xpudoctor.fit.shape import Shape

# By model_type: what tests/real/test_fit.py holds against transformers 5.23, what wraps one of those, and (in the last line) what its
# own code makes of the same parts. Of another one all layers are taken as full attention, and that is said.
KNOWN = frozenset(
    """llama mistral ministral3 mixtral qwen2 qwen3 qwen3_moe qwen3_next qwen3_5_text qwen3_5_moe_text gemma gemma2 gemma3_text
    gemma4_text phi3 phimoe glm glm4 gptj starcoder2 stablelm smollm3 seed_oss olmo olmo2 olmo3 granite granitemoe
    granitemoehybrid cohere cohere2 exaone4 nemotron nemotron_h arcee deepseek_v2 deepseek_v3 gpt_oss mamba mamba2 falcon_mamba
    jamba falcon_h1 bamba lfm2
    gemma3 gemma4 mistral3 qwen2_vl qwen2_5_vl qwen3_vl qwen3_5 qwen3_5_moe llava
    chatglm qwen deepseek internlm2 baichuan exaone""".split()
)
# One matrix makes gate and up, of which both halves are kept while they are multiplied.
_FUSED = {"phi3", "glm", "glm4", "chatglm"}
_UNGATED = {"gptj", "gpt2", "gpt_neox", "phi", "falcon", "starcoder2", "opt", "nemotron", "arcee", "gpt_bigcode"}
# transformers refuses `sdpa` for these (their classes say so).
_EAGER = {"gemma2", "gpt_oss", "gptj"}


def shape(config: Mapping[str, Any], place: str) -> Shape:
    """Return the shape; ModelError names the place and the key where a number is missing or is none."""
    text = _text_part(config)
    kind = str(text.get("model_type") or config.get("model_type") or "")
    tied = text.get("tie_word_embeddings", config.get("tie_word_embeddings", kind.startswith("gemma")))
    get = Numbers(text, place)
    found, (unfolded, chunk) = _numbers(text, get, kind), scan(get, kind)
    return replace(
        found,
        architecture=str((config.get("architectures") or [kind or "unknown"])[0]),
        rotary=found.rotary or int(found.head_dim * float(text.get("partial_rotary_factor") or 1)),
        tied=bool(tied),
        gated=kind not in _UNGATED,
        # Gate, up and product; a fused matrix is kept whole beside two of them; without a gate there is one less, but for a square.
        buffers=4 if kind in _FUSED else 2 if kind in _UNGATED and text.get("hidden_act") != "relu2" else 3,
        eager=kind in _EAGER or found.eager,
        sinks=kind == "gpt_oss",
        upcast=kind == "gptj",
        scan=unfolded,
        chunk=chunk,
        dtype=_dtype(config, text),
        known=kind in KNOWN,
    )


def _numbers(text: Mapping[str, Any], get: Numbers, kind: str) -> Shape:
    heads = get("num_attention_heads") or 1 if "mamba" in kind else get.must("num_attention_heads")
    hidden, latent = get.must("hidden_size"), get("kv_lora_rank")
    head_dim = get("head_dim") or (get("qk_nope_head_dim") + get("qk_rope_head_dim")) or hidden // heads
    kv_heads = _kv_heads(text, get, kind) or heads
    widest = max([head_dim, get("global_head_dim"), *_own_head_dims(text)])
    expert = (get("moe_intermediate_size") or get("intermediate_size")) if get("num_experts") else 0
    return Shape(
        architecture=kind,
        hidden=hidden,
        heads=heads,
        # Of compressed keys and values there is one for all heads, and it is wider.
        kv_heads=1 if latent else kv_heads,
        head_dim=latent + get("qk_rope_head_dim") if latent else widest,
        value_dim=latent or get("v_head_dim") or widest,
        vocab=get.must("vocab_size"),
        intermediate=_intermediate(get, kind, hidden),
        layers=layers(text, get, kind, kv_heads, head_dim),
        max_position=get("max_position_embeddings"),
        active=get("num_experts_per_tok") if expert else 0,
        expert=expert,
        eager=bool(latent),
        rotary=get("qk_rope_head_dim"),
    )


def _kv_heads(text: Mapping[str, Any], get: Numbers, kind: str) -> int:
    if text.get("multi_query") and not text.get("new_decoder_architecture"):
        return 1
    # Falcon keeps the keys for each head, whatever it says of groups.
    return 0 if kind == "falcon" else get("num_key_value_heads")


def _own_head_dims(text: Mapping[str, Any]) -> list[int]:
    """Return the widths of heads that single layers have (Gemma 4)."""
    own = text.get("per_layer_config")
    said = [other.get("head_dim") for other in own.values() if isinstance(other, Mapping)] if isinstance(own, Mapping) else []
    return [width for width in said if isinstance(width, int)]


def _text_part(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part about language where a model also sees or hears."""
    for key in ("text_config", "llm_config", "language_config"):
        if isinstance(config.get(key), Mapping):
            return {**config, **config[key]}
    return config


def _intermediate(get: Numbers, kind: str, hidden: int) -> int:
    dense = get("intermediate_size") or (4 * hidden if kind in _UNGATED else 0)
    if kind == "qwen":  # The first Qwen counts gate and up together.
        dense //= 2
    # With experts in every layer, the dense width is not used.
    return 0 if get("num_experts") and not get("first_k_dense_replace") and kind not in ("jamba",) else dense


def _dtype(config: Mapping[str, Any], text: Mapping[str, Any]) -> str:
    said = str(config.get("dtype") or config.get("torch_dtype") or text.get("dtype") or text.get("torch_dtype") or "").rpartition(".")[2]
    return {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}.get(said, "fp32" if not said else "bf16")
