"""What tells that the kernel drives a GPU not at all, and the kernel as people write it, where no tool names it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from packaging.version import Version

from xpudoctor import Devices, Fact, Log, System
from xpudoctor.facts import gpus
from xpudoctor_checks import _log
from xpudoctor_checks._families import families as known_families
from xpudoctor_checks._families import sure_kernel
from xpudoctor_checks._log_machine import families, kernel, named_kernel

# Software rendering, the firmware's frame buffer, and a device that no driver claims: the GPU is on the bus, and nothing more.
UNDRIVEN = re.compile(
    r"(?i)\bllvmpipe\b|\bUNCLAIMED\b|simple-?framebuffer|\bsimpledrm\b|\b(?:vesa|efi)(?:fb)?\b"
    r"|\bno (?:usable |dri )?(?:/dev/dri|render ?nodes?|renderD)|\bonly card0\b|\bcard0 only\b|(?:without|lacks) (?:a )?render"
    r"|No GPU devices found|no discrete/integrated|Insufficient gpu\.intel\.com|gpu\.intel\.com/(?:i915|xe)\W{1,4}0\b"
    r"|\bno .{0,10}in use\b|\bnothing (?:is )?in use|in use\W{1,4}(?:none|nothing|blank|absent|empty)"
    r"|\bCPU mode\b|OpenVINO\b[^\n]{0,24}\bCPU\b|\bsycl-ls\b\W{1,4}cpu only|\bvaInitialize failed"
    r"|/dev/dri[^\n]{0,16}(?:没有|是空|只有|不存在)|(?:没有|无) ?renderD|没有那个文件或目录|都是空|用的?是? ?llvmpipe"
)
# Families by the names that people give them, beside those of _log_machine; their ids are those of the table of GPUs.
_SAID_NAMES = (
    ("dg2", r"\balchemist\b|\barc a[357]\d0m?\b"),
    ("bmg", r"\bbattlemage\b|\barc (?:pro )?b\d{2,3}\b"),
    ("lnl", r"\blunar ?lake\b|\bultra [579] 2[2-8]\dv\b|\barc 1[34]0v\b"),
    ("ptl", r"\bpanther ?lake\b|\bultra (?:x)?[579] 3\d\d[hu]\b"),
    ("mtl", r"\bmeteor ?lake\b|\bultra [579] (?:processor )?1[2-8]5[hu]l?\b"),
    ("dg1", r"\bDG1\b|\biris(?:\(r\))? xe max\b"),
    (
        "adl",
        r"\b(?:alder|raptor|twin) ?lake(?:-[sphn])?\b|\bi[3579]-1[234]\d{3}[a-z]{0,2}\b|\bN(?:95|97|100|150|200|250|305|35[05])\b",
    ),
)
# Their ids are words and numbers of other things, too: only with the vendor's.
_ID_WITH_VENDOR = ("dg1", "adl")
_SAID_KERNEL = (
    re.compile(r"内核(?:版本)?[\s:是为到]{0,3}([4-7]\.\d{1,2}(?:\.\d{1,3})?)"),
    re.compile(r"(?<![\d.])([4-7]\.\d{1,2}\.\d{1,3})-\d{1,4}(?=[\s,.;:)\]]|$)"),
    re.compile(r"(?i)\buname\b[^\n]{0,12} ([4-7]\.\d{1,2}\.\d{1,3})\b"),
    re.compile(r"(?i)\bkernels?\b[^\n\d]{0,16}([4-7]\.\d{1,2}(?:\.\d{1,3})?)(?![\d.]|-?(?:bit|rc))"),
    re.compile(
        r"(?<![\d.])([4-7]\.\d{1,2}(?:\.\d{1,3})?)(?:-\d{1,4})?-(?:generic|lts|pve|amd64|default|lowlatency|oem|hwe|zen|arch|rpi|unraid)"
    ),
    re.compile(
        r"(?i)\b(?:debian|bookworm|bullseye|slackware|flatcar|photon|dom0|proxmox|mint|suse|leap|nas|unraid)\b[^\n]{0,24}[\s(]"
        r"([4-6]\.\d{1,2}(?:\.\d{1,3})?)(?=[-\s,.;)\]]|$)"
    ),
    re.compile(r"\(([4-6]\.\d{1,2}(?:\.\d{1,3})?)(?:-[\w.-]{1,24})?(?:\)| \w{1,12} kernel)"),
)
# A kernel of Red Hat's carries the drivers of much later ones.
_BACKPORTED = re.compile(r"\.el\d|\brhel\b|\brocky\b", re.IGNORECASE)


def running_kernel(log: Log, system: System | None) -> tuple[Version, Fact] | None:
    """Return the kernel that a program printed, or else one that is named in passing."""
    return kernel(log, system) or named_kernel(log, _SAID_KERNEL)


def spoken_families(log: Log, devices: Devices | None) -> Iterator[tuple[str, Fact]]:
    """Yield the families that are spoken of, by name or by id."""
    yield from families(log, devices)
    for family, pattern in _said_families():
        if seen := _log.first(log, pattern):
            yield family, seen[0].fact


def backported(log: Log) -> bool:
    """Say whether the kernel is one that carries later drivers under an old number."""
    return _log.first(log, _BACKPORTED) is not None


def other_floors(log: Log, devices: Devices | None) -> Iterator[tuple[str, str, Fact]]:
    """Yield the families that are spoken of with their first kernel, where `sure_kernel` knows none."""
    for family, shown in spoken_families(log, devices):
        row = known_families()[family]
        if row.kernel and not sure_kernel(row):
            yield family, row.kernel, shown


@cache
def _said_families() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((family, re.compile(rf"(?i){names}|{_ids(family)}")) for family, names in _SAID_NAMES)


def _ids(family: str) -> str:
    ids = [pci_id for pci_id, model in gpus.models().items() if model.family == family]
    if family in _ID_WITH_VENDOR:
        return rf"\b8086:(?:{'|'.join(ids)})\b"
    # Four digits alone are any number, and a word between hyphens is a part of a longer id.
    return rf"(?<![\w-])(?:0x|8086:)?(?:{'|'.join(pci_id for pci_id in ids if not pci_id.isdigit())})(?![\w-])"
