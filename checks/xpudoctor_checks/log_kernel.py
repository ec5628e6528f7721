"""What a log says of the kernel's half of the driver, where a pattern does not do."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Log, Match, System
from xpudoctor_checks import _log
from xpudoctor_checks._families import codename
from xpudoctor_checks._families import families as known_families
from xpudoctor_checks._log_machine import FAILURE, HANG, not_found
from xpudoctor_checks._undriven import UNDRIVEN, backported, other_floors, running_kernel, spoken_families

_WORKS = re.compile(r"level_zero:gpu|[Ff]ound [1-9] SYCL devices|Is XPU available ?: ?True|Running in SR-IOV")
_DKMS = re.compile(
    r"(?i)\bi915[\w-]{0,12}dkms|i915-backports|intel-(?:platform-)?vsec-dkms|/dkms/(?:intel-)?i915|\bxe-dkms\b|\bdkms module\b"
    r"|\bsr-?iov\b|\bmax_vfs\b"
)
_NOT_SO = re.compile(r"(?i)unable to (?:locate|find)|\bwsl|microsoft-standard|dkms loaded|\bremov\w{1,3} the i915-dkms")
_DKMS_FAILS = re.compile(
    r"(?i)\berror\b|\bfail\w{0,3}\b|black screen|blurr|\bhangs?\b|\bnot? (?:\w+ )?(?:ok|work\w{0,3}|compile|build|compatible"
    r"|loaded|detected)"
    r"|\bgone\b|\bdisappears?\b|unable to build|\b0 devices|no device|doesn.t|does not|tainting|taints|失败|没有|只对应|黑屏"
)
_PVC = re.compile(r"(?i)\bponte vecchio\b|\b(?:gpu )?max 1[15][05]0\b|\b0bd[5-9ab]\b|\bpvc\b")
_UNBOUND = re.compile(
    r"(?i)\bin use\b\W{1,6}(?:absent|blank|none|nothing|empty|missing)|modules:? ?\(?(?:blank|none|empty)|not bound"
    r"|doesn.t see|does not see|\bno devices?\b(?! kernel)|\b0 devices\b|no (?:i915|kernel driver)|只对应"
)
_AT_WORK = re.compile(
    r"DeviceProperties\(|already allocated|i915-dkms|\bWSL|microsoft-standard|tokens?/s|DEVICE_LOST|OUT_OF_(?:DEVICE|HOST|RES)"
    r"|\bit/s|xpu:0|Native API|Engine reset|cannot open shared|undefined symbol|is_available\(\)\W{1,6}True|[Ss]mall BAR|[Aa]utotun"
)
_OWN = re.compile(r"(?i)with sudo|as root|rpm -q|pip list|Is XPU available ?: ?True|dkms loaded")
_XE = re.compile(r"(?i)\bxe (?:kernel )?(?:driver|module)|driver(?: in use)?[^\n]{0,12}\bxe\b|xe\.force_probe")
_NEWER = re.compile(r"(?i)battlemage|\bBMG\b|\bB[5-7]\d0?\b|lunar lake")


def kernel_number_below_the_gpus(log: Log, devices: Devices | None, system: System | None) -> Match | None:
    running = running_kernel(log, system)
    if running is None or backported(log) or _log.first(log, _WORKS) or _log.first(log, _AT_WORK):
        return None
    for family, shown in spoken_families(log, devices):
        row = known_families()[family]
        # Ubuntu 24.10 brought the drivers of 6.12 to its 6.11.
        if (
            row.torch != "none"
            and row.kernel
            and running[0] < Version(row.kernel)
            and not (row.kernel == "6.12" and running[0].release[:2] == (6, 11))
        ):
            return Match(running[1], shown, kernel=running[0], gpu=codename(family), floor=row.kernel)
    return None


def kernel_before_the_built_in_gpu(log: Log, devices: Devices | None, system: System | None) -> Match | None:
    running = running_kernel(log, system)
    failed = not_found(log) or _log.first(log, UNDRIVEN)
    if not (running and failed) or _log.first(log, _WORKS):
        return None
    for family, floor, shown in other_floors(log, devices):
        if running[0] < Version(floor):
            return Match(running[1], shown, failed[0], kernel=running[0], gpu=codename(family), floor=floor)
    return None


def module_from_outside_fails(log: Log) -> Match | None:
    module, fails = _log.first(log, _DKMS), _log.first(log, _DKMS_FAILS) or not_found(log)
    if not (module and fails) or _log.first(log, _NOT_SO):
        return None
    return Match(module[0], fails[0], module=module[1][0], sign=fails[1][0])


def max_without_its_module(log: Log) -> Match | None:
    card, unbound = _log.first(log, _PVC), _log.first(log, _UNBOUND)
    if not (card and unbound) or _log.first(log, _OWN):
        return None
    return Match(card[0], unbound[0], gpu=card[1][0], sign=unbound[1][0])


def alchemist_on_xe_fails(log: Log) -> Match | None:
    xe, fails = _log.first(log, _XE), _log.first(log, HANG) or _log.first(log, FAILURE)
    card = next((shown for family, shown in spoken_families(log, None) if family == "dg2"), None)
    if not (xe and card and fails) or _log.first(log, _NEWER):
        return None
    return Match(xe[0], card, fails[0], gpu=codename("dg2"), sign=fails[1][0])
