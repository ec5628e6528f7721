"""The formulas: what cache, activations and logits take for a shape, each with its source beside it.

Those of `native` are held against real transformers models in tests/fit/test_real.py: the cache exact, the prefill peak within 15 %.
"""

from __future__ import annotations

from xpudoctor.facts.record import Record
from xpudoctor.fit.backends import Backend
from xpudoctor.fit.shape import Layer, Shape


class Use(Record):
    """How a model is used. `cache_bits` is the size of an element of the cache, `element` the bytes of one of the activations."""

    context: int
    batch: int = 1
    prompt: int = 0
    cache_bits: float = 16
    element: int = 2
    eager: bool = False

    def tokens(self, backend: Backend) -> int:
        """How many tokens of the prompt pass at once."""
        prompt = min(self.prompt or self.context, self.context)
        return min(prompt, backend.chunk) if backend.chunk else prompt


def cache(layer: Layer, use: Use, backend: Backend) -> int:
    """Return the bytes that one layer keeps: keys and values of each token, or the state of a recurrent one.

    2 x heads x width for each token: https://huggingface.co/docs/transformers/kv_cache; the state in float32, the convolution in the
    model's type: LinearAttentionLayer of https://github.com/huggingface/transformers/blob/main/src/transformers/cache_utils.py.
    """
    tokens = min(use.context, _window(layer, backend)) if layer.window else use.context
    kept = int(layer.token * tokens * use.cache_bits) // 8
    return use.batch * (kept + layer.conv * use.element + layer.state * 4)


