"""How the configuration and the headers of a model on the Hugging Face hub are had: with huggingface_hub, where it is installed."""

from __future__ import annotations

from pathlib import Path

from xpudoctor.fit.model import ModelError


def fetch(name: str) -> Path:
    """Return the folder with config.json and the index of a model (no weights are downloaded); ModelError where that cannot be."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelError(f"{name}: not in the table; `pip install xpudoctor[hub]` lets it be looked up on the Hugging Face hub") from None
    try:
        return Path(snapshot_download(name, allow_patterns=["config.json"]))
    except Exception as error:  # The library raises its own, requests' and httpx's errors; each of them means the same here.
        raise ModelError(f"{name}: not in the table, and the Hugging Face hub does not answer: {type(error).__name__}") from None
