"""What a text shows to be older than what it is used with: torch than the GPU, IPEX than torch, the driver than either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from packaging.version import Version

from xpudoctor import Devices, Log, Match
from xpudoctor_checks import _log
from xpudoctor_checks._drivers import released, table
from xpudoctor_checks._families import listed_since
from xpudoctor_checks._log import Line
from xpudoctor_checks._log_fails import IPEX_LLM, OTHER_IPEX, failed
from xpudoctor_checks._log_machine import FAILURE, families, newest_neo
from xpudoctor_checks._releases import LAST_IPEX, came_out

# Where a text names such a GPU, it is mostly the young one that its torch does not know.
_YOUNG_FAMILIES = ("bmg", "lnl", "ptl")
_ARROW_LAKE = re.compile(r"(?i)arrow ?lake|\b140T\b|ultra \d 2[2-8]5H\b|\b2[2-8]5H\b")
_G31 = re.compile(r"\bB(?:70|65)\b|\bG31\b")
# The Triton of torch 2.9 does not know them yet, whatever is told of their family.
_G31_SINCE = "2.10"
_TORCHES = re.compile(
    r"(?i)\b(?:py)?torch(?:[\W_]{0,4}version)?[\s:='\"<]{1,6}v?(?P<torch>2\.\d{1,2})(?:\.\d)?(?![\d])|\b(?P<wheel>2\.\d{1,2})\.\d\+xpu"
)
_OF_IMAGES = re.compile(r"\b2\.1\d\.\d\d(?:\.post\d)?\+xpu")
_OPENVINO = re.compile(r"(?i)\bopenvino\D{0,24}(?P<openvino>20\d\d\.\d)\b")
_SIGN = re.compile(
    r"(?i)native api|PI_ERROR|UR_RESULT|sycl error|segmentation|sigsegv|aborted|core dumped|0xc0000005|no kernel named|could not create a"
    r"|\bhangs?\b|\bstuck\b|program was built|\bnan\b|garbage|minutes|each (?:new )?(?:op|time)|first time|every (?:re)?start"
    r"|internal compiler|unknown in\w{0,3}trinsic|failed build|\bocloc\b|not recogni[sz]ed|\bcrash|\b\w{0,20}error\b"
    r"|\bfail(?:s|ed|ure)?\b|\bslow|not work|\bwrong\b|\bdiffers?\b|count is zero|\bfalse\b|\u5361|\u6162|\u62a5\u9519"
)
_OTHER_SIGN = re.compile(
    r"AttributeError|NotImplementedError|ModuleNotFound|WinError|No matching|needs to work with|not compiled|libuv|LIBUV|NumPy|SystemError"
    r"|Could not find a version|Cannot install|Could not install|HTTP error|glibc|not implemented"
)


def _torches(log: Log) -> dict[str, Line]:
    return {found["torch"] or found["wheel"]: line for line, _ in _log.every(log, _TORCHES) for found in _TORCHES.finditer(line.text)}


def gpu_listed_later_by_torch(log: Log, devices: Devices | None) -> Match | None:
    sign, torches = _log.first(log, _SIGN), _torches(log)
    if sign is None or not torches or _log.first(log, IPEX_LLM) or _log.first(log, _OTHER_SIGN):
        return None
    newest = max(torches, key=Version)
    named = [(listed_since(family), shown) for family, shown in families(log, devices) if family in _YOUNG_FAMILIES]
    named += [(listed_since("arl-h"), line[0].fact) for line in [_log.first(log, _ARROW_LAKE)] if line]
    named += [(_G31_SINCE, line[0].fact) for line in [_log.first(log, _G31)] if line]
    for since, shown in named:
        if Version(newest) < Version(since):
            return Match(torches[newest], shown, sign[0], torch=newest, since=since, sign=sign[1][0])
    return None


def ipex_beside_newer_torch(log: Log) -> Match | None:
    fails, torches, ipex = failed(log), _torches(log), _log.first(log, OTHER_IPEX)
    if fails is None or ipex is None or not torches or _log.first(log, IPEX_LLM):
        return None
    # Intel's own images of vLLM have one for torch 2.10.
    if _log.first(log, _OF_IMAGES):
        return None
    newest = max(torches, key=Version)
    return Match(torches[newest], ipex[0], fails[0], torch=newest) if Version(newest) > LAST_IPEX else None


def driver_a_year_behind(log: Log) -> Match | None:
    fails, driver = _log.first(log, FAILURE), newest_neo(log)
    younger = max(_released(log), default=None, key=lambda one: one[0])
    if fails is None or driver is None or younger is None:
        return None
    # What is older than all lines of the table is from before the first of them.
    made, first = released(driver[0]), date.fromisoformat(next(iter(table("neo")["line"].values()))["date"])
    if younger[0] - (made or first) < timedelta(days=365):
        return None
    said = f"in {made:%B %Y}" if made else f"before {first:%B %Y}"
    return Match(driver[1], younger[2], fails[0], software=younger[1], released=f"{younger[0]:%B %Y}", made=said)


def _released(log: Log) -> Iterator[tuple[date, str, Line]]:
    """Yield the releases of torch and OpenVINO that are named: when each came out, its name, and where it stands."""
    for release, shown in _torches(log).items():
        if day := came_out("torch", release):
            yield day, f"torch {release}", shown
    for shown, found in _log.every(log, _OPENVINO):
        if day := came_out("openvino", found["openvino"]):
            yield day, f"OpenVINO {found['openvino']}", shown
