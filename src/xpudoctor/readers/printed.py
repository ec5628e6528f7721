"""What a program prints of its packages: `print(torch.__version__)`, typed or in a script, and the bare versions that follow it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts.log import Line
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers._listed import installed_torch

_IPEX = "intel-extension-for-pytorch"
_NAMES = {
    "torch": "torch",
    "ipex": _IPEX,
    "intel_extension_for_pytorch": _IPEX,
    **{name: name for name in ("torchvision", "torchaudio", "transformers", "triton", "vllm", "numpy", "accelerate", "bitsandbytes")},
}
# Printed by a line of code, or asked at Python's prompt, which the intake has taken off.
_PRINTS = re.compile(r"(?:\bprint\(\s{0,4}|^\s{0,40})([A-Za-z_]\w{1,40})\.__version__(?=\s{0,4}(?:[,)]|$))")
# A command of its own: what was to be printed before it was not.
_COMMAND = re.compile(r"(?:^|\s)python\S{0,6} -c\b|^\s{0,40}\w{1,40}\.__version__")
_BARE = re.compile(r"\s{0,4}['\"]?(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?(?:a\d|rc\d)?(?:\.?(?:post|dev)\d{1,8})?(?:\+[\w.]{2,30})?)['\"]?\s*")
# The check that IPEX's guide lets users run prints torch, IPEX and then the devices.
_DEVICE = re.compile(r"\s{0,4}\[0\]: _\w{0,4}DeviceProperties\(")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the packages whose versions were printed."""
    found = {package.name: package for package in (*_bare_pair(lines), *_printed(lines))}
    torch = installed_torch(found["torch"]) if "torch" in found else None
    return Snapshot(packages=Packages(tuple(found.values())) if found else None, torch=torch)


def _printed(lines: Sequence[Line]) -> Iterator[Package]:
    wanted: list[str] = []
    for line in lines:
        if "__version__" in line.text:
            named = _PRINTS.findall(line.text[:1000])
            wanted = named if _COMMAND.search(line.text[:1000]) else [*wanted, *named]
        elif wanted and (version := _BARE.fullmatch(line.text[:80])):
            name = _NAMES.get(wanted.pop(0))
            if name:
                yield Package(name, version[1], source=f"line {line.number}")


def _bare_pair(lines: Sequence[Line]) -> Iterator[Package]:
    for one, other, after in zip(lines, lines[1:], lines[2:], strict=False):
        if "DeviceProperties" in after.text and _DEVICE.match(after.text):
            versions = [(_BARE.fullmatch(line.text[:80]), line) for line in (one, other)]
            for name, (version, line) in zip(("torch", _IPEX), versions, strict=True):
                if version and all(match for match, _ in versions):
                    yield Package(name, version[1], source=f"line {line.number}")
