"""What sysfs tells of a PCI device: its memory regions, its link, and a GPU's own memory."""

from __future__ import annotations

from pathlib import Path

from xpudoctor.probes import _files

_MEMORY, _PREFETCHABLE = 0x200, 0x2000
# After the six regions of the device itself come its ROM and those of its virtual functions.
_REGIONS = 6
_INTEL, _BRIDGE = "0x8086", "0x0604"


def bar(device: Path) -> int | None:
    """Return the size of the largest region through which the CPU reaches the memory of the device."""
    sizes = []
    for line in (_files.text(device / "resource") or "").splitlines()[:_REGIONS]:
        try:
            start, end, flags = (int(word, 16) for word in line.split())
        except ValueError:
            continue
        if flags & _MEMORY and flags & _PREFETCHABLE and end > start:
            sizes.append(end - start + 1)
    return max(sizes, default=None)


def local_memory(device: Path) -> int | None:
    """Return the GPU's own memory in bytes, where its driver tells it: xe by tile, i915 (Intel's own build of it) by card."""
    tiles = [_files.number(tile / "physical_vram_size_bytes") for tile in _files.matching(device, "tile")]
    cards = [_files.number(card / "lmem_total_bytes") for card in _files.matching(device / "drm", "card")]
    return sum(filter(None, tiles)) or next(filter(None, cards), None)


def link(device: Path) -> str | None:
    """Return the PCI link as `16.0 GT/s PCIe x16`."""
    port = _slot(device)
    speed, width = _files.text(port / "current_link_speed"), _files.text(port / "current_link_width")
    if not speed or not width or "Unknown" in speed or width == "0":
        return None
    return f"{speed} x{width}"


def _slot(device: Path) -> Path:
    """Return the device whose link is the card's: an Arc card has a switch of its own, behind which the GPU shows 2.5 GT/s x1."""
    place = _files.real(device)
    upstream = place.parent.parent
    own_switch = all(_is_intel_bridge(bridge) for bridge in (place.parent, upstream)) and _is_bridge(upstream.parent)
    return upstream if own_switch else place


def _is_intel_bridge(device: Path) -> bool:
    return _is_bridge(device) and _files.text(device / "vendor") == _INTEL


def _is_bridge(device: Path) -> bool:
    return (_files.text(device / "class") or "").startswith(_BRIDGE)
