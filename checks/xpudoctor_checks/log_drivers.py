"""What a log says of driver and kernel where one pattern does not do: versions that are known to fail, or are older than the GPU."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Devices, Fact, Log, Match, Packages, System, Torch
from xpudoctor_checks import _log
from xpudoctor_checks._bad_drivers import Bad, bad_drivers, has, holds
from xpudoctor_checks._drivers import line_build
from xpudoctor_checks._families import codename, sure_kernel
from xpudoctor_checks._families import families as known_families
from xpudoctor_checks._log_machine import FAILURE, HANG, families, kernel, neo_builds, newest_neo, not_found, windows_drivers
from xpudoctor_checks._undriven import UNDRIVEN, backported, running_kernel, spoken_families

_SPIRV = re.compile(r"[Uu]nsupported SPIR-V version|Invalid SPIR-V module")
_OLD_GPU = re.compile(
    r"\bU?HD Graphics (?:5|6)\d\d\b|Iris(?:\(R\))? Plus|\bi[3579]-(?:[6-9]|10)\d{3}[A-Z]{0,2}\b|\b31\.0\.101\.2[01]\d\d\b"
)
_INTEL_2022 = re.compile(r"\b(?P<package>intel-\S{1,30} +\S{0,40}\+i\d{1,4}~u20\.04)")
_SCHEDULER = re.compile(r"VIDEO_SCHEDULER_INTERNAL_ERROR")
_NO_PROTOBUF = re.compile(
    r"(?i)(?:no|missing|without|lack\w{0,3}|need\w{0,2}|requires?|install\w{0,3}) (?:the )?protobuf"
    r"|protobuf[^\n]{0,40}(?:missing|not found|not installed|was not)|not found: [^\n]{0,80}protobuf"
)
_DKMS = re.compile(r"i915-dkms|backports-dkms")
_INTEL_OLLAMA = re.compile(r"using Intel GPU|oneapi|ipex-llm")
_GPU_WORKS = re.compile(
    r"DeviceProperties\(|level_zero:gpu|[Ff]ound [1-9] SYCL devices|Is XPU available ?: ?True|already allocated"
    r"|i915-dkms|\bWSL|microsoft-standard"
)
_WITH_DKMS = ((5, 14), (5, 15), (5, 17), (5, 19))
_CARDS = re.compile(
    r"(?i)\b[2-8] ?[x\u00d7] |\bdual\b|\b(?:two|both|three|four) \S{0,12} ?(?:arc|cards|gpus)"
    r"|renderD129|\[level_zero:(?:gpu:)?1\]|tensor.parallel"
)
_RUNTIME_FAILS = re.compile(
    r"Native API failed|PI_ERROR_\w{1,30}|UR_RESULT_ERROR_\w{1,40}|backend failed with error|[Ss]egmentation fault"
    r"|core dumped|could not create an? |Abort was called|joint_matrix is not supported|(?<![\d.])-99[79] \(|\bBUILD_PROGRAM"
)


def driver_or_kernel_known_bad(log: Log, devices: Devices | None, system: System | None, packages: Packages | None) -> Iterator[Match]:
    shows = [(bad, shown) for bad in bad_drivers() if bad.shows and (shown := _log.first(log, re.compile(bad.shows)))]
    seen = dict(families(log, devices)) if shows else {}
    for bad, shown in shows:
        gpu = next((seen[family] for family in bad.families if family in seen), None)
        if gpu is None or (bad.package and not has(packages, bad.package)):
            continue
        if bad.cards > 1 and not _log.first(log, _CARDS):
            continue
        versions = _versions(bad, log, system)
        if versions:
            yield Match(gpu, *versions, shown[0], **bad.told)
            return


def log_blue_screen_without_protobuf(log: Log, packages: Packages | None) -> Match | None:
    stop, said = _log.first(log, _SCHEDULER), _log.first(log, _NO_PROTOBUF)
    if stop and said:
        return Match(stop[0].fact, said[0].fact, stop=stop[1][0])
    transformers = packages.get("transformers") if packages and packages.lacks("protobuf") else None
    return Match(stop[0].fact, transformers, stop=stop[1][0]) if stop and transformers else None


def old_driver_on_old_kernel(log: Log) -> Match | None:
    package, hang = _log.first(log, _INTEL_2022), _log.first(log, HANG)
    if package is None or hang is None or _log.first(log, _DKMS):
        return None
    return Match(hang[0], package[0], package=package[1]["package"])


def legacy_gpu_refuses_kernels(log: Log) -> Match | None:
    refused, old = _log.first(log, _SPIRV), _log.first(log, _OLD_GPU)
    return Match(refused[0], old[0], gpu=old[1][0]) if refused and old else None


def kernel_before_the_gpu(log: Log, devices: Devices | None, system: System | None, torch: Torch | None) -> Match | None:
    running = running_kernel(log, system)
    if running is None or backported(log) or (torch and (torch.available or torch.devices)) or _log.first(log, _GPU_WORKS):
        return None
    # Intel's own i915 module carried Arc on the kernels of Ubuntu 22.04: there, only a GPU that is not found is a sign.
    failed = not_found(log) or _log.first(log, UNDRIVEN) or (None if running[0].release[:2] in _WITH_DKMS else _log.first(log, FAILURE))
    if failed is None:
        return None
    spoken = list(spoken_families(log, devices))
    if not spoken and (intel := _log.first(log, _INTEL_OLLAMA)):
        spoken = [("dg2", intel[0].fact)]
    for family, shown in spoken:
        floor = sure_kernel(known_families()[family])
        if floor and running[0] < Version(floor):
            return Match(running[1], shown, failed[0], kernel=running[0], gpu=codename(family), floor=floor)
    return None


def _versions(bad: Bad, log: Log, system: System | None) -> list[Fact]:
    """Return the facts by which a row's versions hold; none where one of them is contradicted or not one is known."""
    facts: list[Fact] = []
    named = {"driver": list(windows_drivers(log)), "neo": list(neo_builds(log)), "kernel": [k for k in [kernel(log, system)] if k]}
    for condition, found in named.items():
        specifier = getattr(bad, condition)
        held = next((shown for version, shown in found if holds(specifier, version)), None)
        if not specifier or (not found and condition == "kernel"):
            continue
        if held is None:
            return []
        facts.append(held)
    return facts


def driver_old_and_failing(log: Log) -> Match | None:
    symptom, newest = _log.first(log, _RUNTIME_FAILS), newest_neo(log)
    if symptom is None or newest is None or newest[0] >= line_build("24.22"):
        return None
    return Match(newest[1], symptom[0], line=newest[0], symptom=symptom[1][0].strip())
