"""Whether a model that is to run goes with the machine: the sizes are computed already, and only held against each other here."""

from __future__ import annotations

from xpudoctor import Match
from xpudoctor.facts.model import PlannedModel
from xpudoctor.facts.sizes import gib

_TOO_LARGE = 0.5


def draft_model_too_large(model: PlannedModel) -> Match | None:
    if not model.draft or model.draft_size <= _TOO_LARGE * model.size:
        return None
    return Match(model, draft=model.draft, name=model.name, draft_size=gib(model.draft_size), size=gib(model.size))


def out_of_device_memory(model: PlannedModel) -> Match | None:
    if model.need <= model.free:
        return None
    words = {name: getattr(model, name) for name in ("name", "precision", "context", "device", "way_out")}
    return Match(model, need=gib(model.need), free=gib(model.free), **words)


def single_allocation_limit(model: PlannedModel) -> Match | None:
    if model.limit is None or model.buffer <= model.limit:
        return None
    words = {"buffer": gib(model.buffer), "limit": gib(model.limit)}
    return Match(model, name=model.name, device=model.device, buffer_name=model.buffer_name.capitalize(), **words)


def host_memory_insufficient(model: PlannedModel) -> Match | None:
    if model.host_free is None or model.host <= model.host_free:
        return None
    return Match(model, name=model.name, precision=model.precision, host=gib(model.host), host_free=gib(model.host_free))
