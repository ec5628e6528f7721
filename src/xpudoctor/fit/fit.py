"""Whether a model fits: its parts laid on the devices, and its largest buffer, held against what is free and allowed there."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from xpudoctor.facts.record import Record
from xpudoctor.fit import memory
from xpudoctor.fit.devices import Device
from xpudoctor.fit.place import Share, place
from xpudoctor.fit.weights import weigh
from xpudoctor.fit.wish import Wish, with_context

# Less than this part of a device left is called tight: fragmentation and a browser take as much.
_TIGHT = 0.05


class Verdict(str, Enum):
    """How a model goes with the devices."""

    FITS = "fits"
    TIGHT = "tight"
    NOT = "does not fit"


class Fit(Record):
    """The answer to one wish: the shares of the devices, and the largest buffer (bytes, what it is, and the limit that it breaks)."""

    wish: Wish
    shares: tuple[Share, ...]
    buffer: int
    buffer_name: str
    limit: int | None

    @property
    def too_large(self) -> bool:
        """Whether one buffer is larger than its device allows."""
        return self.limit is not None and self.buffer > self.limit

    @property
    def verdict(self) -> Verdict:
        if self.too_large or any(share.left < 0 for share in self.shares):
            return Verdict.NOT
        return Verdict.TIGHT if any(share.left < _TIGHT * share.device.free for share in self.shares) else Verdict.FITS

    @property
    def need(self) -> int:
        return sum(share.need for share in self.shares)


def fit(wish: Wish, devices: Sequence[Device]) -> Fit:
    """Lay the parts on the devices and return how that goes."""
    main = weigh(wish.model, wish.form, wish.backend)
    found = memory.largest(wish.model.shape, wish.use, wish.backend)
    buffer, name = max(found, (main.largest, f"the tensor {main.largest_name}"))
    limits = [] if wish.backend.relaxed else [device.limit for device in devices if device.limit is not None]
    return Fit(wish, place(wish, devices), buffer, name, min(limits, default=None))


def largest_context(wish: Wish, devices: Sequence[Device]) -> int:
    """Return the longest context that fits (0: none), up to what the model was made for."""
    low, high = 0, wish.model.shape.max_position or 1 << 20
    while low < high:
        middle = (low + high + 1) // 2
        if fit(with_context(wish, middle), devices).verdict is Verdict.NOT:
            high = middle - 1
        else:
            low = middle
    return low