def _window(layer: Layer, backend: Backend) -> int:
    """Return how many tokens a layer with a window really keeps.

    transformers keeps one less than the window (DynamicSlidingWindowLayer in cache_utils.py), llama.cpp the window and one chunk in
    steps of 256 (llama_kv_cache_iswa), vLLM the window and one chunk (https://docs.vllm.ai/en/latest/design/hybrid_kv_cache_manager/).
    What does not know windows keeps everything.
    """
    if backend.name in ("native", "ipex"):
        return layer.window - 1
    if backend.name in ("llama.cpp", "vllm"):
        return -(-(layer.window + backend.chunk) // 256) * 256
    return 2**62


def activations(shape: Shape, use: Use, backend: Backend) -> int:
    """Return the peak while the prompt passes: the larger of what attention and what the feed-forward layer of one layer hold at once.

    Beside either stand the embeddings, the layer's input, the residual and its norm, and the rotary tables: LlamaDecoderLayer of
    https://github.com/huggingface/transformers/blob/main/src/transformers/models/llama/modeling_llama.py.
    """
    if backend.name == "llama.cpp":
        return _llama_cpp(shape, use, backend)
    tokens, element, heads = use.tokens(backend), use.element, shape.heads * any(layer.token for layer in shape.layers)
    tables = tokens * (2 * shape.rotary * element * (2 if shape.windowed and not shape.sinks else 1) + 8)
    scores = tokens if _eager(shape, use, backend) else 0
    # The scores of the layer stay until it ends, in a variable that nobody reads.
    forward = 4 * shape.hidden * element + _feed_forward(shape, element) + heads * scores * element
    # A recurrent layer fills its last chunk up.
    unfolded = tokens * 4 * shape.hidden * element + -(-tokens // shape.chunk) * shape.chunk * shape.scan
    peak = max(tokens * _attention(shape, use, backend, heads), tokens * forward, unfolded)
    masks = _masks(shape, tokens, scores, element) if heads and not backend.chunk else 0
    return tables + use.batch * peak + masks + _untrimmed(shape, use, backend)


def _eager(shape: Shape, use: Use, backend: Backend) -> bool:
    return use.eager or (shape.eager and backend.name in ("native", "ipex"))


def _feed_forward(shape: Shape, element: int) -> int:
    """Return the bytes for one token: of the dense layer gate, up and their product, or each expert that runs.

    Read off LlamaMLP, Phi3MLP, GptOssExperts (which keeps its biases and clamped halves) and the experts of
    https://github.com/huggingface/transformers/blob/main/src/transformers/integrations/moe.py.
    """
    dense = shape.buffers * shape.intermediate
    experts = shape.active * max(shape.hidden + (10 if shape.sinks else 4) * shape.expert, 4 * shape.hidden)
    return max(dense, experts) * element


def _attention(shape: Shape, use: Use, backend: Backend, heads: int) -> int:
    """Return the bytes for one token: queries, keys and values repeated for each head, and without a fused kernel the scores.

    Scores once in the model's type and twice in float32 for the softmax: eager_attention_forward of modeling_llama.py; fused:
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html.
    """
    seen = use.context if backend.chunk else use.tokens(backend)
    repeated = 2 if heads != shape.kv_heads else 0
    # While queries are rotated there are four of them: the queries, the turned ones, and both by their tables.
    queries = 1 + repeated + (8 if shape.upcast else 0) if _eager(shape, use, backend) else 4
    # Where values are narrower than keys, no kernel is fused, and sdpa scales queries and keys into copies first.
    queries += 3 if shape.value_dim != shape.head_dim and not use.eager else 0
    wide = (3 * shape.hidden + queries * heads * shape.head_dim) * use.element
    each = 3 * use.element if shape.sinks else use.element + 8
    return wide + (heads * seen * each if _eager(shape, use, backend) else 0)


def _masks(shape: Shape, tokens: int, scores: int, element: int) -> int:
    """Return the masks of transformers: in the model's type without a fused kernel, one byte a pair for a window with one."""
    if scores:
        return tokens * tokens * element * (2 if shape.windowed else 1)
    return tokens * tokens if shape.windowed else 0


def _untrimmed(shape: Shape, use: Use, backend: Backend) -> int:
    """Return what layers with a window still hold of the prompt: transformers cuts it down only when the next token comes."""
    if backend.name not in ("native", "ipex"):
        return 0
    tokens = use.tokens(backend)
    over = sum(layer.token * max(tokens - (layer.window - 1), 0) for layer in shape.layers if layer.window)
    return int(use.batch * over * use.cache_bits) // 8


def _llama_cpp(shape: Shape, use: Use, backend: Backend) -> int:
    """Return llama.cpp's compute buffer without its logits: the scores of one chunk in float32 and a mask, or the feed-forward layer.

    Without flash attention, which the SYCL backend has since 2026-03: https://github.com/ggml-org/llama.cpp/blob/master/docs/backend/SYCL.md.
    A quantized cache of values needs it, and then no scores are kept: llama_init_from_model in src/llama-context.cpp.
    """
    tokens = use.tokens(backend)
    scores = tokens * use.context * (4 * shape.heads + 4) if use.cache_bits >= 16 else 0
    return max(scores, tokens * 4 * (3 * shape.intermediate + 4 * shape.active * shape.expert)) + tokens * 4 * 4 * shape.hidden


def logits(shape: Shape, use: Use, backend: Backend) -> int:
    """Return the scores over the vocabulary: once in the model's type and once in float32, in llama.cpp in float32 alone.

    generate() of transformers asks for the last position only and copies it to float32 (generation/utils.py); llama.cpp reserves them
    for a whole chunk; vLLM tries its largest number of sequences when it starts.
    """
    positions = use.tokens(backend) if backend.all_logits else 1
    return positions * max(use.batch, backend.sequences) * shape.vocab * (4 if backend.name == "llama.cpp" else use.element + 4)


def largest(shape: Shape, use: Use, backend: Backend) -> tuple[int, str]:
    """Return the largest buffer beside the weights, and what it is."""
    tokens, keys = use.tokens(backend), max((cache(layer, use, backend) for layer in shape.layers), default=0)
    found = [(keys // (1 if backend.name == "vllm" else 2), "the cache of one layer")]
    found.append((use.batch * tokens * max(shape.intermediate, shape.active * shape.expert * 2) * use.element, "the feed-forward layer"))
    if _eager(shape, use, backend):
        found.append((use.batch * shape.heads * tokens * tokens * 4, "the attention scores"))
    if backend.name == "llama.cpp":
        found.append((max(_llama_cpp(shape, use, backend), logits(shape, use, backend)), "the compute buffer"))
    elif backend.all_logits:
        found.append((use.batch * tokens * shape.vocab * 4, "the scores over the vocabulary"))
    return max(found)
