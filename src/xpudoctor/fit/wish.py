"""What is to run, and how: the wish that is held against the devices."""

from __future__ import annotations

from dataclasses import replace

from xpudoctor.facts.record import Record
from xpudoctor.fit.backends import Backend
from xpudoctor.fit.formats import Format
from xpudoctor.fit.memory import Use
from xpudoctor.fit.model import Model


class Wish(Record):
    """What is to run, and how. `form` is the format of the weights (None: as stored), `split` what each device takes at most (bytes)."""

    model: Model
    backend: Backend
    use: Use
    form: Format | None = None
    draft: Model | None = None
    draft_form: Format | None = None
    split: tuple[int, ...] = ()
    on_cpu: int = 0

    @property
    def precision(self) -> str:
        return self.form.name if self.form else self.model.precision


def with_context(wish: Wish, context: int) -> Wish:
    """Return the same wish with another context."""
    return replace(wish, use=replace(wish.use, context=context))


def with_form(old: Wish, form: Format) -> Wish:
    """Return the same wish in another format; what is no longer in float32 has no cache in it, either."""
    plain = form.bits == 32
    use = replace(old.use, element=4 if plain else 2, cache_bits=min(old.use.cache_bits, 32 if plain else 16))
    return replace(old, form=form, draft_form=form if old.draft_form == old.form else old.draft_form, use=use)
