"""What `xpu-smi discovery` lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import gpu_names

_NAME = re.compile(r"\s{0,40}\|\s{0,12}(?:\d{1,2}\s{0,12})?\|\s{0,4}Device Name: (\S.{0,90})")
_ADDRESS = re.compile(r"\s{0,40}\|\s{0,12}\|\s{0,4}PCI BDF Address: ([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])", re.IGNORECASE)


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the GPUs of the table, each once."""
    found: list[Gpu] = []
    for line in lines:
        if (name := _NAME.match(line.text)) and (gpu := gpu_names.one(name[1], f"line {line.number}")):
            found.append(gpu)
        elif found and (address := _ADDRESS.match(line.text)):
            found[-1] = replace(found[-1], address=address[1].lower())
    return Snapshot(devices=Devices(tuple(found[: gpu_names.MOST])) if found else None)
