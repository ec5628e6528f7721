"""A model that is to run, put into the snapshot: the one that the user names, or one that a pasted text tells of with its GPU."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from xpudoctor.facts.sizes import GIB

if TYPE_CHECKING:
    from xpudoctor.facts.devices import Gpu
    from xpudoctor.facts.model import PlannedModel
    from xpudoctor.facts.snapshot import Snapshot
    from xpudoctor.fit.wish import Wish

# Only where a text speaks of memory is it worth while to count: a model that would not fit either is no cause of something else.
_MEMORY = re.compile(r"out of memory|out_of_\w*(?:memory|resources)|\boom\b|alloc", re.IGNORECASE)
# Weights in few bits before the type that they are computed in, which stands beside them.
_PRECISIONS = {
    "nf4": r"bnb_4bit_quant_type\s*=\s*['\"]nf4",
    "int4": r"load_in_4bit\s*=\s*True|sym_int4",
    "int8": r"load_in_8bit\s*=\s*True",
    "fp32": r"(?:torch_)?dtype\s*=\s*torch\.float32\b",
    "fp16": r"(?:torch_)?dtype\s*=\s*torch\.(?:float16|half)\b|--dtype[= ](?:float16|half)\b",
    "bf16": r"(?:torch_)?dtype\s*=\s*torch\.bfloat16\b|--dtype[= ]bfloat16\b",
}
_GGUF = re.compile(r"[-._](q\d_(?:k_[sml]|[01k])|iq\d_(?:x{0,2}s|nl|m))\.gguf\b", re.IGNORECASE)
_CAPACITY = re.compile(r"(\d{1,3}\.\d{2}) GiB total capacity|total capacity of (\d{1,3}\.\d{2}) GiB")


def with_model(facts: Snapshot, model: str, quant: str | None, context: int | None, draft: str | None) -> Snapshot:
    """Return the snapshot with the model that is to run on this machine; what cannot be read is wrong usage."""
    from xpudoctor.fit import ask
    from xpudoctor.fit.model import ModelError

    try:
        wish = ask.wish(ask.Asked(model, quant, context, draft=draft))
    except ModelError as error:
        raise typer.BadParameter(str(error), param_hint="--model") from None
    try:
        return replace(facts, model=_held(facts, wish, "--model"))
    except ModelError as error:
        return replace(facts, gaps={**facts.gaps, "model": str(error)})


def with_named_model(facts: Snapshot) -> Snapshot:
    """Return the snapshot of a text with the model that it names, where it also names precision and GPU, and speaks of memory."""
    text = facts.log.text if facts.log else ""
    if not facts.devices or not facts.devices.gpus or not _MEMORY.search(text):
        return facts
    quant = _precision(text)
    if quant is None:
        return facts
    from xpudoctor.fit import ask, table
    from xpudoctor.fit.model import ModelError

    lowered = text.lower()
    names = {row.name: name for row in table.rows() for name in row.ids if _is_named(name.rpartition("/")[2].lower(), lowered)}
    sized = replace(facts.devices, gpus=tuple(_sized(gpu, text) for gpu in facts.devices.gpus))
    if len(names) != 1:
        return facts
    (name,) = names.values()
    tail = name.rpartition("/")[2].lower()
    line = next((line.number for line in facts.log.lines if tail in line.text.lower()), 0) if facts.log else 0
    try:
        return replace(facts, model=_held(replace(facts, devices=sized), ask.wish(ask.Asked(name, quant)), f"line {line}"))
    except ModelError:
        return facts  # The text does not tell how large its GPU is.


def _precision(text: str) -> str | None:
    """Return the format of the weights; None where the text names none, or two."""
    files = {match[1].lower() for match in _GGUF.finditer(text)}
    said = [name for name, pattern in _PRECISIONS.items() if re.search(pattern, text)]
    if files:
        return files.pop() if len(files) == 1 and not said else None
    few = [name for name in said if name in ("nf4", "int4", "int8")]
    return few[0] if few else said[0] if len(said) == 1 else None


def _is_named(tail: str, text: str) -> bool:
    # A plain search is far faster than a pattern, and most names are in no text.
    return tail in text and re.search(rf"(?<![\w-]){re.escape(tail)}(?![\w-])(?!\.\d)", text) is not None


def _sized(gpu: Gpu, text: str) -> Gpu:
    """Return the GPU with the size that stands behind its name (`Arc A770 16GB`), or that torch tells of when memory runs out."""
    if gpu.memory or gpu.kind == "integrated":
        return gpu
    size = re.search(rf"{re.escape(gpu.label)}\D{{0,20}}\b(\d{{1,3}}) ?Gi?B\b", text, re.IGNORECASE)
    seen = _CAPACITY.search(text)
    usable = float(seen[1] or seen[2]) / 0.95 if seen else 0.0
    return replace(gpu, memory=int(size[1]) * GIB) if size else replace(gpu, memory=round(usable * GIB)) if usable else gpu


def _held(facts: Snapshot, wish: Wish, source: str) -> PlannedModel:
    from xpudoctor.fit import devices
    from xpudoctor.fit.answer import answer
    from xpudoctor.fit.planned import planned

    return planned(answer(wish, devices.of_machine(facts), devices.host_free(facts)), source)
