"""What loading takes of the computer's memory."""

from __future__ import annotations

from xpudoctor.facts.sizes import GIB
from xpudoctor.fit.weights import weigh
from xpudoctor.fit.wish import Wish


def host(wish: Wish) -> tuple[int, str]:
    """Return what loading takes of the computer's memory, and why.

    transformers and vLLM map safetensors and pass one tensor at a time (https://huggingface.co/docs/transformers/big_models); a .bin
    is unpickled as a whole; ipex-llm and IPEX quantize on the CPU, with the whole model there (low_bit_linear.py, the IPEX guide).
    """
    own, model = int(wish.backend.host * GIB), wish.model
    full = sum(2 * tensor.elements for tensor in model.tensors) if not model.fixed else sum(tensor.stored or 0 for tensor in model.tensors)
    if wish.backend.name in ("ipex", "ipex-llm") and wish.form and wish.form.bits < 16:
        return own + full, "the whole model in 16 bits, which is quantized on the CPU"
    if not model.mapped:
        return own + (model.largest_file or full), "the largest .bin file, which cannot be mapped"
    weights = weigh(model, wish.form, wish.backend)
    if wish.on_cpu:
        return own + weights.host + sum(weights.layers[: wish.on_cpu]), "the layers that stay on the CPU"
    return own + weights.host + 2 * weights.largest * (not weights.host), "its files are mapped; a tensor passes at a time"
