"""The numbers of a configuration under today's names, whatever it calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xpudoctor.fit.model import ModelError

# What older configurations call the same thing.
_ALIASES = {
    "hidden_size": ("n_embd", "d_model", "model_dim"),
    "num_hidden_layers": ("n_layer", "num_layers", "n_layers"),
    "num_attention_heads": ("n_head", "n_heads", "num_heads"),
    "num_key_value_heads": ("num_kv_heads", "multi_query_group_num", "n_head_kv"),
    "head_dim": ("kv_channels", "attention_head_dim"),
    "intermediate_size": ("ffn_hidden_size", "n_inner", "ffn_dim", "ffn_hidden_size"),
    "vocab_size": ("padded_vocab_size",),
    "max_position_embeddings": ("n_positions", "seq_length", "max_seq_len", "n_ctx"),
    "num_experts": ("num_local_experts", "n_routed_experts", "moe_num_experts"),
    "num_experts_per_tok": ("moe_topk", "num_experts_per_token", "moe_k"),
    "moe_intermediate_size": ("expert_dim",),
    "mamba_n_heads": ("mamba_num_heads",),
    "mamba_d_head": ("mamba_head_dim",),
    "mamba_d_state": ("ssm_state_size", "state_size"),
    "mamba_d_conv": ("conv_kernel",),
    "mamba_n_groups": ("n_groups",),
    "mamba_expand": ("expand",),
}


class Numbers:
    """The numbers of a configuration under today's names; 0 where there is none."""

    def __init__(self, table: Mapping[str, Any], place: str) -> None:
        self._table, self._place = table, place

    def __call__(self, name: str) -> int:
        for key in (name, *_ALIASES.get(name, ())):
            value = self._table.get(key)
            if value is None:
                continue
            if not isinstance(value, int | float) or not 0 <= value <= 10**12:
                raise ModelError(f"{self._place}: {key} is {str(value)[:40]!r}, not a number of something")
            return int(value)
        return 0

    def must(self, name: str) -> int:
        value = self(name)
        if not value:
            raise ModelError(f"{self._place}: {name} is missing: not the configuration of a language model")
        return value
