"""A model that is to run, put into the snapshot: the one that the user names, or one that a pasted text tells of with its GPU."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from xpudoctor.facts.gpus import GIB

if TYPE_CHECKING:
    from xpudoctor.facts.devices import Gpu
    from xpudoctor.facts.model import PlannedModel
    from xpudoctor.facts.snapshot import Snapshot
    from xpudoctor.fit.wish import Wish

# Only where a text speaks of memory is it worth while to count: a model that would not fit either is no cause of something else.
_MEMORY = re.compile(r"out of memory|out_of_\w*(?:memory|resources)|\boom\b|alloc", re.IGNORECASE)
_PRECISIONS = {
    "int4": r"load_in_4bit\s*=\s*True|sym_int4|load_in_low_bit\s*=\s*['\"]sym_int4",
    "nf4": r"bnb_4bit_quant_type\s*=\s*['\"]nf4",
    "int8": r"load_in_8bit\s*=\s*True",
    "fp32": r"(?:torch_)?dtype\s*=\s*torch\.float32\b",
    "fp16": r"(?:torch_)?dtype\s*=\s*torch\.(?:float16|half)\b|--dtype[= ](?:float16|half)\b",
    "bf16": r"(?:torch_)?dtype\s*=\s*torch\.bfloat16\b|--dtype[= ]bfloat16\b",
}


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
    said = [name for name, pattern in _PRECISIONS.items() if re.search(pattern, text)]
    if len(said) != 1:
        return facts
    from xpudoctor.fit import ask, table
    from xpudoctor.fit.model import ModelError

    named = {row.name: name for row in table.rows() for name in row.ids if re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w-])", text)}
    sized = replace(facts.devices, gpus=tuple(_sized(gpu, text) for gpu in facts.devices.gpus))
    if len(named) != 1:
        return facts
    (name,) = named.values()
    line = next((line.number for line in facts.log.lines if name in line.text), 0) if facts.log else 0
    try:
        return replace(facts, model=_held(replace(facts, devices=sized), ask.wish(ask.Asked(name, said[0])), f"line {line}"))
    except ModelError:
        return facts  # The text does not tell how large its GPU is.


def _sized(gpu: Gpu, text: str) -> Gpu:
    """Return the GPU with the size that stands behind its name: `Arc A770 16GB`."""
    size = re.search(rf"{re.escape(gpu.label)}\D{{0,20}}\b(\d{{1,3}}) ?Gi?B\b", text, re.IGNORECASE)
    return gpu if gpu.memory or not size else replace(gpu, memory=int(size[1]) * GIB)


def _held(facts: Snapshot, wish: Wish, source: str) -> PlannedModel:
    from xpudoctor.fit import devices
    from xpudoctor.fit.answer import answer
    from xpudoctor.fit.planned import planned

    return planned(answer(wish, devices.of_machine(facts), devices.host_free(facts)), source)
