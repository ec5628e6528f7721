"""Whether the Linux GPU driver knows the GPU, fits torch and the loader, and is not known to fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from packaging.version import Version

from xpudoctor import Devices, Match, Packages, Runtime, System, Torch, fact
from xpudoctor_checks._bad_drivers import Bad, has, holds, of_system
from xpudoctor_checks._drivers import LOADERS, Neo, line_build, lists, loader_released, neo, released, table
from xpudoctor_checks._families import first_neo, only_unsupported

_LEGACY = ("gen8", "gen9", "gen11")
_APART = timedelta(days=180)


def driver_too_old_linux(devices: Devices, runtime: Runtime, system: System | None) -> Match | None:
    # On Windows each GPU has a driver of its own.
    for gpu in devices.gpus if not system or system.os != "windows" else ():
        line, confidence = first_neo(gpu)
        driver = neo(runtime)
        if confidence == "certain" and driver and not lists(runtime, gpu) and driver.build < line_build(line):
            return Match(driver.fact, gpu, driver=driver.shown, gpu=gpu.label, line=line)
    return None


def driver_too_old_for_torch(devices: Devices, runtime: Runtime, packages: Packages, system: System) -> Match | None:
    for row in table("torch_drivers")["linux"] if devices.gpus and system.os == "linux" and not system.wsl else ():
        torch = packages.get("torch")
        for gpu in devices.of_family(*row["families"]) if has(packages, row["package"]) else ():
            driver = neo(runtime, gpu)
            if torch and torch.local == "xpu" and driver and driver.build < line_build(row["neo"]):
                return Match(driver.fact, torch, driver=driver.shown, line=row["neo"], torch=torch.version)
    return None


def driver_known_bad_linux(devices: Devices, system: System, runtime: Runtime | None, packages: Packages | None) -> Iterator[Match]:
    if system.os != "linux" or system.wsl:
        return
    for bad in of_system("linux") if devices.gpus else ():
        gpus = bad.gpus(devices)
        driver = neo(runtime, gpus[0]) if gpus else None
        if gpus and bad.wants(packages) and _is_in_use(bad, driver, runtime, system.kernel_version):
            evidence = [driver.fact] if bad.neo and driver else []
            yield Match(fact(system, "kernel"), *evidence, *gpus, gpu=gpus[0].label, **bad.told)


def loader_newer_than_driver(runtime: Runtime, torch: Torch | None) -> Match | None:
    loader, driver, crash = runtime.driver_package(*LOADERS), neo(runtime), _crash(runtime, torch)
    if loader is None or driver is None or not crash:
        return None
    newer, older = loader_released(loader.version.rpartition(":")[2]), released(driver.build)
    if newer is None or older is None or newer - older < _APART:
        return None
    days = {"loader_date": f"{newer:%Y-%m}", "driver_date": f"{older:%Y-%m}"}
    return Match(loader, driver.fact, loader=loader.version, driver=driver.shown, crash=crash, **days)


def legacy_gpu_needs_legacy_driver(devices: Devices, runtime: Runtime, system: System) -> Match | None:
    gpu = next((gpu for gpu in only_unsupported(devices) if gpu.family in _LEGACY), None)
    driver = neo(Runtime(driver_packages=runtime.driver_packages))
    if gpu is None or driver is None or system.os != "linux" or lists(runtime, gpu):
        return None
    if driver.build < Version("30872.22") or any("legacy" in package.name for package in runtime.driver_packages or ()):
        return None
    return Match(gpu, driver.fact, gpu=gpu.label, driver=driver.shown)


def _is_in_use(bad: Bad, driver: Neo | None, runtime: Runtime | None, kernel: Version | None) -> bool:
    if not holds(bad.kernel, kernel) or not holds(bad.neo, driver.build if driver else None):
        return False
    level_zero = runtime.level_zero if runtime else None
    if bad.unseen:
        return level_zero is not None and not level_zero.devices
    # Where one card alone is shown (ZE_AFFINITY_MASK), what befalls several does not happen.
    return bad.cards == 1 or level_zero is None or len(level_zero.devices) >= bad.cards


def _crash(runtime: Runtime, torch: Torch | None) -> str:
    """Return how Level Zero or torch died; empty where neither did."""
    if runtime.level_zero and runtime.level_zero.ending:
        return f"ended its process: {runtime.level_zero.ending}"
    if torch and torch.plain and torch.plain.signal:
        return f"was in use when torch died of {torch.plain.signal}"
    return ""
