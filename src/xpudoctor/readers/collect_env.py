"""What collect_env of torch, IPEX and vLLM says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xpudoctor.facts.devices import Devices
from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.runtime import Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.readers._collected import Pairs, devices, drivers
from xpudoctor.readers._listed import VERSION, package, section, snapshot
from xpudoctor.readers.os_names import first_of, kernel_in, sourced, system_in
from xpudoctor.readers.package_lists import tagged

_PAIR = re.compile(r"[\s*]{0,40}([A-Z][\w ()/]{1,40}?)\s*:\s*(\S.{0,400}?)?\s*")
_MARKS = re.compile(
    r"\s*(?:Collecting environment information|PyTorch version\s*:|Is XPU available\s*:|Python platform\s*:|XPU used to build PyTorch)"
)
_UNSAID = ("", "N/A", "None", "Could not collect", "No XPU", "No CUDA")
_PACKAGES = {
    "PyTorch version": "torch",
    "IPEX version": "intel-extension-for-pytorch",
    "vLLM Version": "vllm",
    "vLLM XPU kernels version": "vllm-xpu-kernels",
    "oneCCL version": "oneccl",
}
_XPU, _CUDA, _HIP = "XPU used to build PyTorch", "CUDA used to build PyTorch", "ROCM used to build PyTorch"
_ANSWERS = {"True": True, "Yes": True, "False": False, "No": False}
_PLATFORM = re.compile(r"Linux-(\S{1,80}?)-(x86_64|aarch64)(?:-with-glibc(\d\.\d{1,2}))?")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return what the first report in the lines says."""
    packages = list(tagged(lines))
    if not packages and not any(_MARKS.match(line.text) for line in lines):
        return Snapshot()
    pairs = _pairs(lines)
    named = [package(name, version[0], pairs[key][1]) for key, name in _PACKAGES.items() if (version := _version(pairs, key))]
    gpus, asked = devices(lines), tuple(drivers(lines, pairs))
    installed = _packages([*packages, *named], pairs)
    return Snapshot(
        system=first_of(_system(pairs)),
        packages=installed,
        devices=Devices(gpus) if gpus else None,
        runtime=Runtime(driver_packages=asked, sources={"driver_packages": asked[0].source}) if asked else None,
        torch=_torch(pairs) or snapshot(installed).torch,
    )


def _pairs(lines: Sequence[Line]) -> Pairs:
    pairs: dict[str, tuple[str, Line]] = {}
    for line in lines:
        match = _PAIR.fullmatch(line.text)
        if match and (match[2] or "") not in _UNSAID:
            pairs.setdefault(match[1], (match[2], line))
    return pairs


def _version(pairs: Pairs, key: str) -> re.Match[str] | None:
    return re.match(VERSION, pairs[key][0]) if key in pairs else None


def _packages(found: list[Package | None], pairs: Pairs) -> Packages | None:
    packages, python = section(found), _version(pairs, "Python version")
    if python is None:
        return packages
    source = f"line {pairs['Python version'][1].number}"
    return replace(packages or Packages(), python=python[0], sources={"python": source})


def _torch(pairs: Pairs) -> Torch | None:
    """The build is said in words of its own, `N/A` and `None` being left out before."""
    version, available = _version(pairs, "PyTorch version"), _first_word(pairs, "Is XPU available")
    keys = {"version": "PyTorch version", "xpu": _XPU, "cuda": _CUDA, "hip": _HIP, "available": "Is XPU available"}
    keys |= {"installed": keys["version"]}
    sources = {name: f"line {pairs[key][1].number}" for name, key in keys.items() if key in pairs}
    if not sources:
        return None
    return Torch(
        installed=True if version else None,
        version=version[0] if version else None,
        xpu=_first_word(pairs, _XPU),
        cuda=_first_word(pairs, _CUDA),
        hip=_first_word(pairs, _HIP),
        available=_ANSWERS.get(available or ""),
        sources=sources,
    )


def _first_word(pairs: Pairs, key: str) -> str | None:
    return pairs[key][0].split()[0] if key in pairs else None


def _system(pairs: Pairs) -> Iterator[System]:
    if "OS" in pairs:
        yield system_in(pairs["OS"][0], f"line {pairs['OS'][1].number}")
    platform, line = pairs.get("Python platform", ("", None))
    if line and (match := _PLATFORM.match(platform)):
        known = {**kernel_in(f"kernel {match[1]}"), "os": "linux", "architecture": match[2], **({"glibc": match[3]} if match[3] else {})}
        yield sourced(known, f"line {line.number}")
    elif line and platform.startswith("Windows-"):
        yield sourced({"os": "windows"}, f"line {line.number}")
    libc, line = pairs.get("Libc version", ("", None))
    if line and libc.startswith("glibc-"):
        yield sourced({"glibc": libc.removeprefix("glibc-")}, f"line {line.number}")
