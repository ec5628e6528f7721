"""The versions that people state of torch and what stands on it: `torch: 2.6.0+xpu`, `ipex-llm 2.2.0b20250101`, `Python 3.11`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package
from xpudoctor.readers._labels import Labelled

_IPEX = "intel-extension-for-pytorch"
_SAME = "transformers torchvision torchaudio accelerate triton-xpu pytorch-triton-xpu intel-sycl-rt bitsandbytes diffusers"
_NAMES = {
    **{name: name for name in f"torch triton python numpy peft ipex-llm bigdl-llm vllm {_SAME} {_IPEX}".split()},
    "pytorch": "torch",
    "ipex": _IPEX,
    "intel extension for pytorch": _IPEX,
    "ipex llm": "ipex-llm",
}
_LABEL = re.compile(r"(?:installed |current |used |host |pinned )?(.{3,40}?)(?: (?:package )?(?:ver(?:sion)?\.?|pin)| ?版本)?")
_VERSION = re.compile(
    r"(?:CPython )?[\"'`v=~ ]{0,4}(\d{1,4}(?:\.\d{1,8}){1,3}(?:[ab]\d+|rc\d+)?(?:\.?(?:post|dev)\d+)?(?:\+[\w.]+)?)(?![\w+]|\.\d)"
)
_IN_PROSE = re.compile(
    r"[\s\-*>]{0,8}((?:intel[- ]extension[- ]for[- ])?pytorch|torch|ipex(?:-llm)?"
    r"|python|transformers|vllm)(?: version)?(?: |==?)(\d\S{2,40}?)[\s.,;]{0,4}$",
    re.IGNORECASE,
)
_PYTHON = re.compile(
    r"(?:Using C?)?Python (\d\.\d{1,2}\.\d{1,2})(?: [(|]| (?:environment|interpreter) at\b|\s*$)"
    r"|python(?:\.exe)? (?:ver(?:sion)?)?[:= ]{1,3}(\d\.\d{1,2}(?:\.\d{1,2})?)(?!\w|\.\d)"
)


def stated(pairs: Sequence[Labelled], lines: Sequence[Line]) -> Iterator[Package]:
    """Yield each package that is stated with its version, and Python itself under its name."""
    seen = set()
    for package in (*_labelled(pairs), *_in_prose(lines)):
        if package.name not in seen:
            seen.add(package.name)
            yield package


def _labelled(pairs: Sequence[Labelled]) -> Iterator[Package]:
    for pair in pairs:
        match = _LABEL.fullmatch(pair.label)
        name = _NAMES.get(match[1]) if match else None
        version = _VERSION.match(pair.value)
        if name and version:
            yield Package(name, version[1], source=pair.source)


def _in_prose(lines: Sequence[Line]) -> Iterator[Package]:
    for line in lines:
        head = line.text[:120]
        pair = _IN_PROSE.match(head)
        if pair and (version := _VERSION.fullmatch(pair[2])):
            yield Package(
                _NAMES[pair[1].lower().replace(" ", "-") if "extension" in pair[1].lower() else pair[1].lower()],
                version[1],
                source=f"line {line.number}",
            )
        elif "ython" in head and (python := _PYTHON.match(head.lstrip())):
            yield Package("python", python[1] or python[2], source=f"line {line.number}")
