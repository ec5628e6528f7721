"""How a listing names Python packages and their versions, and how they become a section."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, Packages, canonical
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.torch import Torch
from xpudoctor.facts.versions import pep440

NAME = r"[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9])?"
VERSION = r"\d[\w.!+]{0,78}"
# Of conda's names, those that Python knows by another one.
_OF_CONDA = {"pytorch": "torch"}
# What may be said to be installed by a row that stands alone: elsewhere a word and a number are no package.
_STACK = re.compile(
    r"torch(?:vision|audio|ao|text|data|codec|tune|sde)?|pytorch-triton(?:-xpu)?|triton(?:-xpu|-windows)?|transformers|accelerate|diffusers|peft|trl"
    r"|intel-.+|ipex(?:-llm)?|bigdl-.+|vllm(?:-xpu-kernels)?|dpctl|dpnp|numpy|numba|mkl(?:-.+)?|onemkl-.+|dpcpp-cpp-rt|oneccl(?:-.+)?|impi-rt|tbb"
    r"|tcmlib|umf|onednn(?:-.+)?|openvino(?:-.+)?|optimum(?:-.+)?|bitsandbytes|deepspeed|xformers|auto-?round(?:-.+)?|neural-compressor(?:-pt)?"
    r"|tokenizers|safetensors|sentencepiece|huggingface-hub|protobuf|datasets|gradio|pillow|llama-cpp-python|ctranslate2|onnxruntime(?:-.+)?"
    r"|sglang|unsloth(?:-zoo)?|lightning|pytorch-lightning|gguf|tensorflow|jax|keras|scipy|pandas|setuptools|pip|ray|fastchat|fschat|tiktoken"
)


def is_of_stack(name: str) -> bool:
    """Say whether this is a package of the language-model stack."""
    return _STACK.fullmatch(canonical(name)) is not None


def package(name: str, version: str, line: Line, installer: str = "") -> Package | None:
    """Return a package that a line names; None where the version is none: conda's need not be one of Python's."""
    if not version[:1].isdigit() or (pep440(version) is None and not installer):
        return None
    return Package(_OF_CONDA.get(name, name) if installer == "conda" else name, version, installer=installer, source=f"line {line.number}")


def section(found: Iterable[Package | None], complete: bool = False) -> Packages | None:
    """Return the packages, of several words on one the last, for texts are written as things happened."""
    known = {canonical(package.name): package for package in found if package}
    return Packages(tuple(known.values()), complete) if known else None


def snapshot(packages: Packages | None) -> Snapshot:
    """Return what a listing says: the packages, and with them the torch."""
    torch = packages.get("torch") if packages else None
    if torch is None:
        return Snapshot(packages=packages)
    return Snapshot(packages=packages, torch=installed_torch(torch))


def installed_torch(torch: Package) -> Torch:
    """Return what it says of torch that it is listed."""
    return Torch(installed=True, version=torch.version, sources=dict.fromkeys(("installed", "version"), torch.source))
