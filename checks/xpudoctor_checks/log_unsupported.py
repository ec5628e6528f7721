"""What this Python, this system or this GPU is not made for, where that takes more than one pattern."""

from __future__ import annotations

import re

from packaging.version import InvalidVersion, Version

from xpudoctor import Log, Match, System
from xpudoctor_checks import _log

_UNFOUND = re.compile(r"(?:satisfies the requirement|distribution found for) (?P<name>[\w.-]{1,60})==(?P<version>[\w.!+-]{1,40})")
_IGNORED = re.compile(r"(?i)require a different python version: (?P<list>[^\n]{1,1500})")
_RELEASE = re.compile(r"\d[\w.+-]{0,30}")
_CALCSIZE = re.compile(r"calcsize\(.P.\)")
_NARROW = re.compile(r"\b32[- ]bit (?:python|interpreter)|\b[Pp]ython\b[^\n]{0,40}\b32[- ]bit\b|\[MSC v\.\d{4} 32 bit")
_NOTHING = re.compile(r"from versions: none|No matching distribution|no matching wheel|not a supported wheel")
_WINDOWS = re.compile(r"(?i)\bwindows ?(?:1[01]|server)?\b|\b[A-Z]:\\|\bwin(?:10|11)\b|\bon win32\b")
_LINUX_WHEEL = re.compile(r"(?:linux_x86_64|manylinux\w{3,40}|linux_aarch64)\.whl is not a supported wheel")
_WINDOWS_WHEEL = re.compile(r"win_(?:amd64|arm64)\.whl is not a supported wheel")
_LINUX = re.compile(r"(?i)\bubuntu\b|\bdebian\b|\bfedora\b|\barch linux\b|\bwsl ?2?\b|\brhel\b|/home/\w")


def release_for_other_python(log: Log) -> Match | None:
    """Find a release that was asked for among those that the installer passed over for the Python."""
    passed = [
        (line, {plain for word in _RELEASE.findall(match["list"]) if (plain := _plain(word))}) for line, match in _log.every(log, _IGNORED)
    ]
    for line, wanted in _log.every(log, _UNFOUND) if passed else ():
        release = _plain(wanted["version"])
        for ignored, releases in passed:
            if release in releases:
                return Match(ignored, line, requirement=f"{wanted['name']}=={wanted['version']}")
    return None


def python_of_32_bit(log: Log) -> Match | None:
    nothing = _log.first(log, _NOTHING)
    if nothing is None:
        return None
    if narrow := _log.first(log, _NARROW):
        return Match(narrow[0], nothing[0])
    for line, _ in _log.every(log, _CALCSIZE):
        answer = next((other for other in log.lines if other.number == line.number + 1), None)
        if answer and answer.text.strip() == "32":
            return Match(line, answer, nothing[0])
    return None


def wheel_of_other_system(log: Log, system: System | None) -> Match | None:
    own = system.os if system else ""
    windows, linux = _log.first(log, _WINDOWS), _log.first(log, _LINUX)
    if wheel := _log.first(log, _LINUX_WHEEL):
        return Match(wheel[0], wheel=wheel[1][0].split(" ")[0]) if own == "windows" or (windows and not linux) else None
    if wheel := _log.first(log, _WINDOWS_WHEEL):
        return Match(wheel[0], wheel=wheel[1][0].split(" ")[0]) if own == "linux" or (linux and not windows) else None
    return None


def _plain(version: str) -> str:
    """Return a release without its build, or nothing for what is no version."""
    try:
        return Version(version).public
    except InvalidVersion:
        return ""
