"""The operating system, kernel and memory that people state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.log import Line
from xpudoctor.facts.sizes import GIB
from xpudoctor.facts.system import System
from xpudoctor.readers._labels import Labelled
from xpudoctor.readers._stated_gpus import windows_driver
from xpudoctor.readers.os_names import kernel_in, sourced, system_in

_OS = re.compile(
    r"(?:host |guest |container |my |base )?(?:os|operating system|system"
    r"|distro|distribution|platform|environment|env|setup|host|hardware|machine)"
    r"(?: ?(?:version|name|info|information|type|platform|/ ?\w+))?"
    r"|(?:microsoft )?windows(?: version)?|linux(?: distribution)?|操作系统|系统|系统版本|环境"
)
_VERSIONED = re.compile(r"(windows|ubuntu|debian|fedora)(?: version)?")
_KERNEL = re.compile(r"(?:linux |os |host )?kernel(?: version| release)?|uname(?: -\w+)?|内核(?:版本)?")
# `older than 6.2` names a kernel, but not this one.
_RELEASE = re.compile(r"(?:linux |version |v)?(\d\.\d{1,2}[\w.+~-]*)", re.IGNORECASE)
_MEMORY = re.compile(r"(?:system |host |total |installed |physical )?(?:ram|memory)(?: size)?|内存")
_SIZE = re.compile(r"(?:.{0,20}/ ?)?(\d{1,4}(?:\.\d+)?) ?(Gi?B?|TB)\b", re.IGNORECASE)
# A line that is hardly more than a name of a system: `wsl2 ubuntu20.04`, `Windows 11 24H2`, `on Ubuntu 24.04`.
_SHORT = 48
_ON = re.compile(
    r"\b(?:on|under|using|running|with)(?: a| my| native| bare[- ]metal)? ((?:windows ?1[01]"
    r"|win ?1[01]|wsl ?2?|ubuntu|debian|fedora|arch linux|linux mint)\b[^,;:()]{0,20})",
    re.IGNORECASE,
)
_STARTS = re.compile(r"[\s\-*>]{0,8}(?:wsl|windows ?1|win ?1|ubuntu|debian|fedora|arch linux|linux mint|microsoft windows)", re.IGNORECASE)
_NOT_PROSE = re.compile(r"[:=/\\|$]|--")


def stated(pairs: Sequence[Labelled], lines: Sequence[Line]) -> Iterator[System]:
    """Yield what is stated of the system, labels before prose."""
    for pair in pairs:
        yield from _of_label(pair)
    yield from _in_prose(lines)
    for pair in pairs:
        if "driver" in pair.label and windows_driver(pair.value):
            yield System(os="windows", sources={"os": pair.source})


def _of_label(pair: Labelled) -> Iterator[System]:
    if _OS.fullmatch(pair.label):
        named = _VERSIONED.fullmatch(pair.label)
        yield system_in(f"{pair.label} {pair.value}" if named else pair.value, pair.source)
    if _KERNEL.fullmatch(pair.label) and (release := _RELEASE.match(pair.value)):
        yield sourced(kernel_in(f"kernel {release[1]}"), pair.source)
    if _MEMORY.fullmatch(pair.label) and (size := _SIZE.match(pair.value)):
        unit = 1024 * GIB if size[2].upper().startswith("T") else GIB
        yield System(memory=int(float(size[1]) * unit), sources={"memory": pair.source})


def _in_prose(lines: Sequence[Line]) -> Iterator[System]:
    for line in lines:
        text = line.text.strip()
        if len(text) <= _SHORT and _STARTS.match(text) and not _NOT_PROSE.search(text):
            yield system_in(text, f"line {line.number}")
        elif len(text) <= 4 * _SHORT and not _NOT_PROSE.search(text) and (match := _ON.search(text)):
            yield system_in(match[1], f"line {line.number}")
