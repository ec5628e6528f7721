"""Why a GPU is not found, by what else a text tells of the machine: container, group, WSL, age of GPU, driver and settings."""

from __future__ import annotations

import re

from xpudoctor import Devices, Log, Match, System
from xpudoctor_checks import _log
from xpudoctor_checks._drivers import line_build
from xpudoctor_checks._families import codename, only_unsupported
from xpudoctor_checks._families import families as known_families
from xpudoctor_checks._log_machine import CARD, FAILURE, IGPU, families, newest_neo, not_found

_WSL = re.compile(r"(?i)\bwsl(?: ?2)?\b|microsoft-standard|/dev/dxg\b|/usr/lib/wsl\b|\bdxcore\b|windows subsystem")
_NONE_IN_WSL = re.compile(
    r"(?i)\b(?:zero|no)\W{0,3}(?:sycl|opencl|level.zero|intel|gpu|xpu|device|platform)|\b(?:sees?|finds?|shows?|lists?"
    r"|gives?) (?:nothing|zero|none)"
    r"|\bonly (?:shows |lists |sees )?\W{0,3}(?:the )?(?:opencl:)?cpu\b|\b(?:ipex|xpu|torch|sycl-ls|clinfo"
    r"|ollama)\b[^\n]{0,24}\b(?:zero|none|nothing|false)\b"
    r"|(?:0|零) ?个(?:平台|设备|gpu)|设备数\W{0,3}(?:为|是)?\W{0,2}0\b|\bplatforms\W{0,3}0\b|\b(?:gpu|arc"
    r"|card)\b[^.\n]{0,16}\b(?:missing|not? (?:visible|work\w{0,4}))\b"
    r"|\bavailable[^\n]{0,12}\bcpu\W{0,2}$|\bdevice: ?cpu\b"
)
_SEEN_IN_WSL = re.compile(r"(?i)\bin (?:my |the )?wsl\b[^\n]{0,30}\bworks\b")
_FOR_CPU = re.compile(r"(?i)\bIPEX version: \d[\d.]{1,10}\+cpu")
_CPU_LISTED = re.compile(r"^\W{0,4}\[opencl:cpu")
_GPU_LISTED = re.compile(r"^\W{0,4}\[(?:ext_)?(?:oneapi_|intel_)?(?:level_zero|opencl):gpu")
_STACK = re.compile(r"(?i)torch|\bipex\b|\bxpu\b|vllm|ollama|comfyui|sd\.next")
_OLD_GPU = re.compile(
    r"(?i)\b(?:u?hd graphics (?:p?[4-6]\d{2}|[2-5]\d{3})|uhd ?6[0-3]\d|iris (?:plus|pro)"
    r"|(?:sky|kaby|coffee|comet|ice|gemini|whiskey|apollo) ?lake"
    r"|haswell|broadwell|bay ?trail|(?:cfl|kbl|skl|cml|glk|hsw|bdw)\b|gen ?[789](?:\.5|lp)?\b|gen11\b|i[3579]-[4-9]\d{3}[a-z]{0,2}|atom)"
)
_NEVER_DRIVEN = re.compile(r"(?i)\bhd graphics [2-4]\d{3}\b|haswell|ivy ?bridge|bay ?trail|atom\W{0,6}(?:cpu )?\W{0,3}e3\d{3}")
_MASK = re.compile(r"ZE_AFFINITY_MASK\W{1,3}(?P<value>[1-9])")
_OTHER_OPENCL = re.compile(r"(?i)\b(?:rusticl|clover|pocl|portable computing language)\b")
_INTEL_OPENCL = re.compile(r"(?i)Intel\(R\) OpenCL (?:HD )?Graphics|OpenCL 3\.0 NEO")
_USES_IGPU = re.compile(
    r"(?i)\b(?:runs?|running|used|uses|using|loads?|on|selects?|is|picks?)\b[^.\n]{0,16}\b(?:the )?(?:iris|uhd|igpu|integrated)\b"
    r"|\b(?:SYCL0|device 0|xpu:0|GPU\.0)\b[^\n]{0,40}\b(?:iris|u?hd)\b"
)
_SLOW = re.compile(
    r"(?i)\bslow(?:er|ly|ness)?\b|\btokens?/s(?:ec)?\b[^\n]{0,30}\bexpect|\b(?:low|poor|bad) performance"
    r"|\bperformance\b[^\n]{0,30}\b(?:low|poor|drop\w{0,4})"
)
_KILLED = re.compile(r"\b[Kk]illed\b(?! by signal)|\b(?:code|status):? ?\(?137\b|[Pp]ress any key to continue|\bOOM[- ]killer|oom-kill")
_RAM = re.compile(
    r"(?i)\b(?:ram|memory|mem)(?: limit)?\b\W{0,3}(?P<size>[48]|12|16|24|32) ?gi?b?\b"
    r"|\b(?P<before>[48]|12|16|24|32) ?gi?b (?:of )?(?:system )?ram"
)
_XE = re.compile(r"(?i)\bxe (?:kernel )?(?:driver|module)|driver[^\n]{0,12}\bxe\b|xe\.force_probe|(?:use|modules?): xe\b")
_ALCHEMIST = re.compile(r"(?i)\bDG[12]\b|\bA[357][1-9]0M?\b|Alchemist|Flex 1[47]0")
_TORCH = re.compile(r"(?i)\b(?:py)?torch(?:[\W_]{0,4}version)?[\s:='\"]{1,6}(?P<torch>2\.(?:[6-9]|1\d))\.\d")

