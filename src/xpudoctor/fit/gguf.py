"""How the header of a GGUF file is read: its metadata and its tensors, with struct alone, bounded by the size of the file.

The layout is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3.
"""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

from xpudoctor.facts.record import Record
from xpudoctor.fit.model import ModelError, Tensor

# Elements and bytes of a block: https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/constants.py (GGML_QUANT_SIZES).
BLOCKS = {
    0: ("f32", 1, 4), 1: ("f16", 1, 2), 2: ("q4_0", 32, 18), 3: ("q4_1", 32, 20), 6: ("q5_0", 32, 22), 7: ("q5_1", 32, 24),
    8: ("q8_0", 32, 34), 9: ("q8_1", 32, 40), 10: ("q2_k", 256, 84), 11: ("q3_k", 256, 110), 12: ("q4_k", 256, 144),
    13: ("q5_k", 256, 176), 14: ("q6_k", 256, 210), 15: ("q8_k", 256, 292), 16: ("iq2_xxs", 256, 66), 17: ("iq2_xs", 256, 74),
    18: ("iq3_xxs", 256, 98), 19: ("iq1_s", 256, 50), 20: ("iq4_nl", 32, 18), 21: ("iq3_s", 256, 110), 22: ("iq2_s", 256, 82),
    23: ("iq4_xs", 256, 136), 24: ("i8", 1, 1), 25: ("i16", 1, 2), 26: ("i32", 1, 4), 27: ("i64", 1, 8), 28: ("f64", 1, 8),
    29: ("iq1_m", 256, 56), 30: ("bf16", 1, 2), 34: ("tq1_0", 256, 54), 35: ("tq2_0", 256, 66), 39: ("mxfp4", 32, 17),
    40: ("nvfp4", 64, 36), 41: ("q1_0", 128, 18),
}  # fmt: skip
_SCALARS = {
    kind: struct.Struct(f"<{code}")
    for kind, code in {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}.items()
}
_TEXT, _ARRAY = 8, 9
_COUNT = struct.Struct("<Q").unpack_from
_MOST_KEPT, _LONGEST = 4096, 65536
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")


class Header(Record):
    """The metadata (of a long list only its length) and the tensors; `types` are the tensor types in use, the most bytes first."""

    metadata: Mapping[str, Any]
    tensors: tuple[Tensor, ...]
    types: tuple[str, ...]


def read(path: Path) -> Header:
    """Return the header of a GGUF file, with the tensors of all its parts where it is split; ModelError names the place."""
    first = _one(path)
    count = first.metadata.get("split.count", 1)
    match = _PART.search(path.name)
    if not isinstance(count, int) or count < 2:
        return first
    if match is None or int(match[2]) != count:
        raise ModelError(f"{path}: one of {count} parts, but its name does not end in -00001-of-{count:05}.gguf")
    names = [f"{path.name[: match.start()]}-{number:05}-of-{count:05}.gguf" for number in range(1, count + 1)]
    parts = [_one(path.with_name(name)) for name in names]
    return Header(parts[0].metadata, tuple(t for part in parts for t in part.tensors), parts[0].types)


def _one(path: Path) -> Header:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(path, data).header()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise ModelError(f"{path}: empty") from None


class _Reader:
    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self._path, self._data, self._at = path, data, 4

    def header(self) -> Header:
        if self._data[:4] != b"GGUF":
            raise ModelError(f"{self._path}: not a GGUF file (it does not begin with GGUF)")
        try:
            version = self._scalar(4)
            if version not in (2, 3):
                raise ModelError(f"{self._path}: GGUF version {version}; 2 and 3 in little-endian order are read")
            tensors, values = self._scalar(10), self._scalar(10)
            metadata = {self._text(): self._value(self._scalar(4)) for _ in range(values)}
            infos = [self._tensor() for _ in range(tensors)]
        except struct.error:
            raise ModelError(f"{self._path}: cut off in its header, at byte {self._at} of {len(self._data)}") from None
        self._must_be_whole(infos, metadata)
        types: dict[str, int] = {}
        for tensor, kind, _ in infos:
            types[kind] = types.get(kind, 0) + (tensor.stored or 0)
        return Header(metadata, tuple(tensor for tensor, _, _ in infos), tuple(sorted(types, key=lambda kind: -types[kind])))

    def _must_be_whole(self, infos: list[tuple[Tensor, str, int]], metadata: Mapping[str, Any]) -> None:
        alignment = metadata.get("general.alignment", 32)
        start = -(-self._at // alignment) * alignment if isinstance(alignment, int) and alignment > 0 else self._at
        end = max((start + offset + (tensor.stored or 0) for tensor, _, offset in infos), default=self._at)
        if end > len(self._data):
            raise ModelError(f"{self._path}: cut off: its tensors end at byte {end}, the file at {len(self._data)}")

    def _scalar(self, kind: int) -> Any:
        form = _SCALARS.get(kind)
        if form is None:
            raise ModelError(f"{self._path}: value type {kind} at byte {self._at} is unknown")
        (value,) = form.unpack_from(self._data, self._at)
        self._at += form.size
        return value

    def _text(self) -> str:
        length = self._scalar(10)
        if length > len(self._data) - self._at:
            raise struct.error
        start, self._at = self._at, self._at + length
        return self._data[start : start + min(length, _LONGEST)].decode("utf-8", "replace")

    def _value(self, kind: int) -> Any:
        if kind == _TEXT:
            return self._text()
        if kind != _ARRAY:
            return self._scalar(kind)
        item, count = self._scalar(4), self._scalar(10)
        if item == _ARRAY:
            raise ModelError(f"{self._path}: a list of lists at byte {self._at}")
        if count <= _MOST_KEPT and item != _TEXT:
            return [self._scalar(item) for _ in range(count)]
        self._skip(item, count)
        return count

    def _skip(self, item: int, count: int) -> None:
        """Pass over a long list: the words of a tokenizer are most of a header."""
        at, data = self._at, self._data
        if item == _TEXT:
            for _ in range(count):
                at += 8 + _COUNT(data, at)[0]
        else:
            at += _SCALARS[item].size * count if item in _SCALARS else len(data)
        if at > len(data):
            raise struct.error
        self._at = at

    def _tensor(self) -> tuple[Tensor, str, int]:
        name, dimensions = self._text(), self._scalar(4)
        shape = tuple(self._scalar(10) for _ in range(min(dimensions, 9)))
        kind, offset = self._scalar(4), self._scalar(10)
        if dimensions > 8 or kind not in BLOCKS:
            raise ModelError(f"{self._path}: tensor {name[:60]!r}: {dimensions} dimensions of type {kind} are unknown")
        form, elements, size = BLOCKS[kind]
        # GGUF writes the length of a row first.
        return Tensor(name, shape[::-1], prod(shape) // elements * size), form, offset
