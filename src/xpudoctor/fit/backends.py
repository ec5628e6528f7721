"""How each backend uses memory: the table backends.toml."""

from __future__ import annotations

from functools import cache

from xpudoctor.facts import toml
from xpudoctor.facts.record import Record
from xpudoctor.fit.model import ModelError


class Backend(Record):
    """`chunk` tokens of a prompt pass at once (0: all). It takes `share` of a device, and for itself `runtime` MiB of it and `host` GiB.

    `host_embedding`, `sequences`, `relaxed` and `all_logits` are explained in the table.
    """

    name: str
    label: str
    chunk: int
    share: float
    runtime: int
    source: str
    host_embedding: bool = False
    sequences: int = 1
    host: float = 2
    relaxed: bool = False
    all_logits: bool = False


@cache
def backends() -> dict[str, Backend]:
    """Return the backends by name."""
    data = toml.load_resource(__package__, "backends.toml")
    return {name: Backend(name, **row) for name, row in data["backend"].items()}


def backend(name: str) -> Backend:
    """Return a backend; ModelError lists those that there are."""
    if name not in backends():
        raise ModelError(f"--backend {name}: not known; there are {', '.join(backends())}")
    return backends()[name]
