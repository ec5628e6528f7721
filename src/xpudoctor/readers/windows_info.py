"""What systeminfo, dxdiag, wmic and PowerShell say of Windows, its adapters and their drivers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.merge import joined
from xpudoctor.facts.sizes import MIB
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.readers import gpu_names
from xpudoctor.readers.os_names import first_of, sourced, system_in

_OS = re.compile(r"\s{0,40}(?:OS Name|OS Version|Operating System|OS 名称|OS 版本)\s{0,40}[:\uff1a]\s{0,40}(\S.{0,120})")
_WINDOWS_BUILD = re.compile(r"10\.0(?:\.|, Build )(\d{5}(?:\.\d{1,5})?)")
_MEMORY = re.compile(r"\s{0,40}(?:Total Physical Memory|Memory|物理内存总量)\s{0,40}[:\uff1a]\s{0,40}([\d,.]{3,10}) ?MB\b")
_DRIVER = re.compile(r"(?<![\d.])(\d\d\.\d{1,2}\.10[01]\.\d{4})(?!\d)")
_NAME = re.compile(
    r"\s{0,40}(?:Card name|Name|Caption|Description|DriverDesc|FriendlyName"
    r"|DeviceName|名称)\s{0,20}[:\uff1a=]|\s{0,40}\* Intel\(R\)|\s{0,40}Intel\(R\)",
    re.IGNORECASE,
)
_KEY = re.compile(r"VEN_8086&DEV_[0-9A-F]{4}", re.IGNORECASE)
_SAYS_DRIVER = re.compile(r"driver|驱动", re.IGNORECASE)
_HINT = re.compile(r"Intel|VEN_8086|\.10[01]\.\d|[Dd]river|DRIVER|\u9a71\u52a8")
_SYSTEM_HINT = re.compile(r"OS |Operating|Memory|\u5185\u5b58")
# How far a driver's version stands from the name of its adapter in dxdiag.
_NEAR = 40
_UNNAMED = "Intel GPU"


def read(lines: Sequence[Line]) -> Snapshot:
    """Return Windows, and the adapters with the drivers named near them."""
    gpus = _gpus(lines)
    return Snapshot(system=first_of(_systems(lines)), devices=Devices(gpus) if gpus else None)


def _systems(lines: Sequence[Line]) -> Iterator[System]:
    for line in lines:
        if not _SYSTEM_HINT.search(line.text):
            continue
        source = f"line {line.number}"
        if told := _OS.match(line.text):
            yield from _windows(told[1], source)
        elif memory := _MEMORY.match(line.text):
            digits = re.sub(r"\D", "", memory[1])
            yield System(memory=int(digits) * MIB, sources={"memory": source})


def _windows(text: str, source: str) -> Iterator[System]:
    system = system_in(text, source)
    build = _WINDOWS_BUILD.match(text) or _WINDOWS_BUILD.search(text)
    if system.os == "windows":
        yield system
    if build and system.os in (None, "windows"):
        yield sourced({"os": "windows", "build": build[1]}, source)


def _gpus(lines: Sequence[Line]) -> tuple[Gpu, ...]:
    """What is told of a driver belongs to the adapter named last, or to the next one."""
    found: list[Gpu] = []
    waiting: Gpu | None = None
    last = -_NEAR
    for number, seen in _seen(lines):
        open_one = found[-1] if found and number - last < _NEAR and not found[-1].driver_version else None
        if seen.name == _UNNAMED:
            if open_one:
                found[-1] = _driven(open_one, seen)
            elif seen.driver_version not in [gpu.driver_version for gpu in found]:
                waiting = waiting or seen
            continue
        # dxdiag gives the id of an adapter below its name.
        same = joined((open_one,), (seen,)) if open_one else ()
        found[len(found) - (len(same) == 1) :] = same if len(same) == 1 else (_driven(seen, waiting),)
        last, waiting = number, None
    return _distinct(found)[: gpu_names.MOST] or ((waiting,) if waiting else ())


def _seen(lines: Sequence[Line]) -> Iterator[tuple[int, Gpu]]:
    """Yield the adapters and the drivers in the order of the lines; a line can tell both."""
    header = False
    for line in lines:
        if _HINT.search(line.text):
            named, told = _named(line), _told(line, header)
            if named or told:
                yield line.number, _driven(named, told) if named else told or Gpu("")
            header = bool(_SAYS_DRIVER.search(line.text)) and line.text.rstrip().endswith((":", "\uff1a"))
        else:
            header = False


def _named(line: Line) -> Gpu | None:
    if _KEY.search(line.text) or _NAME.match(line.text) or _DRIVER.search(line.text):
        return next(iter(gpu_names.named(line.text[:400], f"line {line.number}")), None)
    return None


def _told(line: Line, header: bool) -> Gpu | None:
    match = _DRIVER.search(line.text) if "http" not in line.text else None
    if match and (header or _SAYS_DRIVER.search(line.text) or gpu_names.named(line.text[:400])):
        return Gpu("", name=_UNNAMED, driver_version=match[1], source=f"line {line.number}")
    return None


def _driven(gpu: Gpu, told: Gpu | None) -> Gpu:
    return replace(gpu, driver_version=told.driver_version) if told else gpu


def _distinct(found: list[Gpu]) -> tuple[Gpu, ...]:
    kept: dict[tuple[str, str], Gpu] = {}
    for gpu in found:
        key = (gpu.pci_id, gpu.name)
        if key not in kept or (gpu.driver_version and not kept[key].driver_version):
            kept[key] = gpu
    return tuple(kept.values())
