"""How the header of a safetensors file is read: eight bytes of length, then JSON; nothing else of the file is opened.

The layout is that of https://github.com/huggingface/safetensors#format.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from xpudoctor.fit.model import ModelError, Tensor

# The library itself reads no longer header: https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs.
_LONGEST = 100_000_000
# What the files call a type, and the name of it here.
TYPES = {"F64": "fp64", "F32": "fp32", "F16": "fp16", "BF16": "bf16", "F8_E4M3": "fp8", "F8_E5M2": "fp8"}


def read(path: Path) -> dict[str, tuple[Tensor, str]]:
    """Return the tensors of a file by name, each with its type; ModelError names the file where it is none, or is cut off."""
    try:
        with path.open("rb") as file:
            length, size = int.from_bytes(file.read(8), "little"), path.stat().st_size
            if size < 8 or length > min(_LONGEST, size - 8):
                raise ModelError(f"{path}: not a safetensors file, or cut off: a header of {length} bytes in a file of {size}")
            header = json.loads(file.read(length))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ModelError(f"{path}: not a safetensors file: its header is no JSON") from None
    header.pop("__metadata__", None) if isinstance(header, dict) else None
    try:
        tensors = {name: (_tensor(name, row), str(row["dtype"])) for name, row in header.items()}
        end = max((row["data_offsets"][1] for row in header.values()), default=0) + 8 + length
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        raise ModelError(f"{path}: not a safetensors file: its header lists no tensors") from None
    if end > size:
        raise ModelError(f"{path}: cut off: its tensors end at byte {end}, the file at {size}")
    return tensors


def _tensor(name: str, row: Any) -> Tensor:
    start, end = row["data_offsets"]
    if not 0 <= start <= end or not all(isinstance(length, int) and length >= 0 for length in row["shape"]):
        raise ValueError(name)
    return Tensor(name, tuple(row["shape"]), end - start)
