"""What a user asks for, as words, made into a wish: unknown names and impossible numbers are told in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xpudoctor.facts.record import Record
from xpudoctor.fit import formats
from xpudoctor.fit.backends import Backend, backend
from xpudoctor.fit.devices import size
from xpudoctor.fit.formats import Format
from xpudoctor.fit.load import load
from xpudoctor.fit.memory import Use
from xpudoctor.fit.model import Model, ModelError
from xpudoctor.fit.wish import Wish

# A context that most chats stay in; every model of the table has it.
_CONTEXT = 4096
_LONGEST = 16 * 1024 * 1024


class Asked(Record):
    """The options as they were written; None or empty: not given."""

    model: str
    quant: str | None = None
    context: int | None = None
    batch: int = 1
    kv_dtype: str | None = None
    draft: str | None = None
    split: str | None = None
    backend: str | None = None
    prompt: int | None = None


def wish(asked: Asked) -> Wish:
    """Return the wish; ModelError where a name is not known or two of them do not go together."""
    for name, number in (("context", asked.context), ("batch", asked.batch), ("prompt", asked.prompt)):
        if number is not None and not 0 < number <= _LONGEST:
            raise ModelError(f"--{name} {number}: a number from 1 to {_LONGEST} is expected")
    loaded = load(asked.model)
    chosen = backend(asked.backend or formats.default_backend(loaded, asked.quant))
    model = _unpacked(loaded, asked.quant, chosen)
    form = _form(model, asked.quant, chosen)
    plain = form.name if form else model.precision
    kept = formats.cache_type(asked.kv_dtype or ("fp32" if plain == "fp32" else "fp16"))
    if chosen.name not in kept.on:
        raise ModelError(f"--kv-dtype {kept.name}: {chosen.name} has {', '.join(one.name for one in formats.caches_of(chosen.name))}")
    context = asked.context or min(_CONTEXT, model.shape.max_position or _CONTEXT)
    use = Use(context, asked.batch, asked.prompt or 0, kept.bits, 4 if plain == "fp32" else 2)
    draft, own = _draft(asked.draft, form, chosen)
    return Wish(model, chosen, use, form, draft, own, tuple(size(one, "--split") for one in asked.split.split(",")) if asked.split else ())


def _draft(name: str | None, form: Format | None, chosen: Backend) -> tuple[Model | None, Format | None]:
    """Return the draft and its format: the model's own, or the one behind a colon, as llama.cpp writes it (`Qwen/Qwen3-0.6B:q8_0`)."""
    if name is None:
        return None, None
    head, colon, quant = name.rpartition(":")
    if not colon or "/" in quant or "\\" in quant:
        model = load(name)
        return model, None if model.fixed else form
    model = load(head)
    return model, _form(model, quant, chosen)


def _unpacked(model: Model, quant: str | None, chosen: Backend) -> Model:
    """Take a model in MXFP4 as what transformers makes of it without kernels for that, or as a GGUF file, where that is asked for."""
    others = model.kind == "hf" and model.precision == "mxfp4" and (quant in ("bf16", "fp16") or chosen.name == "llama.cpp")
    return replace(model, fixed=False) if others else model


def _form(model: Model, quant: str | None, chosen: Backend) -> Format | None:
    """Return the format of the weights: the one that is asked for, or what the backend makes of the files."""
    only = {"gguf": "llama.cpp", "exl2": "exllamav2"}.get(model.kind, chosen.name)
    if only != chosen.name or (chosen.name == "llama.cpp" and model.fixed and model.kind != "gguf"):
        raise ModelError(f"--backend {chosen.name}: {model.name} is {model.precision} in {model.kind} files, which it does not load")
    if quant is None:
        return formats.weights("f16") if chosen.name == "llama.cpp" and not model.fixed else None
    form = formats.weights(quant, chosen.name)
    if model.fixed and form.name != model.precision:
        raise ModelError(f"--quant {quant}: the files of {model.name} are {model.precision} already, and no loader changes that")
    if chosen.name not in form.on:
        raise ModelError(
            f"--quant {quant}: {chosen.name} has no such format on an Intel GPU; it has {_listed(formats.of_backend(chosen.name))}"
        )
    return None if model.fixed else form


def _listed(forms: Sequence[Format]) -> str:
    return ", ".join(form.name for form in forms)
