"""What the Hugging Face hub says of a model: its config.json and the headers of its safetensors, by huggingface_hub where it is installed.

No weights are downloaded, and no code of the model.
"""

from __future__ import annotations

from pathlib import Path

from xpudoctor.fit.model import ModelError, Tensor


def fetch(name: str) -> tuple[Path, dict[str, tuple[Tensor, str]]]:
    """Return the folder with config.json, and the tensors by name with their types (none: there are no safetensors)."""
    try:
        from huggingface_hub import HfApi, snapshot_download
    except ImportError:
        raise ModelError(f"{name}: not in the table; `pip install xpudoctor[hub]` lets it be looked up on the Hugging Face hub") from None
    try:
        folder = Path(snapshot_download(name, allow_patterns=["config.json"]))
        return folder, _tensors(HfApi().get_safetensors_metadata(name))
    except Exception as error:  # The library raises its own errors and those of the client that it uses; each means the same here.
        if type(error).__name__ == "NotASafetensorsRepoError":
            return folder, {}
        raise ModelError(f"{name}: not in the table, and the Hugging Face hub does not give it: {_line(error)}") from None


def _tensors(listed: object) -> dict[str, tuple[Tensor, str]]:
    files = getattr(listed, "files_metadata", {}).values()
    found = {name: one for file in files for name, one in file.tensors.items()}
    return {
        name: (Tensor(name, tuple(one.shape), one.data_offsets[1] - one.data_offsets[0]), str(one.dtype)) for name, one in found.items()
    }


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
