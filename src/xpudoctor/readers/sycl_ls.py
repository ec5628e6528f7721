"""What sycl-ls lists, plain and verbose, and the device table of llama.cpp's SYCL backend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import gpu_names

_BACKENDS = r"(?:ext_oneapi_)?(level_zero|opencl|cuda|hip|native_cpu)"
_LISTED = re.compile(rf"\[{_BACKENDS}:(\w+)(?::(\d+))?\](?:\[{_BACKENDS}:(\d+)\])?,?\s{{0,4}}(\S.*)")
# llama.cpp: | 0| [level_zero:gpu:0]| Intel Arc A770 Graphics| 1.3| 512| 1024| 32| 16225M| 1.3.27642|
_CELL = re.compile(r"\|\s{0,20}([^|\s][^|]{1,80})\|")
_DRIVER = re.compile(r"\[(\d[\w.+-]{3,40})\]\s{0,4}$|\b(1\.\d{1,2}\.\d{4,6}(?:\+\d{1,4})?)\s{0,20}(?:\|\s{0,4})?$")


@dataclass(frozen=True, slots=True)
class _Device:
    backend: str
    kind: str
    name: str
    driver: str
    line: Line
    table: bool

    @property
    def gpu(self) -> Gpu | None:
        return gpu_names.one(self.name, f"line {self.line.number}") if self.kind == "gpu" else None


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the devices that SYCL lists."""
    found = tuple(_devices(lines))
    if not found:
        return Snapshot()
    level_zero = _gpus(found, "level_zero")
    opencl = _gpus(found, "opencl")
    listings = {"sycl_ls": found, "level_zero": [device for device, _ in level_zero], "opencl_gpus": [device for device, _ in opencl]}
    gpus = max((tuple(gpu for _, gpu in pairs) for pairs in (level_zero, opencl)), key=len)
    return Snapshot(
        devices=Devices(gpus) if gpus else None,
        runtime=Runtime(
            level_zero=LevelZero(stage="done", devices=tuple(_level_zero(*pair) for pair in level_zero)) if level_zero else None,
            opencl_gpus=tuple(gpu.pci_id or gpu.name for _, gpu in opencl) or None,
            sycl_ls=tuple(device.line.text.strip()[:300] for device in found if not device.table) or None,
            sources={name: f"line {some[0].line.number}" for name, some in listings.items() if some},
        ),
    )


def _devices(lines: Sequence[Line]) -> Iterator[_Device]:
    seen = set()
    for line in lines:
        # Prose speaks of `[level_zero:gpu]`, too: a device has a number.
        match = _LISTED.search(line.text) if ":" in line.text and "[" in line.text else None
        if match is None or not (match[3] or match[5]):
            continue
        table = match[6].startswith("|")
        name = _CELL.match(match[6]) if table else None
        device = _Device(match[1], match[2], name[1].strip() if name else match[6], _driver(match[6]), line, table)
        # The list may be pasted twice, and verbose output begins with the plain one.
        key = (device.backend, match[3] or match[5], device.name)
        if key not in seen:
            seen.add(key)
            yield device


def _driver(text: str) -> str:
    match = _DRIVER.search(text)
    return (match[1] or match[2]) if match else ""


def _gpus(found: tuple[_Device, ...], backend: str) -> tuple[tuple[_Device, Gpu], ...]:
    pairs = ((device, device.gpu) for device in found if device.backend == backend)
    return tuple((device, gpu) for device, gpu in pairs if gpu)[: gpu_names.MOST]


def _level_zero(device: _Device, gpu: Gpu) -> LevelZeroDevice:
    integrated = gpu.kind == "integrated" if gpu.kind else None
    return LevelZeroDevice(name=gpu.name, pci_id=gpu.pci_id, integrated=integrated, driver_version=device.driver)
