"""What `uname`, os-release, lsb_release, /proc/cmdline and Python's banner say of the operating system."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.readers.os_names import first_of, kernel_in, sourced, system_in

_UNAME = re.compile(r"\bLinux \S{1,64} (\d\.\d{1,2}[\w.+~-]*) #\d(?:.{0,100} (x86_64|aarch64)\b)?|\bLinux version (\d\.\d{1,2}[\w.+~-]*) ")
_UNAME_R = re.compile(r"uname -(?:s?r|a)\b")
_RELEASE_ALONE = re.compile(r"\s{0,40}(\d\.\d{1,2}\.\d{1,4}[\w.+~-]{0,80})\s{0,8}$")
_PLATFORM = re.compile(r"\b(Linux)-(\d\.\d{1,2}[\w.+~-]*?)-(x86_64|aarch64)|\b(Windows)-(\d+)(?:-10\.0\.(\d{5}))?-SP0")
_BANNER = re.compile(r"\] (?:\S+ )?on (linux|win32|darwin)\s*$")
_OS_RELEASE = re.compile(
    r"\s{0,40}((?:PRETTY_NAME|VERSION_ID|ID_LIKE|ID|DISTRIB_DESCRIPTION)(?==)|Description(?=:))[=:]\s{0,8}\"?([^\"\n]{1,80}?)\"?\s*$"
)
_OS_RELEASE_WORD = re.compile(r"os-release: `?([^`]{3,60})`?")
_WINDOWS_BANNER = re.compile(r"Microsoft Windows \[(?:\w+ )?(10\.0\.\d{5}(?:\.\d+)?)\]")
_FIELDS = {"ID": "distribution", "VERSION_ID": "version", "ID_LIKE": "like"}
_HINT = re.compile(
    r"Linux|Windows|uname"
    r"|\] .{0,30}on |PRETTY_NAME|VERSION_ID|ID|DISTRIB_DESC|Description|os-release|BOOT_IMAGE|GRUB_CMD|cmdline|Command line"
)
_PARAMETER = re.compile(
    r"(?<![\w.=-])((?:i915|xe)\.[\w-]+=[^\s\"'`,;)]+|nomodeset|intel_iommu=\w+|iommu=\w+|pci=\w+|pcie_aspm=\w+)(?![\w-])"
)
_COMMAND_LINE = re.compile(r"BOOT_IMAGE=|Command line:|GRUB_CMDLINE_LINUX|/proc/cmdline")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the system that the lines tell of."""
    return Snapshot(system=first_of(_told(lines)))


def _told(lines: Sequence[Line]) -> Iterator[System]:
    asked = False
    for line in lines:
        source = f"line {line.number}"
        if asked and (alone := _RELEASE_ALONE.match(line.text)):
            yield sourced(kernel_in(f"kernel {alone[1]}"), source)
        asked = False
        if _HINT.search(line.text):
            asked = bool(_UNAME_R.search(line.text))
            yield from _of_line(line.text, source)


def _of_line(text: str, source: str) -> Iterator[System]:
    if uname := _UNAME.search(text):
        architecture = {"architecture": uname[2]} if uname[2] else {}
        yield sourced({**kernel_in(f"kernel {uname[1] or uname[3]}"), **architecture}, source)
    if platform := _PLATFORM.search(text):
        yield _platform(platform, source)
    if banner := _BANNER.search(text):
        yield System(os={"linux": "linux", "win32": "windows"}.get(banner[1], banner[1]), sources={"os": source})
    if windows := _WINDOWS_BANNER.search(text):
        yield sourced({"os": "windows", "name": "Microsoft Windows", "build": windows[1].removeprefix("10.0.")}, source)
    if word := _OS_RELEASE_WORD.search(text):
        yield system_in(word[1], source)
    if pair := _OS_RELEASE.match(text):
        yield _os_release(pair[1], pair[2], source)
    if _COMMAND_LINE.search(text) and (parameters := tuple(dict.fromkeys(_PARAMETER.findall(text)))):
        yield sourced({"kernel_parameters": parameters, "os": "linux"}, source)


def _platform(match: re.Match[str], source: str) -> System:
    if match[4]:
        build = {"build": match[6]} if match[6] else {}
        return sourced({"os": "windows", "name": f"Windows {match[5]}", **build}, source)
    return sourced({**kernel_in(f"kernel {match[2]}"), "architecture": match[3]}, source)


def _os_release(key: str, value: str, source: str) -> System:
    if key not in _FIELDS:
        system = system_in(value, source)
        # pip describes packages under the same word.
        return system if system.distribution and value.lower().startswith((system.name or "").lower()) else System()
    if key == "ID" and not re.fullmatch(r"[a-z][a-z0-9._-]{1,30}", value):
        return System()
    known: dict[str, Any] = {_FIELDS[key]: value.lower()}
    if key == "ID_LIKE":
        known["like"] = tuple(value.lower().split())
    return sourced({**known, "os": "linux"}, source)
