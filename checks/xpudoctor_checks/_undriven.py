"""What tells that the kernel drives a GPU not at all, and the kernel as people write it, where no tool names it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Devices, Fact, Log
from xpudoctor_checks import _log
from xpudoctor_checks._log_machine import families

# Software rendering, the firmware's frame buffer, and a device that no driver claims: the GPU is on the bus, and nothing more.
UNDRIVEN = re.compile(
    r"(?i)\bllvmpipe\b|\bUNCLAIMED\b|simple-?framebuffer|\bsimpledrm\b|\b(?:vesa|efi)(?:fb)?\b"
    r"|\bno (?:usable |dri )?(?:/dev/dri|render ?nodes?|renderD)|\bonly card0\b|\bcard0 only\b|(?:without|lacks) (?:a )?render"
    r"|No GPU devices found|no discrete/integrated|Insufficient gpu\.intel\.com|gpu\.intel\.com/(?:i915|xe)\W{1,4}0\b"
    r"|\bno .{0,10}in use\b|\bnothing (?:is )?in use|in use\W{1,4}(?:none|nothing|blank|absent|empty)"
    r"|\bCPU mode\b|OpenVINO\b[^\n]{0,24}\bCPU\b|\bsycl-ls\b\W{1,4}cpu only|\bvaInitialize failed"
    r"|/dev/dri[^\n]{0,16}(?:没有|是空|只有|不存在)|(?:没有|无) ?renderD|没有那个文件或目录|都是空|用的?是? ?llvmpipe"
)
# Families by id and by the names that people give them, beside those of _log_machine.
_SAID_FAMILY = (
    ("dg2", re.compile(r"(?i)\b(?:0x|8086:)?56(?:[ab][0-9a-f]|c[012])\b|\balchemist\b|\barc a[357]\d0m?\b")),
    ("bmg", re.compile(r"(?i)\b(?:0x|8086:)?e2[012][0-9a-f]\b|\bbattlemage\b|\barc (?:pro )?b\d{2,3}\b")),
    ("lnl", re.compile(r"(?i)\b(?:0x|8086:)?(?:64[ab]0|6420)\b|\blunar ?lake\b|\bultra [579] 2[2-8]\dv\b|\barc 1[34]0v\b")),
    ("ptl", re.compile(r"(?i)\b(?:0x|8086:)?b0(?:8[0-9a-f]|9[0-9a-f]|a0)\b|\bpanther ?lake\b|\bultra (?:x)?[579] 3\d\d[hu]\b")),
    ("mtl", re.compile(r"(?i)\b(?:0x|8086:)?7d[45d][05]\b|\bmeteor ?lake\b|\bultra [579] (?:processor )?1[2-8]5[hu]l?\b")),
    (
        "arl-h",
        re.compile(r"(?i)\b(?:0x|8086:)?7d(?:51|67|d1|41)\b|\barrow ?lake\b|\bultra [579] (?:processor )?2[2-8]5(?:h|hx|u|k|kf|t)?\b"),
    ),
    ("dg1", re.compile(r"(?i)\bDG1\b|\biris(?:\(r\))? xe max\b|\b8086:490[5-8]\b")),
    (
        "adl",
        re.compile(
            r"(?i)\b(?:alder|raptor) ?lake(?:-[sph])?\b(?!-n)|\bi[3579]-1[234]\d{3}[a-z]{0,2}\b|\b8086:(?:46[89ab]|a7[28a])[0-9a-f]\b"
        ),
    ),
    ("adl-n", re.compile(r"(?i)\balder ?lake-n\b|\bN(?:95|97|100|200|305)\b|\b8086:46d[0-2]\b")),
    ("twl", re.compile(r"(?i)\btwin ?lake\b|\bN(?:150|250|35[05])\b|\b8086:46d[34]\b")),
)
_SAID_KERNEL = (
    re.compile(r"(?:内核(?:版本)?|\bKernel)[\s:是为到]{0,3}([4-7]\.\d{1,2}(?:\.\d{1,3})?)"),
    re.compile(r"(?<![\d.])([4-7]\.\d{1,2}\.\d{1,3})-\d{1,4}(?=[\s,.;:)\]]|$)"),
    re.compile(r"(?i)\blinux ([4-7]\.\d{1,2})(?:\.\d{1,3})?(?=[\s,.;)\]]|$)"),
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
# Meteor and Arrow Lake: https://github.com/jellyfin/jellyfin.org/pull/1051; DG1: /pull/1526 there; Alder Lake (and what came after it):
# https://github.com/balena-os/balena-intel/issues/633, the small ones: https://www.phoronix.com/news/Linux-5.18-Pull-Intel-i915 and
# https://github.com/getumbrel/umbrel/pull/2061
_BUILT_IN_FLOOR = {"mtl": "6.7", "arl-h": "6.7", "arl-s-u": "6.7", "dg1": "6.17", "adl": "5.16", "adl-n": "5.18", "twl": "6.2"}
_NEWEST_OF = (
    (re.compile(r"(?i)\bubuntu 20\.04|\bfocal\b"), "5.15"),
    (re.compile(r"(?i)\bubuntu 22\.04|\bjammy\b"), "6.8"),
    (re.compile(r"(?i)\bdebian (?:gnu/linux )?11|\bbullseye\b"), "5.10"),
    (re.compile(r"(?i)\bdebian (?:gnu/linux )?12|\bbookworm\b"), "6.1"),
    (re.compile(r"(?i)\bcentos(?: linux)? 7|\brhel 7"), "3.10"),
    (re.compile(r"(?i)\b(?:proxmox|pve)(?: ve)? 7"), "5.15"),
    (re.compile(r"(?i)\b(?:linux )?mint 20"), "5.15"),
    (re.compile(r"(?i)\b(?:linux )?mint 21"), "6.8"),
    (re.compile(r"(?i)\bunraid 6\.(?:9|10|11)\b"), "5.19"),
    (re.compile(r"(?i)\bleap 15\.[0-5]\b"), "5.14"),
    (re.compile(r"(?i)\b(?:dsm|synology)\b"), "5.10"),
)


def said_kernel(log: Log) -> tuple[Version, Fact] | None:
    """Return the kernel that is named in passing."""
    for pattern in _SAID_KERNEL:
        if seen := _log.first(log, pattern):
            return Version(seen[1][1]), seen[0].fact
    return None


def spoken_families(log: Log, devices: Devices | None) -> Iterator[tuple[str, Fact]]:
    """Yield the families that are spoken of, by name or by id."""
    yield from families(log, devices)
    for family, pattern in _SAID_FAMILY:
        if seen := _log.first(log, pattern):
            yield family, seen[0].fact


def backported(log: Log) -> bool:
    """Say whether the kernel is one that carries later drivers under an old number."""
    return _log.first(log, _BACKPORTED) is not None


def newest_kernel(log: Log) -> tuple[Version, Fact] | None:
    """Return the newest kernel that the distribution which is named ships by itself."""
    for pattern, newest in _NEWEST_OF:
        if seen := _log.first(log, pattern):
            return Version(newest), seen[0].fact
    return None


def built_in_floors(log: Log, devices: Devices | None) -> Iterator[tuple[str, Fact]]:
    """Yield the first kernel for the graphics inside of processors that are spoken of."""
    for family, shown in spoken_families(log, devices):
        if family in _BUILT_IN_FLOOR:
            yield _BUILT_IN_FLOOR[family], shown
