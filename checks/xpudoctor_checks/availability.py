"""Why torch.xpu is not available: what is seen at the rungs from the wheel to the import."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Environment, Fact, Match, Packages, Runtime, Torch
from xpudoctor.facts.torch import ImportOutcome
from xpudoctor_checks import _stack

_NVIDIA = re.compile(
    r"\b(lib(?:cu(?:dnn|blas|dart|fft|sparse|solver|rand|pti|file)|nccl|nvrtc|nvJitLink|nvshmem|nvToolsExt)[\w.-]*): cannot open shared"
)
_SYCL = re.compile(
    r"\b((?:libsycl|libur_loader|libmkl_\w+|libccl|libdnnl|libintlc|libsvml|libimf|libirng|libpti_view)\.so[.\d]*): cannot open shared"
)
_GENERATION = {"7": "oneAPI 2024", "8": "oneAPI 2025", "9": "oneAPI 2026"}
_GLIBCXX = re.compile(
    r"(?<!\S)(\S{0,300}libstdc\+\+\S{0,40}): version [`']((?:GLIBCXX|CXXABI)_[\d.]+)' not found \(required by ([^)]{1,300})\)"
)
_EXTENSION = re.compile(r"Failed to load the backend extension: (\w+)")
# What the loader says when a library of another release was found first, and where oneAPI lies.
_CLASH = re.compile(r"version [`']LIBUR_LOADER_[\d.]+' not found|lib(?:sycl|ur|mkl|ccl)\S{0,60}: undefined symbol: \S+")
# Intel's own Python distribution lies there, too, and its environments are none of the toolkit's libraries.
_ONEAPI = re.compile(r"(?<![^\s:;])[^\s:;]{0,300}oneapi[\\/](?!intelpython)[^\s:;]{0,300}", re.IGNORECASE)
# The steps of the probe that are the import itself; what comes after them asks the driver.
_IMPORTING = ("", "importing")


def torch_not_xpu_build(torch: Torch, devices: Devices, packages: Packages | None, runtime: Runtime | None) -> Match | None:
    build, gpus = _stack.build_of(torch, packages), _stack.usable_gpus(devices, runtime)
    if not torch.version or not gpus or build in (None, "xpu") or (packages and packages.get("bigdl-core-cpp")):
        return None
    if _stack.is_for_other_card(torch, packages, devices):
        return None
    return Match(torch, gpus[0], torch=torch.version, build={"cpu": "CPU", "cuda": "CUDA", "rocm": "ROCm"}[build or ""], gpu=gpus[0].label)


def cuda_libraries_missing(torch: Torch) -> Match | None:
    missing = _NVIDIA.search(torch.plain.error) if torch.plain and not torch.plain.ok else None
    if missing is None or torch.plain is None or _stack.build_of(torch, None) == "xpu":
        return None
    return Match(torch.plain, torch, torch=torch.version, library=missing[1])


def torch_backend_autoload_fails(torch: Torch) -> Match | None:
    if torch.plain is None or torch.bare is None or torch.plain.ok or not torch.bare.ok:
        return None
    named = _EXTENSION.search(f"{torch.plain.error}\n{torch.plain.output}")
    extension = (named[1] if named else "intel_extension_for_pytorch").replace("_", "-")
    bare = Fact("with TORCH_DEVICE_BACKEND_AUTOLOAD=0", torch.bare.ending, "a child process")
    return Match(torch.plain, bare, error=torch.plain.ending, extension=extension)


def libstdcxx_too_old(torch: Torch | None, runtime: Runtime | None) -> Match | None:
    for text, source in _native_errors(torch, runtime):
        if found := _GLIBCXX.search(text):
            return Match(Fact("loader", found[0], source), library=found[1], wanted=found[2], needed_by=found[3])
    return None


def _native_errors(torch: Torch | None, runtime: Runtime | None) -> list[tuple[str, str]]:
    """Return what the dynamic loader said, wherever it was caught, with where that was."""
    outcomes = [outcome for outcome in (torch.plain, torch.ipex) if outcome] if torch else []
    texts = [(f"{outcome.error}\n{outcome.output}", f"import {outcome.module}") for outcome in outcomes]
    texts += [(warning, "warning of torch.xpu") for warning in torch.warnings] if torch else []
    level_zero = runtime.level_zero if runtime else None
    return [*texts, (level_zero.ending, "loading the Level Zero loader")] if level_zero else texts


def oneapi_hides_wheel_runtime(torch: Torch, environment: Environment | None) -> Match | None:
    version, outcome = _stack.torch_version(None, torch), torch.plain
    if version is None or version < Version("2.6.0.dev0") or outcome is None or outcome.ok:
        return None
    clash = _CLASH.search(outcome.error)
    path = (environment and environment.get("LD_LIBRARY_PATH")) or ""
    place = _ONEAPI.search(outcome.error) or _ONEAPI.search(path)
    if clash is None or place is None:
        return None
    return Match(outcome, torch, Fact("LD_LIBRARY_PATH", path or "not seen", "environment"), torch=version, place=place[0], error=clash[0])


def oneapi_sourced_beside_wheels(torch: Torch, environment: Environment, packages: Packages) -> Match | None:
    version, wheel = _stack.torch_version(None, torch), packages.get("intel-sycl-rt")
    place = _ONEAPI.search(environment.get("LD_LIBRARY_PATH") or "")
    if version is None or version < Version("2.6.0.dev0") or wheel is None or place is None or _stack.build_of(torch, packages) != "xpu":
        return None
    return Match(environment.fact("LD_LIBRARY_PATH"), torch, wheel, place=place[0], torch=version, wheel=f"intel-sycl-rt {wheel.version}")


def sycl_library_missing(torch: Torch, runtime: Runtime | None) -> Match | None:
    for outcome in (torch.plain, torch.ipex):
        missing = _SYCL.search(outcome.error) if outcome and not outcome.ok else None
        if outcome and missing:
            name = missing[1]
            stem, _, number = name.rpartition(".so.")
            others = runtime.libraries_like(f"{stem}.so.") if runtime and stem else ()
            seen = f"; {', '.join(sorted({other.name for other in others}))} is there" if others else ""
            generation = _GENERATION.get(number, "") if "libsycl" in name else ""
            release = (torch.version or "").partition("+")[0]
            found = {"library": name, "generation": generation or "oneAPI runtime", "others": seen}
            return Match(outcome, *others[:3], module=outcome.module, torch=f"torch=={release}" if release else "torch", **found)
    return None


def torch_import_crashes(torch: Torch) -> Match | None:
    outcome = torch.plain
    if outcome is None or outcome.ok or outcome.error or outcome.stage not in _IMPORTING:
        return None
    return Match(outcome, *_last_output(outcome), ending=outcome.ending)


def torch_xpu_fails(torch: Torch) -> Match | None:
    outcome = torch.plain
    if outcome is None or outcome.stage in (*_IMPORTING, "done") or (outcome.ok and not outcome.error):
        return None
    return Match(Fact("torch.xpu", outcome.error or outcome.ending, "a child process"), *_last_output(outcome), ending=_told(outcome))


def _told(outcome: ImportOutcome) -> str:
    return f"fails: {outcome.error}" if outcome.error else outcome.ending


def torch_import_fails(torch: Torch) -> Match | None:
    outcome = torch.plain
    if outcome is None or outcome.ok or not outcome.error:
        return None
    return Match(outcome, torch, error=outcome.error)


def ipex_import_fails(torch: Torch) -> Match | None:
    outcome = torch.ipex
    return None if outcome is None or outcome.ok else Match(outcome, *_last_output(outcome), error=outcome.ending)


def _last_output(outcome: ImportOutcome) -> tuple[Fact, ...]:
    lines = outcome.output.strip().splitlines()
    return (Fact("last output", lines[-1][:300], f"import {outcome.module}"),) if lines else ()
