"""What to ask for where a finding is not sure: the facts that would decide, each with the command that prints it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xpudoctor.diagnosis.findings import Finding, Question
from xpudoctor.diagnosis.rules import Confidence, Severity
from xpudoctor.facts.snapshot import Snapshot

_GPU = Question(
    "which GPU it is", "drivers, kernels and wheels differ by GPU", "lspci -nnk | grep -EiA3 'vga|display'", "Get-PnpDevice -Class Display"
)
_SYSTEM = Question(
    "the operating system and its kernel", "the same words mean other things elsewhere", "uname -a; cat /etc/os-release", "winver"
)
_PACKAGES = Question("the versions of the packages", "most faults are two of them that do not fit", "pip list", "pip list")
_DRIVER = Question(
    "the version of the GPU driver",
    "each GPU and each torch has a floor, and some releases are known to be bad",
    "dpkg -l | grep -E 'libze|level-zero|opencl-icd|igc'; sycl-ls",
    "Get-CimInstance Win32_VideoController | Select Name, DriverVersion",
)
_ALL = Question(
    "all of it at once", "it reads the machine, not the symptom", "xpudoctor check --format markdown", "xpudoctor check --format markdown"
)

_MISSING: tuple[tuple[Question, Callable[[Snapshot], bool]], ...] = (
    (_GPU, lambda seen: not (seen.devices and seen.devices.gpus)),
    (_SYSTEM, lambda seen: not (seen.system and seen.system.os)),
    (_PACKAGES, lambda seen: not (seen.packages and seen.packages.installed) and not (seen.torch and seen.torch.version)),
    (_DRIVER, lambda seen: not _has_driver(seen)),
)


def asks(snapshot: Snapshot, findings: Sequence[Finding]) -> tuple[Question, ...]:
    """Return what would decide, most telling first; nothing where the first cause is certain, or where all is well and known."""
    first = findings[0] if findings else None
    if first and first.severity is Severity.ERROR and first.confidence is Confidence.CERTAIN:
        return ()
    missing = tuple(question for question, lacks in _MISSING if lacks(snapshot))
    return (*missing, _ALL) if missing else ()


def _has_driver(seen: Snapshot) -> bool:
    windows = seen.devices is not None and any(gpu.driver_version for gpu in seen.devices.gpus)
    runtime = seen.runtime
    return windows or bool(runtime and (runtime.driver_packages or (runtime.level_zero and runtime.level_zero.devices)))
