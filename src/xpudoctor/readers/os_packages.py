"""What dpkg, apt, rpm, dnf and pacman list of the GPU stack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from xpudoctor.facts.log import Line
from xpudoctor.facts.os_packages import is_of_gpu_stack
from xpudoctor.facts.runtime import DriverPackage, Runtime
from xpudoctor.facts.snapshot import Snapshot

_NAME = r"([A-Za-z][\w.+-]{1,80}?)"
_ARCH = r"(?::(?:amd64|i386|all|arm64))?"
_VERSION = r"(\d[\w.:+~-]{0,80})"
_DPKG = re.compile(rf"[\s*]{{0,40}}[ih]i\s+{_NAME}{_ARCH}\s+{_VERSION}(?:\s.*)?")
_APT = re.compile(rf"\s{{0,40}}{_NAME}/[\w.,-]{{1,120}}\s+{_VERSION}\s+\w+\s+\[installed.*")
_SET_UP = re.compile(rf"\s{{0,40}}Setting up {_NAME}{_ARCH} \({_VERSION}\).*")
_NEWEST = re.compile(rf"\s{{0,40}}{_NAME}{_ARCH} is already the newest version \({_VERSION}\).*")
_RPM = re.compile(r"\s{0,40}([A-Za-z][\w.+-]{1,80})-(\d[\w.+~^]{0,60}-[\w.+~^]{1,40})\.(?:x86_64|noarch|i686|aarch64)\s*")
_DNF = re.compile(rf"\s{{0,40}}{_NAME}\.(?:x86_64|noarch)\s+{_VERSION}\s+@\S{{1,60}}\s*")
_PACMAN = re.compile(
    rf"\s{{0,40}}(?:(?:local|extra|core|multilib)/)?{_NAME} (\d[\w.:+~]{{0,60}}-\d{{1,3}}(?:\.\d)?)(?:\s{{1,4}}\[installed\])?\s{{0,8}}"
)
_LAYOUTS = ((_DPKG, "dpkg"), (_APT, "dpkg"), (_SET_UP, "dpkg"), (_NEWEST, "dpkg"), (_RPM, "rpm"), (_DNF, "rpm"), (_PACMAN, "pacman"))
_POLICY = re.compile(rf"\s{{0,40}}{_NAME}{_ARCH}:\s*")
_POLICY_INSTALLED = re.compile(rf"\s{{1,12}}Installed: {_VERSION}\s*")
_LONGEST = 500


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the packages of the GPU stack that are installed, of several words on one the last."""
    found = [*_rows(lines), *_policies(lines)]
    if not found:
        return Snapshot()
    packages = {package.name: package for package, _ in found}
    first, manager = found[0]
    sources = {"driver_packages": first.source, "package_manager": first.source}
    return Snapshot(runtime=Runtime(driver_packages=tuple(packages.values()), package_manager=manager, sources=sources))


def _rows(lines: Sequence[Line]) -> Iterator[tuple[DriverPackage, str]]:
    for line in lines:
        for pattern, manager in _LAYOUTS:
            match = pattern.fullmatch(line.text[:_LONGEST])
            if match and is_of_gpu_stack(match[1]):
                yield DriverPackage(match[1], match[2], f"line {line.number}"), manager
                break


def _policies(lines: Sequence[Line]) -> Iterator[tuple[DriverPackage, str]]:
    """Yield what `apt policy` says, the name in one line and the version in the next."""
    for line, after in pairwise(lines):
        version = _POLICY_INSTALLED.fullmatch(after.text[:_LONGEST])
        name = _POLICY.fullmatch(line.text[:_LONGEST]) if version else None
        if version and name and is_of_gpu_stack(name[1]):
            yield DriverPackage(name[1], version[1], f"line {after.number}"), "dpkg"
