"""What torch.xpu printed: device properties, and the answers to is_available() and device_count()."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.devices import Devices
from xpudoctor.facts.log import Line
from xpudoctor.facts.sizes import MIB
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.torch import Torch, XpuDevice
from xpudoctor.readers import gpu_names

_PROPERTIES = re.compile(r"(?:\[(\d{1,2})\]:?\s{0,4})?_(?:Xpu)?DeviceProperties\(")
_PROPERTY = re.compile(r"\b(\w+)=(?:'([^',]*)'?|(\[[^\]]*\]|[^,)'\s]+))")
_MEGABYTES = re.compile(r"(\d{1,9})MB$")
_AVAILABLE = re.compile(
    r"\bxpu\.is_available\(\)\W{0,12}(?:(?:returns?|gives|is|says)\W{1,8}){0,2}(True|False)\b|Is XPU available\s{0,8}:\s{0,8}(True|False)"
)
_ASKS = re.compile(r"\bxpu\.(is_available|device_count)\(\)\W{0,3}$")
_NONE = re.compile(r"No XPU devices are available|XPU Device count is zero")
_COUNT = re.compile(r"\bxpu\.device_count\(\)\W{0,12}(?:(?:returns?|gives|is|says)\W{1,8}){0,2}([0-9]{1,2})\b")
_ANSWER = re.compile(r"\s{0,40}(True|False|[0-9]{1,2})\s*$")
# Between question and answer stand warnings, and the source line that Python shows with them.
_PATIENCE = 6
_VERSION_ASKED = re.compile(r"\btorch\.__version__\W{0,3}$")
_VERSION = re.compile(r"\s{0,40}'?(\d\.\d{1,2}\.\d{1,2}[\w.+]{0,40})'?\s*$")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the devices and the answers."""
    found = _devices(lines)
    devices = tuple(device for device, _ in found)
    answers = {**dict(_nothing(lines)), **dict(reversed([*_inline(lines), *_echoed(lines)]))}
    gpus = tuple(gpu for device, source in found if (gpu := gpu_names.one(_hint(device), source)))
    told = {name: value for name, (value, _) in answers.items()}
    where = {name: source for name, (_, source) in answers.items()}
    if not devices and not told:
        return Snapshot()
    torch = Torch(
        version=told.get("version"),
        available=told["available"] == "True" if "available" in told else None,
        count=int(told["count"]) if "count" in told else None,
        devices=devices,
        sources={**where, **({"devices": found[0][1]} if found else {})},
    )
    return Snapshot(torch=torch, devices=Devices(gpus) if gpus else None)


def _devices(lines: Sequence[Line]) -> tuple[tuple[XpuDevice, str], ...]:
    """Return each device once, however often it is printed, and where; one without a number is the next."""
    found: dict[int, tuple[XpuDevice, str]] = {}
    for line, match in _printed(lines):
        # A list of them is printed in one line.
        printed = line.text[match.end() :].partition("DeviceProperties(")[0]
        properties = {key: quoted or plain for key, quoted, plain in _PROPERTY.findall(printed)}
        name = properties.pop("name", "")
        source = f"line {line.number}"
        if match[1] is None and any(device.name == name and where != source for device, where in found.values()):
            continue
        index = int(match[1]) if match[1] else len(found)
        if len(found) >= gpu_names.MOST:
            break
        found.setdefault(index, (_device(index, name, properties), source))
    return tuple(found.values())


def _device(index: int, name: str, properties: dict[str, str]) -> XpuDevice:
    size = _MEGABYTES.match(properties.get("total_memory", ""))
    memory = int(size[1]) * MIB if size else None
    return XpuDevice(index, name, memory, driver_version=properties.get("driver_version", ""), properties=properties)


def _hint(device: XpuDevice) -> str:
    """Return what tells which GPU it is: newer releases print the id beside the name."""
    pci_id = device.properties.get("device_id", "")
    return f"{device.name} device_id={pci_id}" if pci_id else device.name


def _printed(lines: Sequence[Line]) -> Iterator[tuple[Line, re.Match[str]]]:
    for line in lines:
        if "DeviceProperties(" in line.text:
            yield from ((line, match) for match in _PROPERTIES.finditer(line.text))


def _nothing(lines: Sequence[Line]) -> Iterator[tuple[str, tuple[str, str]]]:
    """No device at all is an answer to both questions."""
    for line in lines:
        if _NONE.search(line.text):
            yield "available", ("False", f"line {line.number}")
            yield "count", ("0", f"line {line.number}")


def _inline(lines: Sequence[Line]) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in lines:
        if "xpu.is_available" in line.text or "XPU available" in line.text:
            for match in _AVAILABLE.finditer(line.text):
                yield "available", (match[1] or match[2], f"line {line.number}")
        elif "xpu.device_count" in line.text and (count := _COUNT.search(line.text)):
            yield "count", (count[1], f"line {line.number}")


def _echoed(lines: Sequence[Line]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what stands in a line of its own below the question, as at Python's prompt."""
    asked, left = "", 0
    for line in lines:
        answer = (_VERSION if asked == "version" else _ANSWER).match(line.text) if left else None
        if answer and (asked == "count") == answer[1].isdigit():
            yield asked, (answer[1], f"line {line.number}")
            left = 0
        left = max(0, left - 1)
        if question := _ASKS.search(line.text):
            asked, left = {"is_available": "available", "device_count": "count"}[question[1]], _PATIENCE
        elif _VERSION_ASKED.search(line.text):
            asked, left = "version", 2
