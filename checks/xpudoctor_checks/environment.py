"""Whether variables that are set do harm to this stack, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from xpudoctor import Devices, Environment, Match, Packages, Runtime, System

# Each costs speed while it is on; a trace at level 1 is of the discovery of devices only.
_DEBUG = (
    "ZE_DEBUG", "UR_L0_DEBUG", "ZE_SERIALIZE", "UR_L0_SERIALIZE", "ZE_ENABLE_VALIDATION_LAYER", "SYCL_UR_TRACE", "SYCL_PI_TRACE",
)  # fmt: skip
_OLD, _NEW = "SYCL_PI_LEVEL_ZERO_", "UR_L0_"
_OFF = ("", "0", "false", "off", "no")
_IMMEDIATE = "SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS"


def immediate_command_lists_on_battlemage(environment: Environment, devices: Devices, system: System) -> Match | None:
    gpu = next(iter(devices.of_family("bmg")), None)
    if gpu is None or system.os != "windows" or environment.get(_IMMEDIATE) != "1":
        return None
    return Match(environment.fact(_IMMEDIATE), gpu, gpu=gpu.label)


def debug_variables_left_on(environment: Environment) -> Match | None:
    names = [name for name in _DEBUG if _is_on(environment, name) and not (name.endswith("_TRACE") and environment.get(name) == "1")]
    if not names:
        return None
    listed = ", ".join(f"{name}={environment.get(name)}" for name in names) + (" is" if len(names) == 1 else " are")
    facts = map(environment.fact, names)
    return Match(*facts, names=listed, bare=" ".join(names), items=", ".join(f"Env:{name}" for name in names))


def persistent_sycl_cache(environment: Environment, devices: Devices, packages: Packages) -> Match | None:
    gpu = next(iter(devices.of_family("bmg", "ptl")), None)
    runtime = packages.get("intel-sycl-rt")
    if gpu is None or runtime is None or runtime.parsed is None or runtime.parsed.major < 2026:
        return None
    if not _is_on(environment, "SYCL_CACHE_PERSISTENT"):
        return None
    value = environment.get("SYCL_CACHE_PERSISTENT")
    return Match(environment.fact("SYCL_CACHE_PERSISTENT"), gpu, runtime, value=value, gpu=gpu.label, runtime=runtime.version)


def alloc_conf_not_read(environment: Environment) -> Match | None:
    value = environment.get("PYTORCH_XPU_ALLOC_CONF")
    if not value or environment.get("PYTORCH_ALLOC_CONF"):
        return None
    return Match(environment.fact("PYTORCH_XPU_ALLOC_CONF"), value=value)


def two_names_disagree(environment: Environment) -> Iterator[Match]:
    for old in sorted(name for name in environment.variables if name.startswith(_OLD)):
        new = _NEW + old.removeprefix(_OLD)
        values = environment.get(old), environment.get(new)
        if values[1] is not None and values[0] != values[1]:
            yield Match(environment.fact(new), environment.fact(old), old=old, new=new, old_value=values[0], new_value=values[1])


def opencl_vendors_overridden(environment: Environment, runtime: Runtime) -> Match | None:
    value, conda = environment.get("OCL_ICD_VENDORS") or "", environment.get("CONDA_PREFIX")
    if not conda or not value.startswith(conda) or runtime.opencl_gpus != ():
        return None
    return Match(environment.fact("OCL_ICD_VENDORS"), value=value)


def adapters_forced(environment: Environment) -> Match | None:
    value = environment.get("UR_ADAPTERS_FORCE_LOAD")
    if not value or "level_zero" in value:
        return None
    return Match(environment.fact("UR_ADAPTERS_FORCE_LOAD"), value=value)


def cpu_fallback_enabled(environment: Environment) -> Match | None:
    if not _is_on(environment, "PYTORCH_ENABLE_XPU_FALLBACK"):
        return None
    return Match(environment.fact("PYTORCH_ENABLE_XPU_FALLBACK"), value=environment.get("PYTORCH_ENABLE_XPU_FALLBACK"))


def _is_on(environment: Environment, name: str) -> bool:
    return (environment.get(name) or "").strip().lower() not in _OFF
