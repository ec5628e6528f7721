"""How operating systems and kernels are named in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from xpudoctor.facts.merge import merge
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System

# os-release's id for what people write; longer names first.
_DISTRIBUTIONS = {
    "linux mint": "linuxmint", "mint": "linuxmint", "pop!_os": "pop", "pop os": "pop", "arch linux": "arch", "archlinux": "arch",
    "manjaro": "manjaro", "endeavouros": "endeavouros", "cachyos": "cachyos", "garuda": "garuda", "gentoo": "gentoo", "nixos": "nixos",
    "opensuse tumbleweed": "opensuse-tumbleweed", "opensuse": "opensuse", "red hat enterprise linux": "rhel", "redhat": "rhel",
    "rhel": "rhel", "centos": "centos", "rocky linux": "rocky", "rocky": "rocky", "almalinux": "almalinux", "fedora": "fedora",
    "nobara": "nobara", "bazzite": "bazzite", "debian": "debian", "proxmox": "debian", "kubuntu": "ubuntu", "xubuntu": "ubuntu",
    "lubuntu": "ubuntu", "ubuntu": "ubuntu", "zorin": "zorin", "kali": "kali", "deepin": "deepin", "openeuler": "openeuler",
    "alpine": "alpine", "unraid": "slackware", "truenas": "debian", "void linux": "void", "solus": "solus",
    "clear linux": "clear-linux-os",
}  # fmt: skip
_LIKE = {
    "linuxmint": ("ubuntu", "debian"), "pop": ("ubuntu", "debian"), "zorin": ("ubuntu", "debian"), "ubuntu": ("debian",),
    "kali": ("debian",), "manjaro": ("arch",), "endeavouros": ("arch",), "cachyos": ("arch",), "garuda": ("arch",),
    "nobara": ("fedora",), "bazzite": ("fedora",), "rhel": ("fedora",), "centos": ("rhel", "fedora"), "rocky": ("rhel", "fedora"),
    "almalinux": ("rhel", "fedora"),
}  # fmt: skip
_DISTRIBUTION = re.compile(
    r"\b("
    + "|".join(re.escape(name) for name in _DISTRIBUTIONS)
    + r")(?![\w/:])[ -]{0,2}(?:server|desktop|linux|gnu/linux|lts)?[ -]{0,2}v?(\d\d?(?:\.\d+){0,2})?"
    r"|\b(ubuntu|debian|fedora)(\d\d?(?:\.\d\d)?)\b",
    re.IGNORECASE,
)
_WINDOWS = re.compile(
    r"\b(?:microsoft )?win(?:dows)?[ -]?(?:server[ -]?)?(7|8\.1|8|10|11|20(?:16|19|22|25))\b|\b(?:microsoft )?windows\b|\bwin(?:32|64)\b",
    re.IGNORECASE,
)
_BUILD = re.compile(
    r"\b10\.0\.(\d{5}(?:\.\d{1,5})?)\b|\bbuild[ :]{1,2}(\d{5}(?:\.\d{1,5})?)\b|\b(?:OS )(2[26]\d{3}\.\d{1,5})\b", re.IGNORECASE
)
_RELEASE = re.compile(r"\b(2[0-9]H[12])\b", re.IGNORECASE)
_WSL = re.compile(r"\bwsl ?(1|2)?(?:g)?\b|windows subsystem for linux(?: ?([12]))?|microsoft-standard", re.IGNORECASE)
_NO_WSL = re.compile(r"\b(?:no|not|non|without|outside)\W{0,2}(?:in |on |using |use )?wsl", re.IGNORECASE)
_KERNEL = re.compile(r"\b(?:linux|kernel)(?: kernel| version| release)?[ :=-]{0,3}v?(\d\.\d{1,2}[\w.+~-]{0,80})", re.IGNORECASE)


def system_in(text: str, source: str) -> System:
    """Return what a text that is known to tell of an operating system says of it."""
    wsl = None if _NO_WSL.search(text) else _WSL.search(text)
    distribution = _DISTRIBUTION.search(text)
    windows = None if wsl or distribution else _WINDOWS.search(text)
    if windows:
        return _windows(windows, text, source)
    known: dict[str, Any] = _linux(distribution) if distribution else {}
    if wsl:
        # Only the second WSL has a GPU at all.
        known["wsl"] = int(wsl[1] or wsl[2] or 2)
    if known or re.search(r"\blinux\b", text, re.IGNORECASE):
        known["os"] = "linux"
    return sourced({**known, **kernel_in(text)}, source)


def kernel_in(text: str) -> dict[str, Any]:
    """Return the kernel that a text names."""
    match = _KERNEL.search(text)
    if match is None:
        return {}
    release = match[1].rstrip(".-,")
    wsl = {"wsl": 2} if "microsoft-standard" in release else {}
    return {"kernel": release, "os": "linux", **wsl}


def sourced(known: dict[str, Any], source: str) -> System:
    """Return a system section, all of which was seen at one place."""
    return System(**known, sources=dict.fromkeys(known, source))


def first_of(parts: Iterable[System]) -> System | None:
    """Return one section of several, the first word holding; None where nothing was said."""
    seen = [Snapshot(system=part) for part in parts if part.sources]
    return merge(seen).system


def _linux(match: re.Match[str]) -> dict[str, Any]:
    distribution = _DISTRIBUTIONS[(match[1] or match[3]).lower()]
    # Point releases (22.04.4) are in the name; the version is as os-release gives it.
    version = ".".join((match[2] or match[4] or "").split(".")[:2])
    known: dict[str, Any] = {"distribution": distribution, "name": match[0].strip(" -")}
    if distribution in _LIKE:
        known["like"] = _LIKE[distribution]
    return {**known, "version": version} if version else known


def _windows(match: re.Match[str], text: str, source: str) -> System:
    known: dict[str, Any] = {"os": "windows", "name": f"Windows {match[1]}" if match[1] else "Windows"}
    if build := _BUILD.search(text):
        known["build"] = build[1] or build[2] or build[3]
    if release := _RELEASE.search(text):
        known["version"] = release[1].upper()
    return sourced(known, source)
