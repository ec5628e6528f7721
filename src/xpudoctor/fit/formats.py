"""The formats of weights and of the cache: how many bits each takes of which tensor, and which backends run it on an Intel GPU."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from xpudoctor.facts import toml
from xpudoctor.facts.record import Record
from xpudoctor.fit.model import Model, ModelError, Role, Tensor

BACKENDS = ("native", "ipex", "ipex-llm", "vllm", "llama.cpp", "exllamav2")
# What a backend calls the formats that have a common name.
_OWN = {
    "ipex-llm": {"int4": "sym_int4", "int8": "sym_int8"},
    "llama.cpp": {"fp32": "f32", "fp16": "f16", "bf16": "f16", "int8": "q8_0", "int4": "q4_0"},
}
_EXL2 = re.compile(r"exl2-(\d(?:\.\d{1,2})?)")


class Format(Record):
    """Bits of a weight in the layers, in the output layer and in the embedding table; `loss` ranks formats by what they lose."""

    name: str
    bits: float
    output: float = 16
    embedding: float = 16
    loss: float = 0
    on: tuple[str, ...] = ()

    def bytes(self, tensor: Tensor, tied: bool) -> int:
        """Return what a tensor takes in this format."""
        plain = max(16.0, self.bits) if self.bits >= 16 else 16.0
        # Where the output layer shares the embedding table, that is kept as the better of the two.
        table = max(self.output, self.embedding) if tied else self.embedding
        bits = {Role.MATRIX: self.bits, Role.OUTPUT: self.output, Role.EMBEDDING: table}.get(tensor.role, plain)
        # A router or a head's scale is too small to be quantized, and no scheme does.
        small = tensor.role is Role.MATRIX and min(tensor.shape[-2:]) < 32
        return -(-int(tensor.elements * (plain if small else bits)) // 8)


@cache
def _tables() -> tuple[Mapping[str, Format], Mapping[str, Format]]:
    data = toml.load_resource(__package__, "formats.toml")
    return tuple({name: _format(name, row) for name, row in data[table].items()} for table in ("format", "cache"))  # type: ignore[return-value]


def _format(name: str, row: Mapping[str, Any]) -> Format:
    numbers = {key: float(row[key]) for key in ("bits", "output", "embedding", "loss") if key in row}
    return Format(name, on=tuple(row["on"]), **numbers)


def weights(name: str, backend: str = "") -> Format:
    """Return a format of weights by its name, or by what a backend calls the same; ModelError lists those that there are."""
    wanted = name.lower().replace("float", "fp")
    known, wanted = _tables()[0], _OWN.get(backend, {}).get(wanted, wanted)
    if match := _EXL2.fullmatch(wanted):
        bits = float(match[1])
        if not 2 <= bits <= 8:
            raise ModelError(f"--quant {name}: EXL2 has 2 to 8 bits a weight")
        # The output layer has 6 bits by default (-hb), 8 of an 8-bit model: https://github.com/turboderp-org/exllamav2/blob/master/doc/convert.md.
        return Format(wanted, bits, 8 if bits > 6 else 6, 16, _exl2_loss(bits), ("exllamav2",))
    if wanted not in known:
        raise ModelError(f"--quant {name}: not known; there are {', '.join(known)} and exl2-2.0 to exl2-8.0")
    return known[wanted]


def _exl2_loss(bits: float) -> float:
    """The more bits, the less is lost: 0.3 at 8, 2.2 at 4, 5 at 3, 9 at 2."""
    return round(0.3 + (8 - bits) ** 2 * 0.12 + max(0.0, 4 - bits) ** 2 * 1.1, 2)


def cache_type(name: str) -> Format:
    """Return a type of the cache by its name; ModelError lists those that there are."""
    known = _tables()[1]
    if name.lower() not in known:
        raise ModelError(f"--kv-dtype {name}: not known; there are {', '.join(known)}")
    return known[name.lower()]


def of_backend(backend: str) -> list[Format]:
    """Return the formats of weights that a backend runs on an Intel GPU, those that lose least first."""
    found = [form for form in _tables()[0].values() if backend in form.on]
    if backend == "exllamav2":
        found += [weights(f"exl2-{bits}") for bits in ("8.0", "6.0", "5.0", "4.5", "4.0", "3.5", "3.0", "2.5")]
    return sorted(found, key=lambda form: (form.loss, -form.bits))


def caches_of(backend: str) -> list[Format]:
    """Return the types of the cache that a backend has, those that lose least first."""
    return [form for form in _tables()[1].values() if backend in form.on]


def default_backend(model: Model, quant: str | None) -> str:
    """Return the backend that such a model is for."""
    if model.kind in ("gguf", "exl2"):
        return {"gguf": "llama.cpp", "exl2": "exllamav2"}[model.kind]
    on = weights(quant).on if quant else BACKENDS
    return next(backend for backend in BACKENDS if backend in on)
