"""The Intel GPUs that programs print and people mention by their full names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import gpu_names

_HINT = re.compile(r"\barc|\buhd|\biris|data center gpu|8086:|VEN_8086", re.IGNORECASE)
_WORDS = ("arc", "uhd", "iris", "data center", "8086")
_INDEX = re.compile(r"\b(?:SYCL|device |xpu:|gpu |using device \w{0,6}?)(\d{1,2})\b|\[(\d{1,2})\]", re.IGNORECASE)
# People speak of other machines, too; what a driver printed has marks.
_MARK = re.compile(r"\((?:R|TM)\)")
_GENERAL = re.compile(
    r"\bsupport|such as|e\.g\.|for example|\blike\b|\bworks? (?:fine |well )?on"
    r"|\bseries\b|\bcompatible|https?:|\bunlike\b|\binstead\b|\bvs\b|\bother\b",
    re.IGNORECASE,
)
_LONGEST = 600
_LIST = 3


def read(lines: Sequence[Line]) -> Snapshot:
    """Return each GPU once, and cards of one kind as often as they are numbered."""
    found: dict[tuple[str, str, str], Gpu] = {}
    for line in lines:
        text = line.text[:_LONGEST]
        # Most lines of a log name no GPU; looking for plain words first halves the time.
        if not any(word in text.lower() for word in _WORDS) or not _HINT.search(text) or (_GENERAL.search(text) and not _MARK.search(text)):
            continue
        gpus = gpu_names.named(text, f"line {line.number}")
        index = _INDEX.search(text)
        # A line of many names is a list of what a program knows, and not a machine.
        for gpu in gpus if len(gpus) < _LIST else ():
            found.setdefault((gpu.pci_id, gpu.name, (index[1] or index[2]) if index and len(gpus) == 1 else ""), gpu)
    found = dict(islice(found.items(), gpu_names.MOST))
    numbered = {key[:2] for key in found if key[2]}
    kept = tuple(gpu for key, gpu in found.items() if key[2] or key[:2] not in numbered)
    return Snapshot(devices=Devices(kept) if kept else None)
