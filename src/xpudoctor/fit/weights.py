"""What the weights take in a format: for each layer, before and after the layers, in host memory, and as one buffer."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from xpudoctor.facts.record import Record
from xpudoctor.fit.backends import Backend
from xpudoctor.fit.formats import Format
from xpudoctor.fit.model import Model, Role, Tensor

_OUTPUT = "lm_head.weight"
_BYTES = {"fp64": 8, "fp32": 4, "fp16": 2, "bf16": 2, "fp8": 1}


class Weights(Record):
    """Bytes. `first` stands before the layers, `last` behind them; `host` stays in host memory; `largest` is the largest tensor."""

    first: int
    layers: tuple[int, ...]
    last: int
    host: int
    largest: int
    largest_name: str = ""

    @property
    def total(self) -> int:
        """What the devices hold together."""
        return self.first + sum(self.layers) + self.last


@cache  # To find the longest context, the same weights are asked for twenty times.
def weigh(model: Model, form: Format | None, backend: Backend) -> Weights:
    """Return what a model's weights take: as stored where no format is given, or where its files are quantized."""
    sizes = [(tensor, tensor.role, size(tensor, model, form)) for tensor in model.tensors]
    layers = [0] * max(len(model.shape.layers), 1)
    first = last = host = 0
    for tensor, role, taken in sizes:
        index = tensor.layer
        if index is not None and index < len(layers):
            layers[index] += taken
        elif role is Role.EMBEDDING and backend.host_embedding:
            # llama.cpp and exllamav2 look words up on the CPU; where the output layer shares the table, the device has a copy as that.
            host, last = host + taken, last + (size(replace(tensor, name=_OUTPUT), model, form) if model.shape.tied else 0)
        elif role in (Role.EMBEDDING, Role.TOWER):
            first += taken
        else:
            last += taken
    on_device = [(taken, tensor.name) for tensor, role, taken in sizes if not (role is Role.EMBEDDING and backend.host_embedding)]
    return Weights(first, tuple(layers), last, host, *max(on_device, default=(0, "")))


def size(tensor: Tensor, model: Model, form: Format | None) -> int:
    """Return the bytes of one tensor."""
    if tensor.stored is not None and (model.fixed or form is None or (_packed(tensor) and "llama.cpp" in form.on)):
        return tensor.stored
    return form.bytes(tensor, model.shape.tied) if form else tensor.elements * _BYTES.get(model.precision, 2)


def _packed(tensor: Tensor) -> bool:
    """Say whether a tensor is published in 4 bits: a GGUF file of any type keeps the experts of gpt-oss so."""
    return tensor.stored is not None and tensor.stored < tensor.elements
