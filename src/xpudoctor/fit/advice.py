"""What would fit where a wish does not: each way out as a wish of its own, ranked by what is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log2

from xpudoctor.facts.record import Record
from xpudoctor.fit import formats, table
from xpudoctor.fit.devices import RELAX, Device
from xpudoctor.fit.fit import Fit, Verdict, fit, largest_context
from xpudoctor.fit.model import ModelError
from xpudoctor.fit.wish import Wish, with_context, with_form

_MOST = 6
_SHORTEST = 512
# A draft above this part of its main model costs more than it can give.
DRAFT = 0.5


class Option(Record):
    """A way out: what to do, what becomes of the wish, and what is lost (0 nothing, 10 half of what the model knew)."""

    text: str
    fit: Fit
    loss: float


def options(asked: Fit, devices: Sequence[Device]) -> tuple[Option, ...]:
    """Return what would fit, least loss first; where it fits already but is tight, only what leaves room."""
    wish = asked.wish
    ways = (_relaxed, _drafts, _caches, _formats, _contexts, _on_cpu, _more_devices, _smaller)
    found = [option for way in ways for option in way(wish, devices)]
    wanted = (Verdict.FITS,) if asked.verdict is Verdict.TIGHT else (Verdict.FITS, Verdict.TIGHT)
    return tuple(sorted((one for one in found if one.fit.verdict in wanted), key=lambda option: option.loss))[:_MOST]


def _relaxed(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    if fit(wish, devices).too_large:
        free = [replace(device, limit=None) for device in devices]
        yield Option(f"let the runtime ask for buffers above 4 GiB ({RELAX}=1)", fit(wish, free), 0.05)


def _drafts(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    """Yield the wish with a smaller draft that speaks the same vocabulary, and without one."""
    if wish.draft is None:
        return
    vocab = wish.model.shape.vocab
    rows = sorted((row for row in table.rows() if row.config["vocab_size"] == vocab), key=lambda row: row.parameters)
    limit = min(wish.draft.parameters, wish.model.parameters * DRAFT / 2)
    for row in [row for row in rows if row.parameters < limit][:1]:
        smaller = replace(wish, draft=table.model(row))
        yield Option(f"a smaller draft: {row.ids[0]} ({row.parameters / 1e9:.1f} billion parameters)", fit(smaller, devices), 0)
    yield Option("without the draft", fit(replace(wish, draft=None), devices), 0.1)


def _caches(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    for kept in formats.caches_of(wish.backend.name):
        if kept.bits < wish.use.cache_bits and kept.bits < 16:
            smaller = replace(wish, use=replace(wish.use, cache_bits=kept.bits))
            yield Option(f"the cache in {kept.name}", fit(smaller, devices), 0.1 + kept.loss)


def _formats(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    """Yield the formats with fewer bits: of each number of bits the one that loses least."""
    if wish.model.fixed:
        return
    now = wish.form.bits if wish.form else {"fp32": 32}.get(wish.precision, 16)
    told: set[int] = set()
    for form in formats.of_backend(wish.backend.name):
        found = fit(with_form(wish, form), devices) if form.bits < now and int(form.bits) not in told else None
        if found and found.verdict is not Verdict.NOT:
            told.add(int(form.bits))
            yield Option(f"the weights in {form.name} ({form.bits:.3g} bits)", found, 0.2 + form.loss)


def _contexts(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    longest = largest_context(wish, devices)
    if _SHORTEST <= longest < wish.use.context:
        text = f"a context of {longest} tokens"
        yield Option(text, fit(with_context(wish, longest), devices), 0.5 + log2(wish.use.context / longest))


def _on_cpu(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    """Yield the fewest layers that have to stay on the CPU, where the backend can leave some there: slow, but nothing is lost."""
    if wish.backend.name not in ("llama.cpp", "native"):
        return
    layers = len(wish.model.shape.layers)
    low, high = 1, layers
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fit(replace(wish, on_cpu=middle), devices).verdict is not Verdict.NOT else (middle + 1, high)
    text = f"{low} of {layers} layers on the CPU (several times slower)"
    yield Option(text, fit(replace(wish, on_cpu=low), devices), 3 + 4 * low / layers)


def _more_devices(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    for count in (2, 3, 4):
        more = fit(replace(wish, split=()), [*devices, *[devices[-1]] * (count - 1)])
        if more.verdict is not Verdict.NOT and not devices[-1].shared:
            yield Option(f"split over {len(devices) + count - 1} such devices", more, 6)
            return


def _smaller(wish: Wish, devices: Sequence[Device]) -> Iterator[Option]:
    """Yield the largest smaller model of the same family that fits in the same format."""
    try:
        row = table.find(wish.model.name)
    except ModelError:
        return
    if row is None or wish.model.fixed:
        return
    kin = sorted(
        (one for one in table.rows() if one.family == row.family and one.parameters < row.parameters), key=lambda one: -one.parameters
    )
    for one in kin:
        found = fit(replace(wish, model=table.model(one), draft=None, split=()), devices)
        if found.verdict is not Verdict.NOT:
            yield Option(f"a smaller model: {one.ids[0]}", found, 4 + 2 * log2(row.parameters / one.parameters))
            return
