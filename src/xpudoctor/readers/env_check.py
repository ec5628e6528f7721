"""What ipex-llm's env-check says, as its shell script and its batch file print it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.sizes import GIB
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.readers import gpu_names
from xpudoctor.readers._listed import VERSION, package, section, snapshot
from xpudoctor.readers.os_names import first_of, sourced, system_in

_NAMES = {"transformers": "transformers", "torch": "torch", "ipex": "intel-extension-for-pytorch"}
_VERSION = re.compile(rf"\s{{0,40}}({'|'.join(_NAMES)})=({VERSION})\s*")
_LLM = re.compile(rf"\s{{0,40}}(ipex-llm|bigdl(?:-llm)?) Version:\s*({VERSION})\s*", re.IGNORECASE)
_PYTHON = re.compile(r"\s{0,40}(?:PYTHON_VERSION=|Python )(3\.\d{1,2}\.\d{1,2}\w{0,4})\s*")
_GPU = re.compile(r"\s{0,40}GPU \d{1,2}: (\S.{0,80}?)(?:\s+Driver Version:\s*(\d[\d.]{6,20}))?\s*")
_MEMORY = re.compile(r"\s{0,40}Total (?:CPU )?Memory:\s*(\d{1,5}(?:\.\d{1,8})?) GB\s*")
_OS = re.compile(r"\s{0,40}Operating System:\s*")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return what the lines of an env-check say."""
    packages = section(_packages(lines))
    python = next(((match[1], line) for line in lines if (match := _PYTHON.fullmatch(line.text))), None)
    if python:
        packages = replace(packages or Packages(), python=python[0], sources={"python": f"line {python[1].number}"})
    gpus = tuple(_gpus(lines))
    return replace(snapshot(packages), system=first_of(_system(lines)), devices=Devices(gpus) if gpus else None)


def _packages(lines: Sequence[Line]) -> Iterator[Package | None]:
    for line in lines:
        if match := _VERSION.fullmatch(line.text):
            yield package(_NAMES[match[1]], match[2], line)
        elif match := _LLM.fullmatch(line.text):
            yield package("ipex-llm" if match[1].lower() == "ipex-llm" else "bigdl-llm", match[2], line)


def _gpus(lines: Sequence[Line]) -> Iterator[Gpu]:
    for line in lines:
        match = _GPU.fullmatch(line.text)
        gpu = gpu_names.one(match[1], f"line {line.number}") if match and "Driver Version" in line.text else None
        if match and gpu:
            yield replace(gpu, driver_version=match[2])


def _system(lines: Sequence[Line]) -> Iterator[System]:
    for line, after in zip(lines, [*lines[1:], Line(0, "")], strict=False):
        if _OS.fullmatch(line.text) and len(after.text) < 100:
            yield system_in(after.text, f"line {after.number}")
        if match := _MEMORY.fullmatch(line.text):
            yield sourced({"memory": int(float(match[1]) * GIB)}, f"line {line.number}")
