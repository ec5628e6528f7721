"""What lspci lists: the display controllers, what drives them, and how much of their memory the CPU can map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.sizes import GIB, MIB
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import gpu_names

_DEVICE = re.compile(r"\s{0,40}((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) (\S.*)", re.IGNORECASE)
_DISPLAY = re.compile(
    r"(?:VGA compatible controller|Display controller|3D controller)\b[^:]{0,12}:\s{0,2}(.*)"
    r"|(?:Class )?03[0-9a-f]{2}: ((?:8086|10de|1002):.*)",
    re.IGNORECASE,
)
_VENDOR_ID = re.compile(r"\b(8086|10de|1002|1a03|102b):[0-9a-f]{4}\b", re.IGNORECASE)
_VENDORS = {"intel": "8086", "nvidia": "10de", "advanced micro": "1002", "amd": "1002", "aspeed": "1a03", "matrox": "102b"}
_PLAIN_ID = re.compile(r"\b(?:Device|Corporation) (?:Device )?([0-9a-f]{4})\b", re.IGNORECASE)
_IN_USE = re.compile(r"\s{0,40}Kernel driver in use: ([\w-]{1,32})")
_MODULES = re.compile(r"\s{0,40}Kernel modules: (\S.*)")
_REGION = re.compile(r"\s{0,40}(?:Region \d: )?Memory at .{0,80}\bprefetchable\) .{0,40}?\[size=(\d{1,4})([KMGT])\]")
_NON_PREFETCHABLE = "non-prefetchable"
_UNITS = {"K": 1024, "M": MIB, "G": GIB, "T": 1024 * GIB}


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the Intel GPUs, and the vendors of the others."""
    blocks = tuple(islice(_blocks(lines), gpu_names.MOST))
    gpus = tuple(gpu for block in blocks if _vendor(block[0][1]) == "8086" and (gpu := _gpu(block)))
    others = {vendor: block[0][0].number for block in reversed(blocks) if (vendor := _vendor(block[0][1])) not in ("", "8086")}
    if not gpus and not others:
        return Snapshot()
    sources = {"other_vendors": f"line {min(others.values())}"} if others else {}
    return Snapshot(devices=Devices(gpus, other_vendors=tuple(reversed(others)), sources=sources))


_Block = list[tuple[Line, str]]


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    """Yield the lines of each display controller; the first with its description, the others as they are."""
    block: _Block = []
    for line in lines:
        device = _DEVICE.match(line.text)
        if device or not line.text[:1].isspace():
            if block:
                yield block
            block = []
        display = _DISPLAY.match(device[2]) if device else None
        if display:
            block = [(line, display[1] or display[2] or "")]
        elif block:
            block.append((line, line.text))
    if block:
        yield block


def _vendor(text: str) -> str:
    match = _VENDOR_ID.search(text)
    return match[1].lower() if match else next((number for name, number in _VENDORS.items() if name in text.lower()[:60]), "")


def _gpu(block: _Block) -> Gpu | None:
    line, text = block[0]
    source = f"line {line.number}"
    device = _DEVICE.match(line.text)
    found = gpu_names.labelled(text, source)
    plain = _PLAIN_ID.search(text)
    gpu = found[0] if found else gpu_names.of_id(plain[1].lower(), source) if plain else Gpu("", name="Intel GPU", source=source)
    address = device[1].lower() if device else ""
    return replace(
        gpu,
        address=address if len(address) > len("03:00.0") else f"0000:{address}",
        kernel_driver=_kernel_driver(block),
        bar=max((size for _, told in block[1:] if (size := _size(told))), default=None),
    )


def _kernel_driver(block: _Block) -> str | None:
    """Return the driver in use; empty where lspci names modules and none of them is in use."""
    texts = [text for _, text in block[1:]]
    used = next((match[1] for text in texts if (match := _IN_USE.match(text))), None)
    return "" if used is None and any(map(_MODULES.match, texts)) else used


def _size(text: str) -> int | None:
    match = _REGION.match(text) if _NON_PREFETCHABLE not in text else None
    return int(match[1]) * _UNITS[match[2]] if match else None
