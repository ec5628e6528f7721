"""Situations that take more than one pattern: containers, two GPUs, versions that no build knows, two builds and their speed."""

from __future__ import annotations

import re
from itertools import islice

from packaging.version import Version

from xpudoctor import Devices, Fact, Log, Match, Packages, Runtime, System, Torch, leading_version
from xpudoctor_checks import _log, _releases
from xpudoctor_checks._log_machine import FAILURE, NO_GPU, NOT_THE_DEVICE, not_found

_IPEX = "intel-extension-for-pytorch"
_IPEX_OF_IPEX_LLM = frozenset({"2.1.10", "2.1.20", "2.1.30", "2.1.40", "2.3.110"})
_IPEX_LLM_FAILS = re.compile(
    r"(?i)(?:ipex[-_.]llm)[^\n]{0,80}\b(?:fail|error|cannot|can't|not work|crash)|(?:Error|Exception)\b[^\n]{0,120}ipex_llm"
)
_NO_XPU = re.compile(
    r"(?P<problem>not linked with support for xpu devices|module 'torch' has no attribute 'xpu'|unsupported autocast device_type '?xpu)"
)
_OLD_STACK = re.compile(
    r"(?i)\bbigdl\b|\bipex[-_]?llm\b|\bipex\b|intel[-_]extension[-_]for[-_]pytorch|\btorch\W{1,6}(?:version\W{1,4})?2\.[0-3]\.\d[\w.]{0,8}\+cxx11"
)
_NEW_STACK = re.compile(
    r"(?i)BACKEND_AUTOLOAD\W{1,4}0|ipex-llm\[(?:all|cpp|npu)\]|\b2\.(?:[5-9]|1\d)\.\d+\+xpu|\+cpu\b|\+cu1\d\d|whl/(?:cpu|cu1\d\d)"
)
_NOT_COMPILED = re.compile(r"_is_compiled\(\)\W{0,12}(?:(?:returns?|is|gives)\W{1,4})?False\b")
_ASKED = re.compile(r"_is_compiled\(\)\W{0,3}$")
_COMPOSE = re.compile(r"^[\w.-]{2,40}\s{1,12}\| ")
_CONTAINER = re.compile(
    r"(?i)\b(?:docker|podman|nerdctl|unraid|truenas|lxc|kubernetes|k8s|containers?|compose|pod|nspawn|bwrap|apptainer|singularity)\b"
)
_SAID_OTHERWISE = re.compile(r"\b(?:ONEAPI_DEVICE_SELECTOR|ZE_AFFINITY_MASK|LD_LIBRARY_PATH)[= ]|vfio")
_WSL = re.compile(r"(?i)\bwsl ?2?\b|docker desktop|microsoft-standard")
_PASSED = re.compile(r"/dev/dxg|--privileged|privileged: *true|gpu\.intel\.com")
_DRI = re.compile(
    r"--device[= ]\S{0,40}/dev/dri|/dev/dri:/dev/dri|^\s{0,12}- ?\"?/dev/dri|/dev/dri\b[^\n]{0,30}\b(?:is (?:there|visible"
    r"|mapped|passed|mounted)|exists)\b"
    r"|\bls\b[^\n]{0,8}/dev/dri[^\n]{0,20}(?:card|render)|^\W{0,3}crw.{0,60}(?:renderD|card)\d|\brenderD\d{3}\b"
)
_DIES = re.compile(
    r"(?P<sign>Abort was called|SIGABRT|SIGSEGV|[Ss]egmentation fault|core dumped|\bcrash(?:es|ed)?\b|terminated by signal|DEVICE_LOST)"
)
_PARTS = re.compile(r"(?:dpcpp-cpp-rt|intel-(?:cmplr-lib-(?:rt|ur)|sycl-rt|opencl-rt)|mkl(?:-dpcpp)?|onemkl-sycl-\w+)")
_RATE = re.compile(r"(?i)(?<![\d.])(?P<rate>\d{1,5}(?:\.\d{1,4})?) ?(?P<unit>t/s|tok(?:en)?s?/s(?:ec)?|it/s|tokens? per second)")
_BUILD = re.compile(r"\b(?:b\d{4}\b|\d{1,4}\.\d{1,4}\.\d{1,6}\w{0,12}|20\d{6}\b|[0-9a-f]{7,10}\b)")
_SLOWER = 0.9
# A benchmark prints thousands, and each is compared with each.
_FEW = 60


