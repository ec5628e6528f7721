"""Whether the machine has what the job requires: each quantity is looked for where it is known best."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from packaging.version import Version

from xpudoctor import Devices, Fact, Match, Packages, Runtime, System, Torch, pep440
from xpudoctor.facts.requirements import Need, Requirements, need
from xpudoctor_checks import _drivers

# A fact with its value as a number or a version; None where it is not known, and the fact then says why.
Seen = tuple[Fact, Version | None]


def requirement_not_met(
    requirements: Requirements,
    gaps: Mapping[str, str],
    packages: Packages | None,
    devices: Devices | None,
    runtime: Runtime | None,
    system: System | None,
    torch: Torch | None,
) -> Iterator[Match]:
    look: dict[str, Callable[[Need], Seen]] = {
        "xpu": lambda _: _xpu(torch, runtime, devices, gaps),
        "memory": lambda _: _memory(torch, runtime, devices, gaps),
        "driver": lambda wanted: _driver(wanted, runtime, devices, gaps),
        "disk": lambda _: _disk(system, gaps),
        "python": lambda _: _python(packages, gaps),
    }
    for stated in requirements.stated:
        wanted = need(stated)
        seen, value = look[wanted.name](wanted) if wanted.name in look else _package(wanted, packages, torch, gaps)
        if value is None or not wanted.allowed.contains(value, prereleases=True):
            yield Match(seen, required=stated, name=seen.name, value=seen.value)


def _unknown(name: str, section: str, gaps: Mapping[str, str], reason: str = "not looked at") -> Seen:
    return Fact(name, f"unknown ({gaps.get(section, reason)})"), None


def _xpu(torch: Torch | None, runtime: Runtime | None, devices: Devices | None, gaps: Mapping[str, str]) -> Seen:
    name = "XPU devices"
    if torch and torch.count is not None:
        return Fact(name, str(torch.count), "torch.xpu.device_count()"), Version(str(torch.count))
    if torch and torch.available is False:
        return Fact(name, "0", "torch.xpu.is_available()"), Version("0")
    if torch and torch.plain and not torch.plain.ok:
        return Fact(name, f"0 (import torch: {torch.plain.ending})", "a child process"), Version("0")
    if torch and torch.installed:
        return _unknown(name, "torch", gaps, "torch was not imported")
    # Where there is no torch, the job computes with something else on the same devices.
    if runtime and runtime.level_zero and runtime.level_zero.stage == "done":
        found = sum(device.vendor == "8086" for device in runtime.level_zero.devices)
        return Fact(name, str(found), "Level Zero"), Version(str(found))
    if devices and devices.complete and not devices.gpus and not devices.dxg:
        return Fact(name, "0", "PCI bus"), Version("0")
    return _unknown(name, "torch", gaps)


def _memory(torch: Torch | None, runtime: Runtime | None, devices: Devices | None, gaps: Mapping[str, str]) -> Seen:
    sizes = {
        "torch": [(device.memory, device.name or f"xpu:{device.index}") for device in (torch.devices if torch else ())],
        "Level Zero": [(d.memory, d.name) for d in (runtime.level_zero.devices if runtime and runtime.level_zero else ())],
        "what is known of this GPU": [(gpu.memory, gpu.label) for gpu in (devices.gpus if devices else ())],
    }
    for source, known in sizes.items():
        largest, label = max(((size, label) for size, label in known if size), default=(0, ""))
        if largest:
            return Fact(f"memory of the {label}", f"{largest / 1e9:.1f} GB", source), Version(str(largest))
    if devices and devices.complete and not devices.gpus and not devices.dxg:
        return Fact("memory of the GPU", "there is no Intel GPU", "PCI bus"), Version("0")
    return _unknown("memory of the GPU", "devices", gaps, "no source tells it")


def _driver(wanted: Need, runtime: Runtime | None, devices: Devices | None, gaps: Mapping[str, str]) -> Seen:
    seen, value = _windows_driver(devices) or _linux_driver(runtime) or _unknown("GPU driver", "runtime", gaps, "none was seen")
    # 25.18.33578.6 of Linux, 32.0.101.6790 of Windows, 1.6.33578 of Level Zero: only numbers of one kind can be compared.
    if value and any(_kind(each.version) != _kind(str(value)) for each in wanted.allowed):
        return Fact(seen.name, f"{seen.value} ({_kind(seen.value)}; the required version is of another kind)", seen.source), None
    return seen, value


def _windows_driver(devices: Devices | None) -> Seen | None:
    # The driver of the card, where there is one beside the integrated GPU.
    gpus = [gpu for gpu in (devices.discrete or devices.gpus if devices else ()) if gpu.driver]
    if not gpus:
        return None
    return Fact("GPU driver", str(gpus[0].driver_version), gpus[0].source), gpus[0].driver


def _linux_driver(runtime: Runtime | None) -> Seen | None:
    neo = _drivers.neo(runtime)
    if runtime is None or neo is None:
        return None
    # Level Zero may leave out the last part, which the package tells.
    builds = [build for package in runtime.driver_packages or () if (build := _drivers.build(package.version))]
    build = max([neo.build, *(each for each in builds if each.major == neo.build.major)])
    line = _drivers.line(build)
    return Fact("GPU driver", f"{line}.{build}" if line else neo.shown, neo.fact.source), Version(f"{line}.{build}") if line else None


def _kind(version: str) -> str:
    if version.startswith("1."):
        return "Level Zero"
    return "Windows" if re.match(r"\d+\.0\b", version) else "Linux"


def _disk(system: System | None, gaps: Mapping[str, str]) -> Seen:
    for disk in system.disks if system else ():
        if disk.purpose == "Hugging Face cache":
            return Fact(f"free for models ({disk.path})", f"{disk.free / 1e9:.1f} GB", "the file system"), Version(str(disk.free))
    return _unknown("free for models", "system", gaps)


def _python(packages: Packages | None, gaps: Mapping[str, str]) -> Seen:
    version = pep440(packages.python) if packages else None
    return (Fact("Python", str(version), "the environment"), version) if version else _unknown("Python", "packages", gaps)


def _package(wanted: Need, packages: Packages | None, torch: Torch | None, gaps: Mapping[str, str]) -> Seen:
    if wanted.name == "torch" and torch and torch.version:
        return torch.fact, pep440(torch.version)
    package = packages.get(wanted.name) if packages else None
    if package:
        return package.fact, package.parsed
    if packages and packages.lacks(wanted.name):
        return Fact(wanted.name, "not installed", "the packages of the environment"), None
    return _unknown(wanted.name, "packages", gaps, "the list of packages is not whole" if packages else "not looked at")
