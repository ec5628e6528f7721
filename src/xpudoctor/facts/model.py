"""A model that is to run on the machine, held against its devices: what `xpudoctor fit` computes of it."""

from __future__ import annotations

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.record import Record


class PlannedModel(Record):
    """Sizes are in bytes, an empty text is none. `need` and `free` are of the device that falls short, or has the least left.

    `buffer` is the largest single one (`buffer_name`) and `limit` what the device allows; `host` is what loading takes of the computer's
    memory and `host_free` what there is, page file counted. `size` and `draft_size` are weights. `way_out` is what would fit.
    """

    name: str
    precision: str = ""
    context: int = 0
    device: str = ""
    need: int = 0
    free: int = 0
    buffer: int = 0
    buffer_name: str = ""
    limit: int | None = None
    host: int = 0
    host_free: int | None = None
    size: int = 0
    draft: str = ""
    draft_size: int = 0
    way_out: str = ""
    source: str = ""

    @property
    def fact(self) -> Fact:
        return Fact("model", f"{self.name}, {self.precision}, context {self.context}, on {self.device}", self.source)
