"""Which of several GPUs a program uses, by what a log tells."""

from __future__ import annotations

import re

from xpudoctor import Log, Match
from xpudoctor_checks import _log
from xpudoctor_checks._log_machine import not_found

_BUILT_IN = (
    r"(?:Intel\(R\) )?(?:U?HD Graphics(?: P?\d{3})?|Iris(?:\(R\))? ?(?:Xe|Plus|Pro)?(?: Graphics)?|Arc(?:\(TM\))? Graphics"
    r"|Graphics(?: \[0x(?:[4a79]\w{3}|3e\w{2})\]| (?:770|730|750))|UHD|\b[id]GPU \(?(?:uhd|iris))"
)
_SOME_BUILT_IN = rf"(?:{_BUILT_IN}|\bigpu\b|\bintegrated\b|\bbuilt-in\b|核显|集显)"
_CARD = re.compile(
    r"\bArc\b[^\n]{0,14}\b[AB]\d{2,3}M?\b|\bDG2\b|(?i:battlemage|alchemist|\bdgpu\b|\bdiscrete|\bdedicated|\beGPU\b|独显|独立显卡)"
    r"|\b[Aa][3578][1357578]0[mM]?\b|\bA[3-6]0M?\b|\bB(?:5[78]0|[5-7]0|65)\b|\bFlex 1[47]0\b|[Ff]ound [2-9] SYCL devices"
)
_IN_USE = re.compile(
    rf"using device SYCL\d+ \((?:{_BUILT_IN})"
    rf"|main device ?\W{{0,3}}\d[^\n]{{0,12}}(?:{_BUILT_IN})"
    rf"|(?i:get_device_name\((?:0|\"xpu:0\")?\)|_XpuDeviceProperties\(name=|\bdevice(?: name| used| 0)?\b ?[:=]"
    rf"|\bselected device\b|\bxpu:0\b|"
    rf"\blevel_zero:(?:gpu:)?0\b|\bGPU\.0\b|\bDevice #0:|\| ?0 ?\||\bVulkan0\b|\bSYCL0\b|\bProc(?:ess)? \d:?"
    rf"|\brank \d:?)[^\n]{{0,24}}(?:{_BUILT_IN})"
    rf"|(?i:\b(?:pins|uses|using|used|picks|picked|takes|took|chose|chooses|selects|selected|runs on|running on|ran on"
    rf"|loads? (?:on|in)to|lands? on"
    rf"|ends up on|goes (?:on|in)?to|sits on|falls on|defaults? to|puts|sends|half into)\b)[^\n.]{{0,28}}(?i:{_SOME_BUILT_IN})"
    rf"|(?i:{_SOME_BUILT_IN})[^\n.]{{0,16}}(?i:\b(?:is|are|gets|was)(?: being)? (?:used|busy|taken|picked|selected|chosen"
    rf"|doing)\b|\bat (?:9\d|100) ?%|instead|too\b)"
    rf"|(?:跑的?(?:是|在)|用的?是|使用|选择?了|占用的是|默认)[^\n]{{0,8}}(?:核显|集显|UHD|Iris)"
)
_SHARED = re.compile(
    r"(?i)\bboth (?:adapters?|igpu|(?:gpus?|devices?)[^\n]{0,30}(?:igpu|uhd|iris))|\b(?:igpu|iris xe|uhd[^\n]{0,12})(?: and| \+"
    r"|/) ?(?:an? )?"
    r"(?:arc|dgpu|discrete|[ab]\d{3})|\b(?:arc|dgpu|discrete|[ab]\d{3})\b[^\n]{0,14}(?: and| \+|/| \+ an?) ?(?:an? )?(?:igpu|iris"
    r"|uhd|integrated)"
    r"|核显[^\n]{0,10}独显|(?:张|块)[^\n]{0,16}\+ ?核显"
)
_TROUBLE = re.compile(
    r"(?i)could not create a primitive|\bfails?\b|\bfailed\b|\bcrash|\bslow|\bnan\b|-999|\bwrong\b|\bhangs?\b|\bnot (?:able|possible|work)"
    r"|\berror\b|\babort|core dumped|慢|报|失败"
)
_NAMED = re.compile(_BUILT_IN)
_SECOND = re.compile(
    r"\bxpu:1\b|\bSYCL1\b|\blevel_zero:(?:gpu:)?1\b|\bGPU\.1\b|ONEAPI_DEVICE_SELECTOR|ZE_AFFINITY_MASK|GGML_SYCL_DEVICE|\bmain.gpu\b"
)
_NOT_USED = re.compile(
    r"(?i)\bdisabled? (?:the )?(?:igpu|integrated)|\bno igpu\b|\bigpu (?:is )?(?:off|disabled)|\bdesktop is on\b|\bonly the cpu\b"
)
_NODE_OF_IGPU = re.compile(r"00:02\.0-render -> \.\./renderD128")
_NODE_GIVEN = re.compile(r"(?:devices?\W{1,6}|--device[= ])/dev/dri/renderD128\b")
_SELECTOR = re.compile(
    r"(?P<name>ZE_AFFINITY_MASK|ONEAPI_DEVICE_SELECTOR)[\"'\])]{0,3} ?[=:,] ?[\"']?(?P<value>level_zero:(?:gpu:)?[1-9]\d?\b|opencl:\S{0,12}"
    r"|\*:cpu|level_zero:cpu|host\b|native_cpu\S{0,4}|cuda:\S{0,4}|[1-9]\d?\b)"
)


def built_in_gpu_does_the_work(log: Log) -> Match | None:
    card = _log.first(log, _CARD)
    used = _log.first(log, _IN_USE) if card else None
    if not (used and card) or _log.first(log, _NOT_USED):
        return None
    return Match(used[0], card[0], said=used[1][0].strip(), card=card[1][0])


def two_kinds_of_gpu_in_use(log: Log) -> Match | None:
    both, trouble, card = _log.first(log, _SHARED), _log.first(log, _TROUBLE), _log.first(log, _CARD)
    if not (both and trouble and card) or _log.first(log, _NOT_USED):
        return None
    return Match(both[0], trouble[0], said=both[1][0].strip(), sign=trouble[1][0])


def choice_between_two_kinds(log: Log) -> Match | None:
    built_in, card, second = _log.first(log, _NAMED), _log.first(log, _CARD), _log.first(log, _SECOND)
    if not (built_in and card and second) or _log.first(log, _NOT_USED):
        return None
    return Match(built_in[0], card[0], second[0], built_in=built_in[1][0], card=card[1][0], said=second[1][0])


def node_of_igpu_given(log: Log) -> Match | None:
    node, given, card = _log.first(log, _NODE_OF_IGPU), _log.first(log, _NODE_GIVEN), _log.first(log, _CARD)
    return Match(node[0], given[0], card[0]) if node and given and card else None


def selector_leaves_nothing(log: Log) -> Match | None:
    selector, failed = _log.first(log, _SELECTOR), not_found(log)
    return Match(selector[0], failed[0], said=failed[1][0].strip(), **selector[1].groupdict()) if selector and failed else None
