"""The built-in models: their configurations by hub id, in models.toml beside this, each with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from xpudoctor.facts import toml
from xpudoctor.facts.record import Record
from xpudoctor.fit import config, layout
from xpudoctor.fit.model import Model, ModelError, Role, Tensor


class Row(Record):
    """A model of the table: `parameters` and `checkpoint` (bytes, where it is quantized as published) are the published sizes."""

    name: str
    ids: tuple[str, ...]
    family: str
    parameters: int
    config: Mapping[str, Any]
    source: str
    checked: str
    checkpoint: int = 0


@cache
def rows() -> tuple[Row, ...]:
    """Return the table; ValueError where a row lacks its source."""
    data = toml.load_resource(__package__, "models.toml")
    found = tuple(Row(ids=tuple(row.pop("ids")), checked=row.pop("checked", data["checked"]), **row) for row in data["model"])
    for row in found:
        if not row.source.startswith("https://") or not row.ids:
            raise ValueError(f"models.toml: {row.name}: no source, or no id")
    return found


def find(name: str) -> Row | None:
    """Return the model of a hub id, of its last part, or of an unmistakable beginning of that; ModelError where several begin so."""
    wanted = _key(name)
    exact = [row for row in rows() if name.lower() in (known.lower() for known in row.ids)]
    tails = [(row, _key(known.rpartition("/")[2])) for row in rows() for known in row.ids] + [(row, _key(row.name)) for row in rows()]
    same = exact or [row for row, tail in tails if tail == wanted]
    if same or "/" in name or len(wanted) < 4:
        return same[0] if same else None
    begun = list(dict.fromkeys(row.ids[0] for row, tail in tails if tail.startswith(wanted)))
    if len(begun) > 1:
        raise ModelError(f"{name}: may be {', '.join(begun[:6])}; say which")
    return next((row for row in rows() if row.ids[0] in begun), None)


def model(row: Row, name: str = "") -> Model:
    """Return a model of the table, under the id that was asked for where it is one."""
    shape = config.shape(row.config, f"models.toml: {row.name}")
    tensors = layout.tensors(row.config, shape)
    known = next((one for one in row.ids if _key(name) in (_key(one), _key(one.rpartition("/")[2]))), row.ids[0])
    found = Model(known, "the table of models", shape, tensors, shape.dtype)
    # Published with its experts in MXFP4: https://huggingface.co/openai/gpt-oss-20b/blob/main/config.json.
    return replace(found, tensors=tuple(map(_mxfp4, tensors)), precision="mxfp4", fixed=True) if row.checkpoint else found


def _mxfp4(tensor: Tensor) -> Tensor:
    experts = tensor.role is Role.MATRIX and len(tensor.shape) == 3
    return replace(tensor, stored=tensor.elements * 17 // 32 if experts else tensor.elements * 2)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