_PART = re.compile(
    r"(?P<part>\blibze1\b|\blibze-dev\b|\boneapi-level-zero\b|\blevel-zero-loader\b|\bocl-icd\b|\bintel-media-(?:va-)?driver\b"
    r"|\bmesa-(?:vulkan-drivers|opencl\w{0,4})\b|\bmesa-va-drivers\b|\blibze_loader\.so\.1 \(|(?i:\bvainfo\b|\bvaapi\b|\bglxinfo\b"
    r"|\bquick ?sync\b|\bqsv\b|\bdesktop acceleration\b|\bav1\b))"
)
_COMPUTE = re.compile(
    r"(?i)intel-opencl|opencl-icd\b(?!-loader)|libze[-_]intel|intel-level-zero|compute-runtime|igdrcl"
    r"|\bNEO\b|level_zero:gpu|Intel\(R\) OpenCL"
)


def compute_half_missing(log: Log, system: System | None) -> Match | None:
    part, failed = _log.first(log, _PART), not_found(log)
    if part is None or failed is None or _log.first(log, _COMPUTE) or (system and (system.os == "windows" or system.wsl)):
        return None
    return Match(failed[0], part[0], said=failed[1][0].strip()[:60], part=part[1]["part"].strip(" ("))


def gpu_not_found_in_wsl(log: Log, system: System | None) -> Match | None:
    wsl = _log.first(log, _WSL)
    if wsl is None and not (system and system.wsl):
        return None
    listed = _log.first(log, _CPU_LISTED)
    seen = _log.first(log, _GPU_LISTED)
    failed = not_found(log) or (None if seen else listed or _log.first(log, _NONE_IN_WSL))
    if _log.first(log, _SEEN_IN_WSL) or _log.first(log, _FOR_CPU):
        return None
    return Match(failed[0], *([wsl[0]] if wsl else []), said=failed[1][0].strip()) if failed else None


def old_gpu_not_found(log: Log, devices: Devices | None) -> Match | None:
    failed = not_found(log)
    if failed is None or _log.first(log, CARD):
        return None
    never = _log.first(log, _NEVER_DRIVEN)
    newest = newest_neo(log)
    old = _log.first(log, _OLD_GPU)
    dropped = newest if newest and newest[0] >= line_build("24.39") else None
    shown = never or (old if dropped or _log.first(log, _STACK) else None)
    if shown:
        return Match(shown[0], failed[0], gpu=shown[1][0])
    unsupported = only_unsupported(devices) if devices and dropped else ()
    return Match(unsupported[0], failed[0], gpu=unsupported[0].label) if unsupported else None


def guess_gpu_left_behind(log: Log) -> Match | None:
    failed, old = not_found(log), _log.first(log, _OLD_GPU)
    return Match(failed[0], old[0], gpu=old[1][0]) if failed and old and not _log.first(log, CARD) else None


def driver_said_older_than_gpu(log: Log, devices: Devices | None) -> Match | None:
    failed = not_found(log) or _log.first(log, FAILURE)
    newest = newest_neo(log)
    if not failed or not newest:
        return None
    for family, shown in families(log, devices):
        row = known_families()[family]
        if row.neo and row.neo_confidence != "possible" and newest[0] < line_build(row.neo):
            return Match(newest[1], shown, failed[0], line=row.neo, gpu=codename(family))
    return None


def driver_said_older_than_torch(log: Log) -> Match | None:
    failed, torch = _log.first(log, FAILURE), _log.first(log, _TORCH)
    newest = newest_neo(log)
    if not (failed and torch and newest) or newest[0] >= line_build("24.22"):
        return None
    return Match(newest[1], torch[0], failed[0], torch=torch[1]["torch"])


def mask_beyond_the_cards(log: Log, devices: Devices | None) -> Match | None:
    mask, failed = _log.first(log, _MASK), not_found(log)
    if not (mask and failed) or (devices and len(devices.gpus) > int(mask[1]["value"])):
        return None
    return Match(mask[0], failed[0], value=mask[1]["value"])


def only_other_opencl(log: Log) -> Match | None:
    other, card = _log.first(log, _OTHER_OPENCL), _log.first(log, CARD) or _log.first(log, IGPU)
    if not (other and card) or _log.first(log, _INTEL_OPENCL):
        return None
    return Match(other[0], card[0], other=other[1][0])


def igpu_named_in_use(log: Log) -> Match | None:
    used, card = _log.first(log, _USES_IGPU), _log.first(log, CARD)
    return Match(used[0], card[0], said=used[1][0].strip()) if used and card else None


def xe_drives_alchemist(log: Log) -> Match | None:
    failed, xe, card = not_found(log), _log.first(log, _XE), _log.first(log, _ALCHEMIST)
    return Match(xe[0], card[0], failed[0]) if failed and xe and card else None


def guess_no_gpu(log: Log) -> Match | None:
    failed = not_found(log)
    return Match(failed[0], said=failed[1][0].strip()) if failed else None


def guess_slow_card(log: Log) -> Match | None:
    slow, card = _log.first(log, _SLOW), _log.first(log, CARD)
    return Match(slow[0], card[0], said=slow[1][0].strip()) if slow and card else None


def killed_on_small_host(log: Log, system: System | None) -> Match | None:
    killed, said = _log.first(log, _KILLED), _log.first(log, _RAM)
    if killed and said:
        return Match(killed[0], said[0], have=f"{said[1]['size'] or said[1]['before']} GB")
    if killed and system and system.memory and system.memory <= 34 * 1024**3:
        return Match(killed[0], have=f"{system.memory / 1024**3:.0f} GiB")
    return None
