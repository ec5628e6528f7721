"""What a log says of the GPUs where one pattern does not do: lists of devices, groups, containers, windows into memory."""

from __future__ import annotations

import re

from xpudoctor import Devices, Fact, Log, Match, Packages, Torch
from xpudoctor_checks import _log
from xpudoctor_checks._families import is_unsupported
from xpudoctor_checks._log_machine import CARD, IGPU, NO_GPU, NOT_THE_DEVICE, not_found

_SYCL_LS = re.compile(r"^\W{0,4}\[(?P<backend>opencl|level_zero|ext_oneapi_level_zero|ext_intel_level_zero|cuda|hip):(?P<kind>\w+)")
_OPENCL_ONLY = re.compile(r"not implemented for OpenCL adapter|[Nn]o \[?level_zero:gpu\]?|only \[?opencl:gpu")
_GROUPS = re.compile(
    r"\buid=\d+\(.{0,400}groups=(?P<groups>.{0,400})$|`?\bgroups\b`?[^\n]{0,24}(?:prints|shows|says|gives|->|→"
    r"|:)\W{1,3}(?P<said>[a-z_][a-z_ -]{0,80})"
)
_NODE_OF_RENDER = re.compile(r"^\W{0,3}crw-rw----\+?.{0,12}root (?:render|\d+) .{0,40}renderD\d{3}")
_CONTAINER = re.compile(
    r"(?i)docker|\b(?:podman|(?:dev)?container\w{0,3}|kubernetes|k8s|pods?|lxc|compose|flatpak|nspawn|bwrap|firejail"
    r"|apptainer|singularity)\b|容器|^\s{0,12}image: "
)
_NOT_GIVEN = re.compile(
    r"(?i)(?P<said>\b(?:no|without|missing|lacks?)\b[^\n]{0,16}(?:/dev/dri|\bdevices\b)|\bdevices?\"?: *(?:none\b|null\b|\[\]"
    r"|\{\})|\b(?:extra parameters|runtime options)\b[^\n]{0,16}\b(?:empty|blank|nothing)"
    r"|/dev/dri\b[^\n]{0,30}\b(?:missing|not there|does not exist|no such file|empty))"
)
_RUN = re.compile(
    r"(?P<said>\b(?:docker|podman|nerdctl)(?: container| compose)? (?:run|build)\b[^\n]{0,60}|^\s{0,12}image: \S{1,80}"
    r"|without runArgs|^\W{0,3}(?:#\d{1,3} \[[^\]\n]{1,30}\] )?RUN python"
    r"|(?i:\b(?:on|in) (?:the )?host\b|\bhost (?:has|is|sees|lists|shows|works)\b|\boutside\b)[^\n]{0,40}"
    r"|(?:主机|宿主机)[^\n]{0,10}(?:正常|可以|能))"
)
_GIVEN = re.compile(
    r"--device[= ]\S{0,40}/dev/dri|--device[= ]+intel|--privileged|privileged: *true"
    r"|^\s{0,12}- ?\"?/dev/dri|gpu\.intel\.com/\w{1,20}\W{1,4}\d|/dev/dri:/dev/dri"
)
_IMAGE = re.compile(r"\b(?:docker|podman|nerdctl)(?: container)? run\b|^\s{0,12}(?:devices|image|volumes):|--device\b")
_PASSED = re.compile(r"/dev/dri|/dev/dxg|--privileged|privileged: *true|--device[= ]+intel|gpu\.intel\.com/\w{1,20}\W{1,4}\d")
_WINDOWS = re.compile(r"(?i)\bwindows\b|\bwsl ?2?\b|docker desktop|microsoft-standard")
_LISTED_FIRST = re.compile(r"\[level_zero:(?:gpu:)?0\]|^\W{0,4}\[?0[\]|:]|\bSYCL0\b|\bxpu:0\b|GPU\.0\b|ggml_vulkan: 0 = ")
_ASKED_NAME = re.compile(r"get_device_name\(0\)")
_SAID_UNSUPPORTED = re.compile(r"The detected GPU \((?P<gpu>.{1,80}?)\) is not officially supported")
_UNLIKE = re.compile(r"[Dd]etected different sycl devices")
_BUILD_FAILS = re.compile(r"BUILD_PROGRAM_FAILURE|PROGRAM_BUILD_FAILURE|The program was built for \d+ devices")
_SEVERAL = re.compile(r"[Ff]ound [2-9] SYCL devices|built for [2-9] devices")
_XPU_FAILS = re.compile(r"RuntimeError: (?:UR error|Native API|level_zero backend|could not create)|aspect fp64|uses-fp64-math|DEVICE_LOST")
_HEADER = re.compile(r"^\W{0,4}[0-9a-f:]{2,10}[0-9a-f]{2}\.\d (?:VGA|Display|3D)")
_WINDOW = re.compile(r"Memory at .{0,24}\(64-bit, prefetchable\).{0,20}\[size=256M\]")


