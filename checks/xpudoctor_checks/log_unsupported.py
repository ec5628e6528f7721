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
# Graphics before Tiger Lake, by the names of chips and processors; and those from it on that are no Arc.
_OLD_GRAPHICS = re.compile(
    r"(?i)(?P<gpu>\bi[3579][- ]?(?:[2-9]|10)\d{3}(?:[uyhpkt]|h[kx]|hq|mq|t?e|r)?\b|\b(?:pentium|celeron"
    r"|atom)\b[^\n]{0,24}\b(?:[jngx]\d?-?\d{4}|3[89]\d\d|\d{4}[ue]?)\b|\b[jn][3-5]\d{3}\b|\bj1900\b|\bu?hd graphics (?:p?[4-6]\d{2}"
    r"|[2-5]\d{3})\b|\buhd ?6[0-3]\d|\biris(?:\((?:tm|r)\))? (?:plus|pro)|\b(?:sky|kaby|coffee|comet|ice|gemini|whiskey|apollo|elkhart"
    r"|jasper) ?lake\b|\bgen ?(?:[789](?:\.5)?|11)\b|\b(?:hsw|bdw|skl|kbl|cfl|cml|icl|glk|apl)\b|haswell|broadwell|ivy ?bridge"
    r"|westmere|sandy ?bridge|第?(?:[4-9]|10)代(?:核显|酷睿))"
)
_XE_GRAPHICS = re.compile(
    r"(?i)(?P<gpu>\biris\b(?: ?\(r\))? ?(?:xe)?|\bu?hd graphics\b|\buhd ?7\d0\b|锐炬|核显|\bi[3579][- ]?1[1-4]\d{2,3}\w{0,3}\b|\bn(?:95|97"
    r"|100|200|305)\b|tiger ?lake|rocket ?lake|alder ?lake|raptor ?lake|\bdg1\b|\bceleron\b)"
)
# What is named beside them may be the GPU that is meant.
_OTHER_GPU = re.compile(
    r"\b[AB][357][0-9]0M?\b|\bArc\b|\bB[567]0\b|[Bb]attlemage|Alchemist|Ultra [579]|\bMax 1|PVC|Lunar|Meteor|Panther|Arrow Lake|Flex"
    r"|\bDG2\b|BMG|NVIDIA|GeForce|RTX"
)
_COMPUTES = re.compile(
    r"(?i)torch|\bipex|\bxpu\b|vllm|comfyui|sd\.next|sycl|level.zero|stable diffusion|llama|openvino|jellyfin|opencl|clinfo"
    r"|compute-runtime|hashcat|beignet|immich|frigate|tone.?map|\bitex\b|tensorflow"
)
_LEFT_OUT = re.compile(
    r"(?i)no (?:gpu|devices?|platforms?|supported)|not (?:found|detected|listed|registered|recogni|load)|nothing|only (?:the )?cpu"
    r"|cpu only|does not (?:see|find|detect|show)|can.t (?:see|find|detect)|stopped detecting|is not in|not take effect|not supported"
    r"|unsupported|doesn.t support|no longer|does ?n.t work|fail(?:s|ed) to load|build failed|no acceleration|找不到|不支持"
)
_COMPUTES_OR_LEGACY = re.compile(r"(?i)torch|\bipex|\bxpu\b|vllm|comfyui|sd\.next|sycl|level.zero|stable diffusion|legacy")
_USES_TORCH = re.compile(r"(?i)torch\W{0,4}2\.(?:[5-9]|1\d)|torch\.xpu|\+xpu|whl/xpu|comfyui|sd\.next|pytorch.xpu|krita")
_FAILS = re.compile(r"(?i)\berror\b|\bfail|crash|崩溃|\bexits\b|0xc0000005|abort|garbage|\bnan\b")
_OTHER_REASON = re.compile(r"(?i:fp64|double|llama\.cpp|ollama|float8|bf16|from versions|no matching)")
_IN_DRIVER = re.compile(r"(?i)(?P<said>igc64\.dll|\bUR error\b)")


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


def graphics_before_xe(log: Log) -> Match | None:
    return _of_graphics(log, _OLD_GRAPHICS, _COMPUTES, _LEFT_OUT)


def graphics_before_xe_named(log: Log) -> Match | None:
    return _of_graphics(log, _OLD_GRAPHICS, _COMPUTES_OR_LEGACY)


def igpu_crashes_under_torch(log: Log) -> Match | None:
    fails = _of_graphics(log, _XE_GRAPHICS, _USES_TORCH, _FAILS)
    return None if fails is None or _log.first(log, _OTHER_REASON) else fails


def igpu_compiler_crashes(log: Log) -> Match | None:
    return _of_graphics(log, _IN_DRIVER, _XE_GRAPHICS)


def _of_graphics(log: Log, *patterns: re.Pattern[str]) -> Match | None:
    """Return where each is found first, unless a GPU is named that may be meant in their place."""
    evidence: list[_log.Line] = []
    values: dict[str, str] = {}
    for pattern in patterns:
        found = _log.first(log, pattern)
        if found is None:
            return None
        evidence.append(found[0])
        values |= found[1].groupdict()
    return None if _log.first(log, _OTHER_GPU) else Match(*evidence, **values)


def _plain(version: str) -> str:
    """Return a release without its build, or nothing for what is no version."""
    try:
        return Version(version).public
    except InvalidVersion:
        return ""
