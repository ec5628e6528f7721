"""Which tensors a model of a known shape has, where no file lists them: the matrices, and the norms (biases are below 0.1 % of any).

The names and shapes are those of the classes of transformers 5.23 (https://github.com/huggingface/transformers/tree/main/src/transformers/models);
the experts of a layer are one tensor there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xpudoctor.fit.model import Tensor
from xpudoctor.fit.shape import Shape


def tensors(config: Mapping[str, Any], shape: Shape) -> tuple[Tensor, ...]:
    """Return the tensors; of an architecture that is not known, those of a Llama with these numbers."""
    found = [Tensor("model.embed_tokens.weight", (shape.vocab, shape.hidden)), Tensor("model.norm.weight", (shape.hidden,))]
    for index in range(len(shape.layers)):
        found += [Tensor(f"model.layers.{index}.{name}", size) for name, size in _layer(config, shape, index)]
    if not shape.tied:
        found.append(Tensor("lm_head.weight", (shape.vocab, shape.hidden)))
    if tower := int(config.get("vision_parameters", 0)):
        found.append(Tensor("vision_tower.weight", (tower,)))
    return tuple(found)


def _layer(config: Mapping[str, Any], shape: Shape, index: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from _latent(config, shape) if config.get("kv_lora_rank") else _attention(shape)
    yield "input_layernorm.weight", (shape.hidden,)
    yield "post_attention_layernorm.weight", (shape.hidden,)
    experts = next((int(config[key]) for key in ("num_experts", "num_local_experts", "n_routed_experts") if config.get(key)), 0)
    if not experts or index < int(config.get("first_k_dense_replace", 0)):
        yield from _feed_forward("mlp", shape.intermediate, shape)
        return
    yield "mlp.gate.weight", (experts, shape.hidden)
    yield "mlp.experts.gate_up_proj", (experts, 2 * shape.expert, shape.hidden)
    yield "mlp.experts.down_proj", (experts, shape.hidden, shape.expert)
    if shared := int(config.get("n_shared_experts") or 0) * shape.expert or int(config.get("shared_expert_intermediate_size") or 0):
        yield from _feed_forward("mlp.shared_experts", shared, shape)


def _attention(shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "self_attn.q_proj.weight", (shape.heads * shape.head_dim, shape.hidden)
    yield "self_attn.k_proj.weight", (shape.kv_heads * shape.head_dim, shape.hidden)
    yield "self_attn.v_proj.weight", (shape.kv_heads * shape.value_dim, shape.hidden)
    yield "self_attn.o_proj.weight", (shape.hidden, shape.heads * shape.value_dim)


def _latent(config: Mapping[str, Any], shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    plain, rotated, value = (int(config.get(key) or 0) for key in ("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"))
    rank, query = int(config["kv_lora_rank"]), int(config.get("q_lora_rank") or 0)
    width = shape.heads * (plain + rotated)
    if query:
        yield "self_attn.q_a_proj.weight", (query, shape.hidden)
    yield "self_attn.q_b_proj.weight", (width, query or shape.hidden)
    yield "self_attn.kv_a_proj_with_mqa.weight", (rank + rotated, shape.hidden)
    yield "self_attn.kv_b_proj.weight", (shape.heads * (plain + value), rank)
    yield "self_attn.o_proj.weight", (shape.hidden, shape.heads * value)


def _feed_forward(name: str, width: int, shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    if shape.gated:
        yield f"{name}.gate_proj.weight", (width, shape.hidden)
    yield f"{name}.up_proj.weight", (width, shape.hidden)
    yield f"{name}.down_proj.weight", (shape.hidden, width)