def opencl_used_for_lack_of_level_zero(log: Log) -> Match | None:
    if seen := _log.first(log, _OPENCL_ONLY):
        return Match(seen[0])
    listed = list(_log.every(log, _SYCL_LS))
    backends = {match["backend"] for _, match in listed}
    gpus = [line for line, match in listed if match["kind"] == "gpu"]
    return Match(gpus[0]) if gpus and backends == {"opencl"} else None


def groups_lack_render(log: Log) -> Match | None:
    sign, groups = not_found(log) or _log.first(log, _NODE_OF_RENDER), _log.first(log, _GROUPS)
    held = (groups[1]["groups"] or groups[1]["said"]) if groups else ""
    if sign is None or groups is None or "render" in held or groups[0].text.lstrip("# ").startswith("uid=0"):
        return None
    return Match(sign[0], groups[0], groups=held[:80])


def gpu_hidden_by_container(log: Log) -> Match | None:
    container = _log.first(log, _CONTAINER)
    failed = not_found(log) if container else None
    if not failed or not container:
        return None
    sign = _log.first(log, _NOT_GIVEN) or (None if _log.first(log, _PASSED) else _log.first(log, _RUN))
    if not sign or _log.first(log, _GIVEN) or _log.first(log, _WINDOWS) or _log.first(log, NOT_THE_DEVICE):
        return None
    return Match(failed[0], container[0], sign[0], said=sign[1]["said"].strip())


def windows_container_without_dxg(log: Log) -> Match | None:
    windows, container = _log.first(log, _WINDOWS), _log.first(log, _IMAGE)
    passed = " ".join(line.text for line, _ in _log.every(log, _PASSED))
    failed = _log.first(log, NO_GPU) or _log.first(log, re.compile(r"/dev/dri.{0,20}no such file"))
    if not (windows and container and failed) or "/dev/dri" not in passed or "/dev/dxg" in passed or "privileged" in passed:
        return None
    return Match(windows[0], container[0], failed[0])


def igpu_stands_first(log: Log, torch: Torch | None) -> Match | None:
    names = [device.name for device in sorted(torch.devices, key=lambda device: device.index)] if torch else []
    if names and IGPU.search(names[0]) and (card := next((name for name in names if CARD.search(name)), None)):
        return Match(Fact("torch.xpu", ", ".join(names)), first=names[0], card=card)
    seen_card = _log.first(log, CARD)
    for line, following in zip(log.lines, (*log.lines[1:], None), strict=True):
        named = following if _ASKED_NAME.search(line.text) and not IGPU.search(line.text) else line
        if named and seen_card and (_LISTED_FIRST.search(line.text) or _ASKED_NAME.search(line.text)) and (igpu := IGPU.search(named.text)):
            return Match(named, seen_card[0], first=igpu[0], card=seen_card[1][0])
    return None


def unsupported_igpu_beside_card(log: Log) -> Match | None:
    said, card = _log.first(log, _SAID_UNSUPPORTED), _spoken_card(log)
    return Match(said[0], card, gpu=said[1]["gpu"]) if said and card else None


def gpu_said_unsupported(log: Log) -> Match | None:
    said = _log.first(log, _SAID_UNSUPPORTED)
    return Match(said[0], gpu=said[1]["gpu"]) if said and not _spoken_card(log) else None


def unsupported_gpu_fails(log: Log, devices: Devices | None, packages: Packages | None) -> Match | None:
    failed, igpu = _log.first(log, _XPU_FAILS), _log.first(log, IGPU)
    if failed is None or igpu is None or _spoken_card(log) or (packages and packages.get("ipex-llm")):
        return None
    if devices and any(gpu.family and not is_unsupported(gpu) for gpu in devices.gpus):
        return None
    return Match(failed[0], igpu[0], gpu=igpu[1][0])


def unlike_sycl_devices(log: Log) -> Match | None:
    if said := _log.first(log, _UNLIKE):
        return Match(said[0])
    failed, several = _log.first(log, _BUILD_FAILS), _log.first(log, _SEVERAL)
    return Match(failed[0], several[0]) if failed and several else None


def small_bar_listed(log: Log, devices: Devices | None) -> Match | None:
    card: _log.Line | None = None
    for line in log.lines:
        if _HEADER.search(line.text):
            card = line if "Intel" in line.text and CARD.search(line.text) else None
        elif card and _WINDOW.search(line.text):
            found = CARD.search(card.text)
            return Match(card, line, gpu=found[0] if found else "the card")
    # Without its header a window belongs to the one GPU that is spoken of.
    window, spoken = _log.first(log, _WINDOW), _log.first(log, CARD)
    several = _log.first(log, _HEADER) or _log.first(log, IGPU) or (devices and len(devices.gpus) > 1)
    return Match(window[0], spoken[0], gpu=spoken[1][0]) if window and spoken and not several else None


def _spoken_card(log: Log) -> _log.Line | None:
    card = _log.first(log, CARD) or _log.first(log, re.compile(r"\b[Aa][357][57]0\b|\bB5[78]0\b"))
    return card[0] if card else None