def ipex_of_no_extra(log: Log, packages: Packages | None, torch: Torch | None) -> Match | None:
    fails = _log.first(log, _IPEX_LLM_FAILS)
    ipex = packages.get(_IPEX) if packages else None
    if fails is None or ipex is None or ipex.parsed is None or ipex.parsed.base_version in _IPEX_OF_IPEX_LLM:
        return None
    release = torch.version if torch and torch.version else ""
    return None if release.startswith("2.6.") else Match(ipex, fails[0], ipex=ipex.version)


def xpu_before_ipex_import(log: Log) -> Match | None:
    said, old = _log.first(log, _NO_XPU), _log.first(log, _OLD_STACK)
    if said is None or old is None or _log.first(log, _NEW_STACK):
        return None
    return Match(said[0], old[0], problem=said[1]["problem"])


def torch_said_not_compiled(log: Log) -> Match | None:
    if seen := _log.first(log, _NOT_COMPILED):
        return Match(seen[0])
    for number, line in enumerate(log.lines[:-1]):
        answer = log.lines[number + 1]
        if _ASKED.search(line.text) and answer.text.strip() == "False":
            return Match(line, answer)
    return None


def gpu_not_passed_in(log: Log, system: System | None, runtime: Runtime | None) -> Match | None:
    listed = runtime.sycl_ls if runtime else None
    blind = Fact("sycl-ls", "lists no GPU", "") if listed and not any("gpu" in line for line in listed) else None
    inside = _log.first(log, _COMPOSE) or _log.first(log, _CONTAINER)
    if inside is None:
        return None
    sign = _log.first(log, NO_GPU)
    if sign is None and not _log.first(log, NOT_THE_DEVICE):
        sign = not_found(log)
    windows = bool(system and (system.wsl or system.os == "windows")) or _log.first(log, _WSL) is not None
    if (sign is None and blind is None) or _log.first(log, _PASSED) or _log.first(log, _SAID_OTHERWISE):
        return None
    if _log.first(log, _DRI) and not windows:
        return None  # It was passed; something else is wrong.
    return Match(
        *([sign[0]] if sign else []),
        *([blind] if blind else []),
        inside[0],
        sign=sign[0].text.strip()[:80] if sign else "sycl-ls lists no GPU",
    )


def crash_with_two_gpus(log: Log, devices: Devices) -> Match | None:
    dies = _log.first(log, _DIES)
    if dies is None or not devices.discrete or not devices.integrated:
        return None
    card, igpu = devices.discrete[0], devices.integrated[0]
    return Match(dies[0], card, igpu, sign=dies[1]["sign"], card=card.label, igpu=igpu.label)


def python_without_torch_wheel(log: Log, packages: Packages) -> Match | None:
    torch, python = packages.get("torch"), leading_version(packages.python)
    fails = _log.first(log, FAILURE)
    if torch is None or torch.parsed is None or python is None or fails is None:
        return None
    shown = Version(f"{python.major}.{python.minor}")
    too_new = shown > _releases.pythons(torch.parsed)[1]
    return Match(torch, fails[0], torch=torch.version, python=str(shown)) if too_new else None


def runtime_wheels_of_two_releases(log: Log, packages: Packages) -> Match | None:
    parts = [package for package in packages.installed if package.parsed and _PARTS.fullmatch(package.name)]
    fails = _log.first(log, FAILURE) or _log.first(log, re.compile("could not create a primitive"))
    if fails is None or not parts:
        return None
    newest = max(parts, key=lambda package: package.parsed or Version("0"))
    other = next((p for p in parts if p.parsed and newest.parsed and p.parsed.major < newest.parsed.major), None)
    if other is None:
        return None
    return Match(newest, other, fails[0], first=f"{newest.name} {newest.version}", second=f"{other.name} {other.version}")


def slower_in_one_build(log: Log) -> Match | None:
    seen = [
        (line, float(match["rate"]), match["unit"].lower(), named[0])
        for line, match in islice(_log.every(log, _RATE), _FEW)
        if (named := _BUILD.search(line.text))
    ]
    for line, rate, unit, build in seen:
        for other, lower, its_unit, its_build in seen:
            if build != its_build and unit == its_unit and lower < _SLOWER * rate:
                return Match(line, other, fast=f"{rate:g} {unit} ({build})", slow=f"{lower:g} {unit} ({its_build})")
    return None
