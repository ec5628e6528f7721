"""How the layers of a model are laid on devices, and what each device then holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xpudoctor.facts.record import Record
from xpudoctor.fit import memory
from xpudoctor.fit.devices import Device
from xpudoctor.fit.model import Model
from xpudoctor.fit.weights import Weights, weigh
from xpudoctor.fit.wish import Wish

PARTS = ("weights", "cache", "activations", "logits", "runtime", "allocator", "draft")
_MIB = 1024**2


class Share(Record):
    """What one device holds, in bytes by part; `layers` are how many of the model's it takes."""

    device: Device
    parts: Mapping[str, int]
    layers: int

    @property
    def need(self) -> int:
        return sum(self.parts.values())

    @property
    def left(self) -> int:
        return self.device.free - self.need


class _Unit(Record):
    """What stays together on a device: one layer with its cache, and what stands before or behind the layers."""

    weights: int
    cache: int
    main: bool


def place(wish: Wish, devices: Sequence[Device]) -> tuple[Share, ...]:
    """Lay the parts on the devices."""
    units = _units(wish.model, weigh(wish.model, wish.form, wish.backend), wish, True)
    if wish.draft:
        # A draft is loaded first, and finds its room first.
        units = [*_units(wish.draft, weigh(wish.draft, wish.draft_form, wish.backend), wish, False), *units]
    # What a backend does not take of a device (vLLM's --gpu-memory-utilization) is not free.
    free = [replace(device, free=int(device.free * wish.backend.share)) for device in devices]
    return _parallel(units, free, _fixed(wish)) if wish.backend.name == "vllm" else _filled(units, free, _fixed(wish), wish.split)


def _units(model: Model, weights: Weights, wish: Wish, main: bool) -> list[_Unit]:
    layers = model.shape.layers
    kept = [memory.cache(layer, wish.use, wish.backend) for layer in layers]
    units = [_Unit(taken, cache, main) for taken, cache in zip(weights.layers, kept, strict=False)][wish.on_cpu if main else 0 :]
    return [_Unit(weights.first, 0, main), *units, _Unit(weights.last, 0, main)]


def _fixed(wish: Wish) -> dict[str, int]:
    """Return what every device holds beside its layers."""
    shapes = [wish.model.shape] + ([wish.draft.shape] if wish.draft else [])
    # torch hands the memory of one model's activations to the next one; llama.cpp keeps a buffer for each.
    together = sum if wish.backend.name == "llama.cpp" else max
    active = together(memory.activations(shape, wish.use, wish.backend) for shape in shapes)
    scores = together(memory.logits(shape, wish.use, wish.backend) for shape in shapes)
    grown = max((memory.cache(layer, wish.use, wish.backend) for layer in wish.model.shape.layers), default=0)
    # Blocks are handed out in steps of 2 MiB, and a cache that grows is copied: old and new of one layer stand side by side
    # (kLargeBuffer and kRoundLarge in https://github.com/pytorch/pytorch/blob/main/c10/xpu/XPUCachingAllocator.cpp).
    slack = int(0.05 * active) + (grown if not wish.backend.chunk else 0) + 20 * _MIB
    # The activations of the layers are gone when the scores over the vocabulary are made: only what is larger than they were counts.
    return {"activations": active, "logits": max(scores - active, 0), "runtime": wish.backend.runtime * _MIB, "allocator": slack}


def _filled(units: list[_Unit], devices: Sequence[Device], fixed: Mapping[str, int], split: tuple[int, ...]) -> tuple[Share, ...]:
    """Fill the devices in their order: as the split says, or each to the same part, the smallest with which all find room."""
    if split:
        return _poured(units, devices, fixed, list(split))
    room = [max(device.free - sum(fixed.values()), 0) for device in devices]
    low, high = 0.0, 1.0
    for _ in range(12 if len(devices) > 1 else 0):
        middle = (low + high) / 2
        full = _poured(units, devices, fixed, [int(size * middle) for size in room])
        fits = full[-1].need - sum(fixed.values()) <= room[-1] * middle
        low, high = (low, middle) if fits else (middle, high)
    return _poured(units, devices, fixed, [int(size * high) for size in room])


def _poured(units: list[_Unit], devices: Sequence[Device], fixed: Mapping[str, int], caps: list[int]) -> tuple[Share, ...]:
    held: list[list[_Unit]] = [[] for _ in devices]
    at = taken = 0
    for unit in units:
        size = unit.weights + unit.cache
        # What finds no room lands on the last device, where it shows.
        while at < len(devices) - 1 and taken + size > (caps[at] if at < len(caps) else 0):
            at, taken = at + 1, 0
        held[at].append(unit)
        taken += size
    return tuple(_share(device, own, fixed) for device, own in zip(devices, held, strict=True))


def _share(device: Device, units: list[_Unit], fixed: Mapping[str, int], part: int = 1) -> Share:
    own = [unit for unit in units if unit.main]
    sums = {"weights": sum(unit.weights for unit in own) // part, "cache": sum(unit.cache for unit in own) // part}
    drafted = sum(unit.weights + unit.cache for unit in units if not unit.main) // part
    parts = {**sums, **fixed, **({"draft": drafted} if drafted else {})} if units else {}
    return Share(device, parts, sum(unit.weights > 0 and unit.cache > 0 for unit in own))


def _parallel(units: list[_Unit], devices: Sequence[Device], fixed: Mapping[str, int]) -> tuple[Share, ...]:
    """Give each device its part of every layer, as tensor parallelism does."""
    return tuple(_share(device, units, fixed, len(devices)) for device in devices)
