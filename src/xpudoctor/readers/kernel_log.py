"""What the kernel's i915 and xe drivers log: which GPU they found, and whether they took it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.readers import gpu_names

_ADDRESS = r"([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])"
_SAID = re.compile(rf"\b(i915|xe) {_ADDRESS}: (.*)", re.IGNORECASE)
_FAILED = re.compile(rf"\b(?:i915|xe):? probe of {_ADDRESS} failed|\b(?:i915|xe) {_ADDRESS}: probe with driver \w+ failed", re.IGNORECASE)
_REFUSED = re.compile(r"graphics device ([0-9a-f]{4}) is not (?:officially |properly )?supported", re.IGNORECASE)
_FOUND = re.compile(r"\bdevice ID:? ([0-9a-f]{4})\b|\[8086:([0-9a-f]{4})\]", re.IGNORECASE)


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the GPUs that the kernel's drivers speak of, by their place on the bus."""
    found: dict[str, Gpu] = {}
    said = tuple(_said(lines))
    for address, gpu in said:
        known = found.get(address)
        found[address] = gpu if known is None else _joined(known, gpu)
    if not found:
        return Snapshot()
    return Snapshot(system=System(os="linux", sources={"os": said[0][1].source}), devices=Devices(tuple(found.values())[: gpu_names.MOST]))


def _said(lines: Sequence[Line]) -> Iterator[tuple[str, Gpu]]:
    for line in lines:
        text, source = line.text[:600], f"line {line.number}"
        if "i915" not in text and "xe" not in text:
            continue
        failed, said = _FAILED.search(text), _SAID.search(text)
        if failed or said:
            address = ((failed[1] or failed[2]) if failed else said[2] if said else "").lower()
            driver = "" if failed or (said and _REFUSED.search(said[3])) else said[1].lower() if said else None
            yield address, replace(_named(text, source), address=address, kernel_driver=driver)


def _named(text: str, source: str) -> Gpu:
    match = _FOUND.search(text) or _REFUSED.search(text)
    pci_id = next((group for group in match.groups() if group), "") if match else ""
    return gpu_names.of_id(pci_id.lower(), source, "Intel GPU") if pci_id else Gpu("", name="Intel GPU", source=source)


def _joined(known: Gpu, later: Gpu) -> Gpu:
    """The id is told once; of the driver the last word holds, for a failure stands at the end."""
    named = known if known.pci_id or not later.pci_id else later
    failed = "" in (known.kernel_driver, later.kernel_driver)
    return replace(named, address=known.address, kernel_driver="" if failed else later.kernel_driver or known.kernel_driver)
