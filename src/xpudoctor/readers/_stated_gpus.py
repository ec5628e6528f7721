"""The GPUs that people state under a label, and the drivers that they give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.merge import joined
from xpudoctor.facts.runtime import DriverPackage
from xpudoctor.readers import gpu_names
from xpudoctor.readers._labels import Labelled

_GPU = re.compile(
    r"(?:[\w ]{0,20} )?(?:[id]?gpus?\d?|gfx\d|graphics?|graphics? (?:card"
    r"|processor|adapter|device)s?|(?:video ?|display )?(?:card|adapter)s?)"
    r"(?: ?(?:\d|models?|name|type|devices?|used|info|\(s\)|\d name))?"
    r"|devices?(?: name| \d)?|hardware|platform|machine|laptop|pc|system"
    r"|(?:intel )?(?:cpu|processor)s?(?: model| name)?|environment|setup|accelerator"
    r"|.{0,4}显卡(?:型号)?|设备|硬件|处理器|核显|独显"
)
_DRIVER = re.compile(r"(?:[\w ()/.-]{0,24} )?drivers?(?: ver(?:sion)?s?\.?| release)?(?: ?\(.{1,20}\))?|.{0,6}驱动(?:程序)?(?:版本)?")
_KERNEL_DRIVER = re.compile(r"kernel (?:driver|module)s?(?: in use)?|kmd|内核驱动")
_STACK = re.compile(
    r"(?:intel )?(?:compute[- ]runtime|neo|opencl runtime)(?: version)?|intel-opencl-icd|level[- ]zero(?: (?:driver|version))?"
)
_WINDOWS_DRIVER = re.compile(r"(?<![\d.])(\d\d\.\d{1,2}\.10[01]\.\d{4})(?!\d)|(?<![\d.])101\.(\d{4})(?![\d.])")
_NEO = re.compile(r"(?<![\d.])(2\d\.\d\d(?:\.\d{4,6}(?:[.+~-]\w+)*)?|1\.\d{1,2}\.\d{1,6}(?:[.+~-]\w+)*)(?!\d|\.\d)")
# No other maker's driver has a version of this shape.
_RELEASE_OF_NEO = re.compile(r"2\d\.\d\d\.\d{5}(?:\.\d{1,3})?(?![\w.])")
_FIRST_OF_32 = 5600
_FIRST_OF_31 = 2000


def gpus(pairs: Sequence[Labelled]) -> tuple[Gpu, ...]:
    """Return the GPUs under these labels, each with the driver that is stated for it."""
    lists: dict[str, tuple[Gpu, ...]] = {}
    for pair in pairs:
        if _GPU.fullmatch(pair.label):
            # GPU 0 and GPU 1 are two, a GPU and a graphics card may be the same one.
            label = re.sub(r"\d", "", pair.label)
            group = label if label != pair.label else f"line {pair.number}"
            if sum(map(len, lists.values())) >= gpu_names.MOST:
                break
            lists[group] = (*lists.get(group, ()), *gpu_names.labelled(pair.value, pair.source))
    found: tuple[Gpu, ...] = reduce(joined, lists.values(), ())
    return _with_drivers(found, pairs)


def windows_driver(text: str) -> str | None:
    """Return the version of a Windows driver in a text; people leave the 31.0 or 32.0 out."""
    match = _WINDOWS_DRIVER.search(text)
    if match is None or match[1]:
        return match[1] if match else None
    number = int(match[2])
    return f"{32 if number >= _FIRST_OF_32 else 31 if number >= _FIRST_OF_31 else 30}.0.101.{match[2]}"


def driver_packages(pairs: Sequence[Labelled]) -> Iterator[DriverPackage]:
    """Yield the parts of Intel's Linux driver that are stated with a version."""
    for pair in pairs:
        label = next((word for word in (pair.label, pair.value.lower()) if _STACK.match(word)), None)
        match = _NEO.search(pair.value)
        if label and match and ((label == pair.label and _STACK.fullmatch(label)) or _DRIVER.fullmatch(pair.label)):
            yield DriverPackage(package_name(label, match[1]), match[1], pair.source)
        elif _DRIVER.fullmatch(pair.label) and (release := _RELEASE_OF_NEO.match(pair.value)):
            yield DriverPackage("intel-compute-runtime", release[0], pair.source)


def package_name(label: str, version: str) -> str:
    """Return the package of the operating system that is meant by a part of the driver with this version."""
    if label.startswith("level"):
        return "intel-level-zero-gpu" if re.match(r"\d+\.\d+\.\d{5}(?!\d)", version) else "level-zero"
    return "intel-opencl-icd" if label.startswith(("intel-opencl-icd", "intel_opencl")) else "intel-compute-runtime"


def _with_drivers(found: tuple[Gpu, ...], pairs: Sequence[Labelled]) -> tuple[Gpu, ...]:
    for pair in pairs:
        if len(found) >= gpu_names.MOST:
            break
        # The same label may tell the GPU and its driver: `GPU: Arc B580 (driver 32.0.101.6559)`.
        version = windows_driver(pair.value) if _DRIVER.fullmatch(pair.label) or _GPU.fullmatch(pair.label) else None
        if version:
            named = gpu_names.labelled(pair.value, pair.source)
            told = named[:1] or (Gpu("", name="Intel GPU", source=pair.source),)
            found = joined(found, (replace(told[0], driver_version=version),))
        if _KERNEL_DRIVER.fullmatch(pair.label) and (module := re.match(r"(i915|xe|vfio-pci)\b", pair.value)) and len(found) == 1:
            found = (replace(found[0], kernel_driver=module[1]),)
    return found
