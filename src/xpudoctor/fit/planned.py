"""The answer to a wish as a section of a snapshot, which the rules about models judge."""

from __future__ import annotations

from xpudoctor.facts.model import PlannedModel
from xpudoctor.fit.answer import Answer
from xpudoctor.fit.weights import weigh


def planned(answer: Answer, source: str) -> PlannedModel:
    """Return the section; `source` tells where the wish stands."""
    found, wish = answer.fit, answer.fit.wish
    least = min(found.shares, key=lambda share: share.left)
    return PlannedModel(
        name=wish.model.name,
        precision=wish.precision,
        context=wish.use.context,
        device=least.device.name,
        need=least.need,
        free=least.device.free,
        buffer=found.buffer,
        buffer_name=found.buffer_name,
        limit=found.limit,
        host=answer.host,
        host_free=answer.host_free,
        size=weigh(wish.model, wish.form, wish.backend).total,
        draft=wish.draft.name if wish.draft else "",
        draft_size=weigh(wish.draft, wish.draft_form, wish.backend).total if wish.draft else 0,
        way_out=answer.options[0].text if answer.options else "a smaller model, or more memory",
        source=source,
    )
