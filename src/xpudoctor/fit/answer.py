"""The whole answer to a wish, as it is told: the fit, what would fit in its place, how to load it, and what to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xpudoctor.facts.record import Record
from xpudoctor.facts.sizes import GIB
from xpudoctor.fit.advice import DRAFT, Option, options
from xpudoctor.fit.devices import SYSTEM, Device
from xpudoctor.fit.fit import Fit, Verdict, fit, largest_context
from xpudoctor.fit.host import host
from xpudoctor.fit.place import Share
from xpudoctor.fit.recipes import recipe
from xpudoctor.fit.weights import weigh
from xpudoctor.fit.wish import Wish

SCHEMA = 1


class Answer(Record):
    """`context` is the longest that fits, `host` what loading takes of the computer's memory, `notes` begins with what matters most."""

    fit: Fit
    context: int
    host: int
    host_why: str
    host_free: int | None
    draft_too_large: bool
    options: tuple[Option, ...]
    notes: tuple[str, ...]

    @property
    def best(self) -> Fit | None:
        """What to load: the wish, or where it does not fit the way out that loses least."""
        if self.fit.verdict is not Verdict.NOT:
            return self.fit
        return self.options[0].fit if self.options else None

    @property
    def recipe(self) -> str:
        return recipe(self.best) if self.best else ""

    @property
    def host_too_small(self) -> bool:
        return self.host_free is not None and self.host > self.host_free

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON data, with its schema number; sizes in bytes."""
        wish = self.fit.wish
        return {
            "schema": SCHEMA,
            "model": {
                "name": wish.model.name,
                "origin": wish.model.origin,
                "architecture": wish.model.shape.architecture,
                "precision": wish.precision,
            },
            "wish": {"backend": wish.backend.name, "context": wish.use.context, "batch": wish.use.batch, "cache_bits": wish.use.cache_bits},
            "verdict": self.fit.verdict.value,
            "draft_too_large": self.draft_too_large,
            "devices": [_device(share) for share in self.fit.shares],
            "largest_buffer": {
                "bytes": self.fit.buffer,
                "what": self.fit.buffer_name,
                "limit": self.fit.limit,
                "too_large": self.fit.too_large,
            },
            "largest_context": self.context,
            "host": {"bytes": self.host, "why": self.host_why, "free": self.host_free},
            "would_fit": [_option(option) for option in self.options],
            "recipe": self.recipe,
            "notes": list(self.notes),
        }


def _device(share: Share) -> dict[str, Any]:
    device = share.device
    sizes = {"name": device.name, "total": device.total, "free": device.free, "shared": device.shared}
    return {**sizes, "layers": share.layers, "parts": dict(share.parts), "need": share.need, "left": share.left}


def _option(option: Option) -> dict[str, Any]:
    return {
        "text": option.text,
        "verdict": option.fit.verdict.value,
        "need": option.fit.need,
        "loss": round(option.loss, 2),
        "recipe": recipe(option.fit),
    }


def answer(wish: Wish, devices: Sequence[Device], host_free: int | None = None) -> Answer:
    """Answer a wish on these devices; `host_free` is what the computer has free, page file counted."""
    found = fit(wish, devices)
    need, why = host(wish)
    shared = [device.total - SYSTEM for device in devices if device.shared]
    host_free = host_free if host_free is not None else min(shared, default=None)
    too_large = _draft_too_large(wish)
    ways = () if found.verdict is Verdict.FITS and not too_large else options(found, devices)
    notes = tuple(_notes(wish, found, devices, too_large))
    return Answer(found, largest_context(wish, devices), need, why, host_free, too_large, ways, notes)


def _draft_too_large(wish: Wish) -> bool:
    if wish.draft is None:
        return False
    return weigh(wish.draft, wish.draft_form, wish.backend).total > DRAFT * weigh(wish.model, wish.form, wish.backend).total


def _notes(wish: Wish, found: Fit, devices: Sequence[Device], too_large: bool) -> Iterator[str]:
    model = wish.model
    if too_large and wish.draft:
        yield f"draft-model-too-large: {wish.draft.name} as a draft is nearly as large as the model: it slows down and takes as much again."
    if wish.backend.name == "exllamav2":
        yield "exllamav2 is built for CUDA and ROCm: on an Intel GPU take another backend (the sums are about the same)."
    if not model.shape.known:
        yield f"The architecture {model.shape.architecture} is not known here: all its layers are taken as full attention: a bound."
    if model.shape.max_position and wish.use.context > model.shape.max_position:
        yield f"The model was made for {model.shape.max_position} tokens at most."
    if any(device.shared for device in devices) and found.verdict is not Verdict.FITS:
        yield "On Windows an integrated GPU gets half of the memory; Shared GPU Memory Override gives it up to 87 %."
    if any(-device.total // 2 < share.left < 0 and not device.shared for device, share in zip(devices, found.shares, strict=True)):
        # Seen on an Arc A770M and B580: https://github.com/intel/ipex-llm/issues/12991.
        yield "On Windows what finds no room on a card lies in the computer's memory: it may load all the same, and be many times slower."
    if wish.backend.name == "native" and not wish.form and model.precision != "fp32" and not model.fixed:
        double = sum(4 * tensor.elements for tensor in model.tensors) / GIB
        yield f"transformers before 5 loads in float32 ({double:.1f} GiB) where no dtype is given."
    yield from model.notes
