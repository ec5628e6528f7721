"""How a Hugging Face folder is read: config.json and the headers of its safetensors; no code of it is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xpudoctor.fit import config as configuration
from xpudoctor.fit import layout, safetensors
from xpudoctor.fit.model import Model, ModelError, Role, Tensor
from xpudoctor.fit.shape import Shape

_LARGEST = 64 * 1024 * 1024
_INDEX = "model.safetensors.index.json"


def read(folder: Path, fetched: Mapping[str, tuple[Tensor, str]] | None = None, name: str = "") -> Model:
    """Return the model in a folder, with tensors that were listed elsewhere; ModelError names the file and the place."""
    config = _json(folder / "config.json")
    shape = configuration.shape(config, str(folder / "config.json"))
    precision, kind = _quantized(config)
    files = _files(folder)
    listed = fetched or {name: found for file in files for name, found in safetensors.read(file).items()}
    if listed:
        tensors = tuple(tensor for tensor, _ in listed.values())
        largest = max((file.stat().st_size for file in files), default=0)
        said = precision or _plain(listed)
        return Model(name or str(folder), "safetensors headers", shape, tensors, said, kind, bool(precision), largest)
    if precision:
        raise ModelError(f"{folder}: {precision}, and no safetensors to read its sizes from")
    return _by_config(folder, config, shape, name)


def _by_config(folder: Path, config: Mapping[str, Any], shape: Shape, name: str) -> Model:
    """Return a model of which only the configuration is known: a .bin file tells no sizes without being unpickled."""
    bins = [file.stat().st_size for file in folder.glob("*.bin")]
    notes = () if bins else ("There are no weights in the folder: the sizes are computed from config.json.",)
    tensors = layout.tensors({**config, **(config.get("text_config") or {})}, shape)
    largest = max(bins, default=0)
    return Model(name or str(folder), "config.json", shape, tensors, shape.dtype, largest_file=largest, mapped=not bins, notes=notes)


def _json(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ModelError(f"{path}: {path.stat().st_size} bytes are no {path.name}")
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path.parent}: no {path.name}: not the folder of a model") from None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({str(error)[:80]})") from None
    if not isinstance(data, dict):
        raise ModelError(f"{path}: an object expected")
    return data


def _files(folder: Path) -> list[Path]:
    """Return the safetensors files: those of the index, or all but Mistral's second copy (consolidated) and adapters."""
    if (folder / _INDEX).exists():
        weights = _json(folder / _INDEX).get("weight_map")
        if not isinstance(weights, dict) or not weights:
            raise ModelError(f"{folder / _INDEX}: no weight_map")
        # A name with a folder in it would lead elsewhere.
        files = sorted({folder / Path(str(name)).name for name in weights.values()})
        for file in files:
            if not file.exists():
                raise ModelError(f"{file}: missing; {_INDEX} names it")
        return files
    return sorted(file for file in folder.glob("*.safetensors") if not file.name.startswith(("consolidated", "adapter_")))


def _quantized(config: Mapping[str, Any]) -> tuple[str, str]:
    """Return how the files are quantized, in words (empty: they are not), and the kind of loader that takes them."""
    said = config.get("quantization_config") or config.get("compression_config")
    if not isinstance(said, Mapping):
        return "", "hf"
    method = str(said.get("quant_method") or "quantized").lower()
    if method == "exl2":
        return f"exl2-{said.get('bits', '?')}", "exl2"
    if method in ("bitsandbytes", "bnb"):
        return ("bitsandbytes 8-bit" if said.get("load_in_8bit") else f"bitsandbytes {said.get('bnb_4bit_quant_type', 'fp4')}"), "hf"
    bits, group = said.get("bits") or said.get("w_bit"), said.get("group_size") or said.get("q_group_size")
    return " ".join([method, *([f"{bits}-bit"] if bits else []), *([f"group {group}"] if group else [])]), "hf"


def _plain(listed: Mapping[str, tuple[Tensor, str]]) -> str:
    """Return the type that most of the matrices have."""
    sizes: dict[str, int] = {}
    for tensor, kind in listed.values():
        if tensor.role is not Role.VECTOR:
            sizes[kind] = sizes.get(kind, 0) + (tensor.stored or 0)
    return safetensors.TYPES.get(max(sizes, key=lambda kind: sizes[kind], default=""), "bf16")
