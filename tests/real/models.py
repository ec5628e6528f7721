"""Run by a real interpreter with torch and transformers: models with random weights, what their cache takes, and their peak in a prefill.

`models.py FOLDER` writes each as a folder of safetensors and prints a JSON line for each way it is run; `models.py FOLDER gguf` writes a
GGUF file with the library of llama.cpp and prints how many bytes its tensors take.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_SMALL = {"hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 2, "vocab_size": 1000}
_WIDE = {**_SMALL, "head_dim": 64}
_MOE = {"num_experts_per_tok": 4, "moe_intermediate_size": 128, "intermediate_size": 512}
_LATENT = {
    "num_key_value_heads": 8, "q_lora_rank": 96, "kv_lora_rank": 64, "qk_rope_head_dim": 16, "qk_nope_head_dim": 32, "v_head_dim": 32,
    "n_routed_experts": 16, "n_group": 4, "topk_group": 2, "first_k_dense_replace": 1,
}  # fmt: skip
_GEMMA = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 64, "vocab_size": 2000}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("Llama", {**_SMALL, "intermediate_size": 688}),
    "llama-without-groups": ("Llama", {**_SMALL, "num_key_value_heads": 8, "intermediate_size": 688}),
    "qwen2": ("Qwen2", {**_SMALL, "intermediate_size": 1024}),
    "qwen3": ("Qwen3", {**_WIDE, "intermediate_size": 768}),
    "mistral": ("Mistral", {**_SMALL, "intermediate_size": 900, "sliding_window": 64}),
    "gemma": ("Gemma", {**_SMALL, **_GEMMA, "num_key_value_heads": 4, "intermediate_size": 2048}),
    "gemma2": ("Gemma2", {**_SMALL, **_GEMMA, "intermediate_size": 1024, "sliding_window": 64}),
    "gemma3": ("Gemma3Text", {**_SMALL, **_GEMMA, "num_hidden_layers": 6, "intermediate_size": 1024, "sliding_window": 64}),
    "phi3": ("Phi3", {**_SMALL, "num_key_value_heads": 8, "intermediate_size": 688, "sliding_window": None, "pad_token_id": 0}),
    "glm": ("Glm", {**_SMALL, "head_dim": 32, "intermediate_size": 688, "pad_token_id": 0}),
    "mixtral": ("Mixtral", {**_SMALL, "intermediate_size": 512, "num_local_experts": 4}),
    "qwen3-moe": ("Qwen3Moe", {**_WIDE, **_MOE, "num_experts": 16}),
    "deepseek-v2": ("DeepseekV2", {**_SMALL, **_LATENT, **_MOE}),
    "deepseek-v3": ("DeepseekV3", {**_SMALL, **_LATENT, **_MOE}),
    "gpt-oss": ("GptOss", {**_SMALL, "head_dim": 32, "intermediate_size": 256, "num_local_experts": 4, "sliding_window": 64}),
    "gpt-j": ("GPTJ", {"n_embd": 256, "n_layer": 4, "n_head": 8, "vocab_size": 1000, "rotary_dim": 16, "n_positions": 2048}),
    "starcoder2": ("Starcoder2", {**_SMALL, "intermediate_size": 640}),
    "stablelm": ("StableLm", {**_SMALL, "intermediate_size": 640}),
    "smollm3": ("SmolLM3", {**_SMALL, "intermediate_size": 640, "pad_token_id": 0}),
    "seed-oss": ("SeedOss", {**_SMALL, "intermediate_size": 640}),
    "olmo2": ("Olmo2", {**_SMALL, "intermediate_size": 640}),
    "olmo3": ("Olmo3", {**_SMALL, "intermediate_size": 640, "sliding_window": 64}),
    "granite": ("Granite", {**_SMALL, "intermediate_size": 640}),
    "granite-moe": ("GraniteMoe", {**_SMALL, "intermediate_size": 640, "num_local_experts": 4, "num_experts_per_tok": 2}),
    "phi-moe": ("Phimoe", {**_SMALL, "intermediate_size": 640, "num_local_experts": 4, "sliding_window": None}),
    "cohere": ("Cohere", {**_SMALL, "intermediate_size": 640}),
    "cohere2": ("Cohere2", {**_SMALL, "intermediate_size": 640, "sliding_window": 64}),
    "exaone4": ("Exaone4", {**_SMALL, "intermediate_size": 640, "sliding_window": 64}),
    "glm4": ("Glm4", {**_SMALL, "head_dim": 32, "intermediate_size": 640, "pad_token_id": 0}),
    "nemotron": ("Nemotron", {**_SMALL, "intermediate_size": 640}),
    "arcee": ("Arcee", {**_SMALL, "intermediate_size": 640}),
    "ministral3": ("Ministral3", {**_SMALL, "head_dim": 32, "intermediate_size": 640}),
    "gemma4": (
        "Gemma4Text",
        {**_SMALL, "num_hidden_layers": 6, "num_attention_heads": 4, "head_dim": 32, "hidden_size": 512, "intermediate_size": 2048,
         "hidden_size_per_layer_input": 32, "vocab_size_per_layer_input": 1000},
    ),
    "qwen3.5": ("Qwen3_5Text", {**_SMALL, "intermediate_size": 640}),
    "qwen3.5-moe": ("Qwen3_5MoeText", {**_WIDE, **_MOE, "head_dim": 32, "num_experts": 8, "shared_expert_intermediate_size": 64}),
    "bamba": (
        "Bamba",
        {**_SMALL, "intermediate_size": 640, "attn_layer_indices": [1], "mamba_n_heads": 16, "mamba_d_head": 32, "mamba_d_state": 32},
    ),
    "granite-hybrid": (
        "GraniteMoeHybrid",
        {**_SMALL, "intermediate_size": 640, "layer_types": ["mamba", "attention", "mamba", "mamba"], "mamba_n_heads": 16,
         "mamba_d_head": 32, "mamba_d_state": 32, "shared_intermediate_size": 128},
    ),
    "nemotron-h": (
        "NemotronH",
        {**{key: value for key, value in _SMALL.items() if key != "num_hidden_layers"}, "intermediate_size": 640, "mamba_num_heads": 16,
         "layers_block_type": ["linear_attention", "moe", "full_attention", "mlp"], "mamba_head_dim": 32, "ssm_state_size": 32,
         "n_groups": 2, "n_routed_experts": 8, "moe_intermediate_size": 64, "moe_shared_expert_intermediate_size": 64},
    ),
    "lfm2": ("Lfm2", {**_SMALL, "intermediate_size": 640, "layer_types": ["conv", "full_attention", "conv", "conv"]}),
    "falcon-mamba": ("FalconMamba", {"hidden_size": 256, "num_hidden_layers": 4, "vocab_size": 1000}),
    "mamba": ("Mamba", {"hidden_size": 256, "num_hidden_layers": 4, "vocab_size": 1000, "state_size": 16}),
    "mamba-with-more-state": ("Mamba", {"hidden_size": 192, "num_hidden_layers": 2, "vocab_size": 1000, "state_size": 32, "expand": 3}),
    "mamba2": (
        "Mamba2",
        {"hidden_size": 256, "num_hidden_layers": 4, "vocab_size": 1000, "state_size": 32, "num_heads": 8, "head_dim": 64, "n_groups": 2},
    ),
    "mamba2-with-more-heads": (
        "Mamba2",
        {"hidden_size": 384, "num_hidden_layers": 2, "vocab_size": 1000, "state_size": 64, "num_heads": 24, "head_dim": 32, "n_groups": 1},
    ),
    "jamba": ("Jamba", {**_SMALL, "num_hidden_layers": 8, "intermediate_size": 512, "num_experts": 4, "use_mamba_kernels": False}),
    "falcon-h1": (
        "FalconH1",
        {**_SMALL, "intermediate_size": 512, "mamba_d_ssm": 256, "mamba_n_heads": 8, "mamba_d_head": 32, "mamba_d_state": 32},
    ),
    "qwen3-next": (
        "Qwen3Next",
        {**_WIDE, **_MOE, "head_dim": 32, "num_experts": 8, "num_experts_per_tok": 2, "shared_expert_intermediate_size": 128,
         "linear_num_value_heads": 8, "linear_num_key_heads": 4, "linear_key_head_dim": 32, "linear_value_head_dim": 32},
    ),
    "qwen3-next-wider": (
        "Qwen3Next",
        {**_WIDE, **_MOE, "head_dim": 32, "num_experts": 8, "num_experts_per_tok": 2, "shared_expert_intermediate_size": 128,
         "linear_num_value_heads": 16, "linear_num_key_heads": 8, "linear_key_head_dim": 64, "linear_value_head_dim": 64},
    ),
}  # fmt: skip
# transformers refuses fused attention for these.
_EAGER_ONLY = ("gemma2", "gpt-oss", "gpt-j", "mamba", "mamba2", "falcon-mamba")
_RUNS = ((1, 384), (2, 192), (1, 768))


def _made(name: str, attention: str) -> Any:
    import torch
    import transformers

    kind, numbers = MODELS[name]
    config = getattr(transformers, f"{kind}Config")(**numbers)
    if hasattr(config, "max_position_embeddings") and "n_positions" not in numbers:
        config.max_position_embeddings = 4096
    config.dtype = "bfloat16"
    return transformers.AutoModelForCausalLM.from_config(config, attn_implementation=attention, dtype=torch.bfloat16).eval()


def _peak(run: Callable[[], Any]) -> tuple[int, Any]:
    """Return the most that was allocated at one time while it ran, by torch's own profiler, and what it returned."""
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True, acc_events=True) as seen:
        returned = run()
    events = [event for event in seen.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = top = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        held += event.nbytes()
        top = max(top, held)
    return top, returned


def _cached(cache: Any) -> int:
    import torch

    found = 0
    for layer in cache.layers:
        for value in vars(layer).values():
            parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
            found += sum(part.numel() * part.element_size() for part in parts if isinstance(part, torch.Tensor) and part.numel() > 8)
    return found


def _runs(folder: Path) -> Iterator[dict[str, Any]]:
    import torch

    for name in MODELS:
        for attention in ("eager",) if name.startswith(_EAGER_ONLY) else ("sdpa", "eager"):
            model = _made(name, attention)
            model.save_pretrained(folder / name)
            for batch, tokens in _RUNS:
                words = torch.randint(10, 900, (batch, tokens))
                with torch.no_grad():
                    model(words[:, :8], use_cache=True, logits_to_keep=1)
                    top, out = _peak(lambda model=model, words=words: model(words, use_cache=True, logits_to_keep=1))  # type: ignore[misc]
                cache = _cached(getattr(out, "past_key_values", None) or out.cache_params)
                yield {"name": name, "attention": attention, "batch": batch, "tokens": tokens, "cache": cache, "peak": top}


def _gguf(folder: Path) -> int:
    import gguf
    import numpy

    writer = gguf.GGUFWriter(folder / "real.gguf", "llama")
    for add, number in (
        (writer.add_context_length, 4096), (writer.add_embedding_length, 512), (writer.add_block_count, 2), (writer.add_head_count, 8),
        (writer.add_feed_forward_length, 1024), (writer.add_head_count_kv, 2), (writer.add_file_type, 15),
    ):  # fmt: skip
        add(number)
    writer.add_token_list([f"word{index}" for index in range(3000)])
    shapes = {"token_embd": (3000, 512), "output": (3000, 512), "blk.0.attn_q": (512, 512), "blk.1.ffn_down": (512, 1024)}
    kinds = ("Q4_K", "Q6_K", "Q5_0", "Q8_0", "IQ4_XS", "MXFP4", "BF16", "F32")
    total = 0
    for index, kind in enumerate(kinds):
        form = gguf.GGMLQuantizationType[kind]
        for name, shape in shapes.items() if index == 0 else [(f"blk.1.extra{index}", (64, 512))]:
            data = numpy.zeros(gguf.quant_shape_to_byte_shape(shape, form), dtype=numpy.uint8)
            writer.add_tensor(f"{name}.weight", data, raw_dtype=form)
            total += data.nbytes
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return total


if __name__ == "__main__":
    if sys.argv[2:] == ["gguf"]:
        print(_gguf(Path(sys.argv[1])))
    else:
        for run in _runs(Path(sys.argv[1])):
            print(json.dumps(run), flush=True)
