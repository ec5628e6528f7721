"""What a log tells of the machine where no reader could: GPU families, kernel, driver and torch, each with the line that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from packaging.version import Version

from xpudoctor import Devices, Fact, Log, System, fact, leading_version
from xpudoctor_checks import _log
from xpudoctor_checks._drivers import line_build, table
from xpudoctor_checks._families import families as known_families

NO_GPU = re.compile(
    r"XPU [Dd]evice count is zero|No XPU devices are available|Failed to initialize XPU devices"
    r"|Number of dpcpp devices should be greater than zero|No device of requested type available|DeviceList is empty"
    r"|can not find preferred GPU platform|[Ff]ound 0 SYCL devices|[Nn]o SYCL devices? |No SYCL GPU|PI_ERROR_UNINITIALIZED"
    r"|UR_RESULT_ERROR_UNINITIALIZED|PLATFORM_NOT_FOUND_KHR|no GPU (?:was )?(?:detected|found)"
)
# The same in people's own words, and in those of tools that list devices.
NOT_FOUND_SAID = re.compile(
    r"(?i)\b(?:gpu|card|arc|xpu|[di]gpu|graphics|battlemage|b\d{2,3}|a\d{3}m?)s?\b[^.\n]{0,40}\b(?:not|n.t|no longer|never)\b[^.\n]{0,14}"
    r"\b(?:detect|found|find|list|seen?\b|recogni[sz]|visible|show)\w*"
    r"|\b(?:not|n.t|cannot|can.t|no longer|fails? to|failed to|unable to|could not)\b[^.\n]{0,10}\b(?:detect|find|list|see|recogni[sz]e)\b"
    r"[^.\n]{0,40}\b(?:gpu|card|arc|xpu|graphics|level.zero)\b"
    r"|\b(?:clinfo|sycl-ls|xpu-smi|openvino|devices?)\b[^\n]{0,30}\b(?:lists? |shows? |finds? |sees? |only )?(?:the |an? )?"
    r"(?:cpu only|only (?:the |an? )?cpu|no (?:\w+ )?(?:gpus?|devices?|xpus?|platforms?)|0 (?:gpus?|devices?|platforms?)|none\b)"
    r"|\blevel.zero(?::gpu)?\b[^\n]{0,12}\b(?:missing|absent|not (?:listed|there|shown))\b|\bno \[?level.zero"
    r"|\blists? (?:no|none|only (?:the )?cpu)\b|\bno (?:intel )?(?:gpus?|xpus?|level.zero(?::gpu)? devices?)\b"
    r"|\b0 gpus? (?:was |were )?(?:found|detected|listed)|(?<![\w-])(?:gpu|xpu)\b[^.\n]{0,20}\bnot available\b"
    r"|\bxpu\.is_available\(\)[^\n]{0,40}\bFalse\b|\bxpu\.device_count\(\)\W{1,6}0\b|\[['\"]CPU['\"]\]"
    r"|no supported devices found|not initialized for 0 device|can.t get \w{4,30} property|no device discovered"
    r"|\bNumber of (?:platforms|devices):?\s{1,60}0\s*$|(?:未|没有|无法|找不到|检测不到|识别不到|看不到|识别不了).{0,12}(?:显卡|GPU|设备)"
    r"|/dev/dri\b[^\n]{0,24}(?:\bempty|no such file|not there|missing|does not exist)|\bno /dev/dri|\bno renderD\d"
    r"|\b(?:device count\W{1,4}|device_count\(\)\W{1,4}|(?:devices|xpus|platforms)\b ?[:=]{1,2} ?)0\b"
    r"|\bzero (?:gpus?|xpus?|devices)\b|\b0 (?:xpus?|devices)\b"
    r"|\bxpu\W{1,6}False\b|\b(?:sees?|finds?|shows?|lists?) no (?:devices?|xpus?)|\bno intel device"
    r"|\bno .?(?:kernel )?driver in use|\breports? no (?:devices?|gpu)"
    r"|\b(?:sycl-ls|clinfo)\b[^\n]{0,40}\b(?:nothing|empty|cpu only)|\bno discrete/integrated"
    r"|(?<![\w-])(?:gpu|card|xpu|arc)\b[^.\n]{0,12}\b(?:is |was |has )?(?:gone|vanished|disappeared|invisible)\b|只有 ?\[?opencl:cpu",
    re.MULTILINE,
)
# What else than a missing device keeps a program in a container from the GPU, where it is said: the node is there, a variable, packages of
# the image, the card or its binding, the host itself.
NOT_THE_DEVICE = re.compile(
    r"(?i)\bvfio|\bZE_AFFINITY_MASK\b|\bONEAPI_DEVICE_SELECTOR\b|\bLD_LIBRARY_PATH\b"
    r"|\bno renderD\d{0,3}\b[^\n]{0,12}\b(?:on the host|appears|exists)"
    r"|\b(?:host|nas|server|machine)\b[^\n]{0,24}/dev/dri[^\n]{0,10}\b(?:does ?n.t|not|missing)|\bno line .?kernel driver"
    r"|\b(?:celeron|pentium|gemini|apollo|haswell|broadwell|[jn][45]\d{3})\b|\bvainfo\b[^\n]{0,40}\bcontainer\b"
    r"|\b(?:is|was|device|gpu|card|node|a\d{3}|b\d{2,3}) (?:is )?(?:passed|accessible)\b|\bsame (?:container|image|command"
    r"|compose)\b|\bGLIBC"
    r"|\b(?:intel-opencl-icd|compute-runtime|libze\w{0,14}\d?|level-zero-gpu|libigc\d?|NEO)\b[^\n]{0,16}\d\d\.\d\d|opencl:gpu"
    r"|level_zero:gpu"
    r"|\b(?:image|tag|release|bundled|container)\b[^\n]{0,30}\b(?:20(?:22|23|24)-|old(?:er)?\b)|\bkernel driver in use"
    r"|8086:[0-9a-f]{4}|\bwithout docker\b|\bno docker\b"
)
_ASKED = re.compile(r"xpu\.(?:device_count|is_available)\(\)\W{0,3}$")
HANG = re.compile(r"\b[Hh](?:angs?|anging|ung)\b|\b[Ss]tuck\b|\b(?<!<)[Ff](?:reezes?|rozen|reezing)\b|Fence expiration")
FAILURE = re.compile(
    r"(?i)\berror\b|\bfail(?:s|ed|ure)\b|terminated|core dumped|segmentation|\bhangs?\b|\bhung\b"
    r"|not (?:found|detected|listed|work)|no gpu|\bcrash"
)
CARD = re.compile(r"\bArc\b[^\n]{0,14}\b[AB]\d{2,3}[A-Z]?\b|\bDG2\b|Battlemage|\bFlex 1[47]0\b|Data Center GPU Max")
IGPU = re.compile(r"\b(?:U?HD Graphics(?: \d{3})?|Iris(?:\(R\))? (?:\(R\) )?(?:Xe|Plus|Pro)(?: Graphics)?|RaptorLake-S|AlderLake-S)\b")
_FAMILIES = (
    ("dg2", re.compile(r"\bArc\b[^\n]{0,8}\bA[357]\d0M?\b|\b[Aa][357][1357578]0[mM]?\b|\bDG2\b|Alchemist|\bFlex 1[47]0\b")),
    ("bmg", re.compile(r"\bArc\b[^\n]{0,12}\bB\d{2,3}\b|\bB(?:5[78]0|[5-7]0|65)\b|Battlemage|\bBMG\b")),
    ("lnl", re.compile(r"Lunar Lake|\bLNL\b|\b1[34]0V\b|Ultra \d 2[2-8]\dV")),
    ("mtl", re.compile(r"Meteor Lake|\bMTL\b|Ultra [579](?: processor)? 1[2-8]5[HU]\b")),
    ("ptl", re.compile(r"Panther Lake|\bPTL\b|\bB3[79]0\b")),
)
_KERNEL = (
    re.compile(r"[Kk]ernel(?: [Vv]ersion)?[\s:|=`]{1,20}(?:Linux )?v?(\d\.\d{1,2}(?:\.\d{1,3})?)(?=[-\s+.,;)`|]|$)"),
    re.compile(r"(?i:\blinux)(?:-| version | \S{1,60} | )([2-7]\.\d{1,2}\.\d{1,3})(?=[-\s+.,;)]|$)"),
    re.compile(r"(?<![\d.])([2-7]\.\d{1,2}(?:\.\d{1,3})?)(?:-\d{1,4}[-\w.]{2,24})?(?= (?:[Ll]inux )?kernel\b)"),
    re.compile(r"(?<![\d.])([3-7]\.\d{1,2}\.\d{1,3})-\d{1,4}(?:\.\d{1,3}){0,3}[-.](?:generic|pve|amd64|el\d|oem|hwe|aws|kvm|azure|arch)"),
    re.compile(r"(?i:\blinux) ([3-7]\.\d{1,2})(?=[\s,;)]|$)"),
    re.compile(r"^\s{0,8}(\d\.\d{1,2}\.\d{1,3})-\d{1,4}-\w{2,12}\s*$"),
)
# What a manual says after the number of a release that it asks for.
_NEEDED = re.compile(
    r"(?i)\+|[^\n\w]{0,3}(?:(?:or|and) (?:newer|later|above|higher|greater|up)\b|(?:is )?(?:needed|required|recommended)\b|(?:及)?以上)"
)
_NEO = re.compile(r"(?<![\d.])(?:2[2-9]\.\d{2}|1\.\d{1,2})\.(\d{5})(?:[.+](\d{1,3}))?(?!\d)")
_NEO_LINE = re.compile(r"(?:compute-runtime|\bNEO\b|intel-opencl-icd|libze-intel-gpu1)\D{0,20}(2[2-9]\.\d{2})(?![.\d])")
_WINDOWS = re.compile(r"\b((?:3[0-2]\.0\.10[01]|2[67]\.20\.100)\.\d{4,5})\b")


def not_found(log: Log) -> tuple[_log.Line, re.Match[str]] | None:
    """Return the first line that says that no GPU is found, in a program's words or in people's."""
    return _log.first(log, NO_GPU) or _log.first(log, NOT_FOUND_SAID) or _answered_no(log)


def _answered_no(log: Log) -> tuple[_log.Line, re.Match[str]] | None:
    """Return the question for a GPU that the next line answers with none, as in a session of Python."""
    for line, asked in _log.every(log, _ASKED):
        following = next((other.text.strip() for other in log.lines if other.number == line.number + 1), "")
        if following in ("0", "False"):
            return line, asked
    return None


def families(log: Log, devices: Devices | None) -> Iterator[tuple[str, Fact]]:
    """Yield the families of GPUs that are spoken of and stand in the table, those that a reader saw first."""
    for gpu in devices.gpus if devices else ():
        # A pasted snapshot may be of a later release of ours, and know others.
        if gpu.family in known_families():
            yield gpu.family, gpu.fact
    for family, pattern in _FAMILIES:
        if seen := _log.first(log, pattern):
            yield family, seen[0].fact


def kernel(log: Log, system: System | None) -> tuple[Version, Fact] | None:
    """Return the version of the Linux kernel."""
    if system and system.kernel_version:
        return system.kernel_version, fact(system, "kernel")
    return named_kernel(log, _KERNEL)


def named_kernel(log: Log, patterns: Iterable[re.Pattern[str]]) -> tuple[Version, Fact] | None:
    """Return the first kernel that one of the patterns finds, unless it is said to be needed only."""
    seen = (found for pattern in patterns for found in _log.every(log, pattern))
    return next(((Version(match[1]), line.fact) for line, match in seen if not _NEEDED.match(line.text, match.end(1))), None)


def neo_builds(log: Log) -> Iterator[tuple[Version, Fact]]:
    """Yield the builds of the Linux GPU driver that are named, by number or by line."""
    for line, match in _log.every(log, _NEO):
        yield Version(f"{match[1]}.{match[2] or 0}"), line.fact
    for line, match in _log.every(log, _NEO_LINE):
        if match[1] in table("neo")["line"]:
            yield line_build(match[1]), line.fact


def newest_neo(log: Log) -> tuple[Version, Fact] | None:
    """Return the newest build of the Linux GPU driver that is named."""
    return max(neo_builds(log), default=None, key=lambda found: found[0])


def windows_drivers(log: Log) -> Iterator[tuple[Version, Fact]]:
    """Yield the Windows drivers that are named."""
    for line, match in _log.every(log, _WINDOWS):
        if version := leading_version(match[1]):
            yield version, line.fact
