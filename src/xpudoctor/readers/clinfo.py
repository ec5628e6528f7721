"""What clinfo lists, in full or with -l."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.devices import Devices
from xpudoctor.facts.log import Line
from xpudoctor.facts.runtime import DriverPackage, Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import gpu_names

_PLATFORM = re.compile(r"\s{0,40}Platform #\d{1,2}: (\S.*)|\s{0,40}(?:Number of platforms|Platform Name)\s{2,60}(\S.*)")
_DEVICE = re.compile(
    r"[\s`+|-]{1,40}Device #\d{1,2}: (\S.*)|\s{0,40}Device Name\s{2,60}(\S.*)|\s{0,40}Device Board Name[^\n]{0,30}?\s{2,60}(\S.*)"
)
_DRIVER = re.compile(r"\s{0,40}Driver Version\s{2,60}(2\d\.\d\d\.\d{5}(?:\.\d{1,4})?)(?!\d|\.\d)")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the GPUs that OpenCL lists; a list without any says that it lists none."""
    platforms = tuple(_matches(lines, _PLATFORM))
    devices = tuple(_matches(lines, _DEVICE))
    drivers = tuple(_matches(lines, _DRIVER))
    gpus = tuple({name: gpu for name, number in devices[: gpu_names.MOST] if (gpu := gpu_names.one(name, f"line {number}"))}.values())
    packages = tuple(DriverPackage("intel-opencl-icd", version, f"line {number}") for version, number in drivers[:1])
    listed = bool(platforms) and (bool(devices) or any(name == "0" for name, _ in platforms))
    if not listed and not packages:
        return Snapshot()
    return Snapshot(
        devices=Devices(gpus) if gpus and listed else None,
        runtime=Runtime(
            opencl_gpus=tuple(gpu.pci_id or gpu.name for gpu in gpus) if listed else None,
            driver_packages=packages or None,
            sources={"opencl_gpus": f"line {min(number for _, number in (*platforms, *devices))}"} if listed else {},
        ),
    )


def _matches(lines: Sequence[Line], pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    for line in lines:
        if match := pattern.match(line.text[:300]):
            yield next(group for group in match.groups() if group).strip(), line.number
