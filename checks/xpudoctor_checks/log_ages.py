"""What a text shows to be older than what it is used with: torch than the GPU or its driver, IPEX than torch."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Log, Match
from xpudoctor_checks import _log
from xpudoctor_checks._log import Line
from xpudoctor_checks._log_fails import IPEX_LLM, OTHER_IPEX, failed
from xpudoctor_checks._log_machine import families

# The first torch whose wheel was built for a GPU: until then kernels are compiled at run time, or fail.
_LISTED_SINCE = {"bmg": "2.7", "lnl": "2.6", "ptl": "2.10"}
_ARROW_LAKE = re.compile(r"(?i)arrow ?lake|\b140T\b|ultra \d 2[2-8]5H\b|\b2[2-8]5H\b")
_G31 = re.compile(r"\bB(?:70|65)\b|\bG31\b")
# The last torch that an IPEX was made for.
_LAST_IPEX = Version("2.8")
_TORCHES = re.compile(
    r"(?i)\b(?:py)?torch(?:[\W_]{0,4}version)?[\s:='\"<]{1,6}v?(?P<torch>2\.\d{1,2})(?:\.\d)?(?![\d])|\b(?P<wheel>2\.\d{1,2})\.\d\+xpu"
)
_OF_IMAGES = re.compile(r"\b2\.1\d\.\d\d(?:\.post\d)?\+xpu")
_SIGN = re.compile(
    r"(?i)native api|PI_ERROR|UR_RESULT|sycl error|segmentation|sigsegv|aborted|core dumped|0xc0000005|no kernel named|could not create a"
    r"|\bhangs?\b|\bstuck\b|program was built|\bnan\b|garbage|minutes|each (?:new )?(?:op|time)|first time|every (?:re)?start"
    r"|internal compiler|unknown in\w{0,3}trinsic|failed build|\bocloc\b|not recogni[sz]ed|\bcrash|\b\w{0,20}error\b"
    r"|\bfail(?:s|ed|ure)?\b|\bslow|not work|\bwrong\b|\bdiffers?\b|count is zero|\bfalse\b|\u5361|\u6162|\u62a5\u9519"
)
_DRIVER = re.compile(
    r"(?i)(?:\bneo\b|compute.runtime|libze.intel.gpu1?|\bdriver|opencl.icd|\blts\d?\b|\u9a71\u52a8)[^\n\d]{0,24}(?P<driver>2[5-9]\.\d\d)(?!\d)"
)
_YOUNG = re.compile(
    r"Abort was called|-1102|UNSUPPORTED_FEATURE|[Uu]nknown in\w{0,3}trinsic|LLVM ERROR|Internal Compiler|`?ocloc`? failed"
    r"|SIGSEGV|[Ss]egmentation"
)
_OTHER_SIGN = re.compile(
    r"AttributeError|NotImplementedError|ModuleNotFound|WinError|No matching|needs to work with|not compiled|libuv|LIBUV|NumPy|SystemError"
    r"|Could not find a version|Cannot install|glibc|not implemented"
)


def _torches(log: Log) -> dict[str, Line]:
    return {found["torch"] or found["wheel"]: line for line, _ in _log.every(log, _TORCHES) for found in _TORCHES.finditer(line.text)}


def gpu_listed_later_by_torch(log: Log, devices: Devices | None) -> Match | None:
    sign, torches = _log.first(log, _SIGN), _torches(log)
    if sign is None or not torches or _log.first(log, IPEX_LLM) or _log.first(log, _OTHER_SIGN):
        return None
    newest = max(torches, key=Version)
    named = [(since, shown) for family, shown in families(log, devices) if (since := _LISTED_SINCE.get(family))]
    named += [("2.7", line[0].fact) for line in [_log.first(log, _ARROW_LAKE)] if line]
    named += [("2.10", line[0].fact) for line in [_log.first(log, _G31)] if line]
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
    return Match(torches[newest], ipex[0], fails[0], torch=newest) if Version(newest) > _LAST_IPEX else None


def driver_younger_than_torch(log: Log) -> Match | None:
    sign, torches, driver = _log.first(log, _YOUNG), _torches(log), _log.first(log, _DRIVER)
    if sign is None or driver is None or not torches or any(Version(one) > Version("2.5") for one in torches):
        return None
    newest = max(torches, key=Version)
    return Match(torches[newest], driver[0], sign[0], torch=newest, driver=driver[1]["driver"], sign=sign[1][0])
