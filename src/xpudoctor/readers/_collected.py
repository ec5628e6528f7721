"""The GPUs and driver versions in a report of collect_env."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.log import Line
from xpudoctor.facts.runtime import DriverPackage
from xpudoctor.readers import gpu_names
from xpudoctor.readers._stated_gpus import package_name

Pairs = Mapping[str, tuple[str, Line]]

# By which name the layout asked for the version.
_DRIVERS = {
    "Intel OpenCL ICD version": "intel-opencl-icd",
    "Level Zero version": "intel-level-zero-gpu",
    "Level Zero loader version": "level-zero",
    "Level Zero driver version": "intel-level-zero-gpu",
    "Intel Graphics Compiler (IGC)": "intel-igc-core",
    "Intel GMM (libigdgmm)": "libigdgmm12",
}
_BULLET = re.compile(r"\s{0,40}\* (?:([a-z][\w.+-]{1,40}):\s*)?(\d[\w.+:~-]{2,60})(?:\s+\(.{0,60})?\s*")
_WINDOWS_DRIVER = re.compile(r"\d\d\.\d\.1?\d\d\.\d{4}")
_GPU = re.compile(r"\s{0,40}(?:\* (?:\[\d{1,2}\] )?|GPU \d{1,2}: |Intel GPU models\s*: (?:GPU \d{1,2}: )?)((?:Intel|Arc)\b.{0,80}?)\s*")


def _under(lines: Sequence[Line], title: str) -> Iterator[Line]:
    """Yield the points of the lists under a title."""
    inside = False
    for line in lines:
        text = line.text.strip()
        if text.startswith(title):
            inside = True
        elif inside and text.startswith("*"):
            yield line
        elif text:
            inside = False


def drivers(lines: Sequence[Line], pairs: Pairs) -> Iterator[DriverPackage]:
    for line in (*_under(lines, "Intel GPU driver version"), *_under(lines, "Driver version")):
        match = _BULLET.fullmatch(line.text)
        if match and match[1]:
            # Written with a low line it is a part of the driver, and no package's name.
            name = package_name(match[1], match[2]) if "_" in match[1] else match[1]
            yield DriverPackage(name, match[2], f"line {line.number}")
    for key, name in _DRIVERS.items():
        version, asked = pairs.get(key, ("", Line(0, "")))
        if version[:1].isdigit():
            yield DriverPackage(name, version.split()[0], f"line {asked.number}")


def devices(lines: Sequence[Line]) -> tuple[Gpu, ...]:
    """The names of the GPUs; how torch lists them has a reader of its own."""
    told = [
        *_under(lines, "Intel GPU models onboard"),
        *(line for line in lines if "Intel GPU models " in line.text or " GPU " in f" {line.text[:8]}"),
    ]
    named = [(match, line) for line in told if (match := _GPU.fullmatch(line.text))]
    gpus = tuple(gpu for match, line in named if (gpu := gpu_names.one(match[1], f"line {line.number}")))
    versions = [match[2] for line in _under(lines, "Intel GPU driver version") if (match := _BULLET.fullmatch(line.text)) and not match[1]]
    windows = [version for version in versions if _WINDOWS_DRIVER.fullmatch(version)]
    # Which driver is whose is not said; one is everyone's.
    return tuple(replace(gpu, driver_version=windows[0]) for gpu in gpus) if len(set(windows)) == 1 else gpus
