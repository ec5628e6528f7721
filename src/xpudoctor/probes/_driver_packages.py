"""The operating system's packages that are part of the GPU stack."""

from __future__ import annotations

import sys
from pathlib import Path

from xpudoctor.facts.os_packages import is_of_gpu_stack
from xpudoctor.facts.runtime import DriverPackage
from xpudoctor.probes import _files
from xpudoctor.probes._run import run

ROOT = Path("/")
_DPKG, _PACMAN = "var/lib/dpkg/status", "var/lib/pacman/local"
_RPM = ("usr/lib/sysimage/rpm", "var/lib/rpm")
_RPM_PATTERNS = "*level-zero* libze* intel-* libigc* libigd* libmetee* gmmlib xpu* igt-gpu-tools clinfo ocl-icd* OpenCL-* linux-firmware*"
_RPM_LIMIT = 10.0


def package_manager(root: Path = ROOT) -> str | None:
    """Return dpkg, rpm or pacman: whose database is there (the tools of the others can be installed beside it)."""
    if sys.platform == "win32":
        return None
    if _files.is_filled(root / _DPKG):
        return "dpkg"
    if _files.is_folder(root / _PACMAN):
        return "pacman"
    return "rpm" if any(_files.is_folder(root / folder) for folder in _RPM) and _files.program("rpm") else None


def driver_packages(root: Path = ROOT) -> tuple[DriverPackage, ...] | None:
    """Return those that are installed, None where no database could be read."""
    manager = package_manager(root)
    if manager == "rpm":
        return _of_rpm()
    if manager == "pacman":
        return _of_pacman(root)
    return _of_dpkg(root) if manager == "dpkg" else None


def _of_dpkg(root: Path) -> tuple[DriverPackage, ...]:
    found = []
    # As bytes: of megabytes, a few lines are read.
    for block in (_files.data(root / _DPKG) or b"").split(b"\n\n"):
        name = block.lstrip().partition(b"\n")[0].removeprefix(b"Package: ").decode("utf-8", "replace")
        if not is_of_gpu_stack(name):
            continue
        lines = block.decode("utf-8", "replace").splitlines()
        fields = dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith(" "))
        if fields.get("Status", "").endswith(" installed") and "Version" in fields:
            found.append(DriverPackage(name, fields["Version"], f"/{_DPKG}"))
    return tuple(found)


def _of_pacman(root: Path) -> tuple[DriverPackage, ...]:
    folders = (path.name.rsplit("-", 2) for path in _files.entries(root / _PACMAN) or ())
    wanted = (parts for parts in folders if len(parts) == 3 and is_of_gpu_stack(parts[0]))
    return tuple(DriverPackage(name, f"{version}-{release}", f"pacman -Q {name}") for name, version, release in wanted)


def _of_rpm() -> tuple[DriverPackage, ...] | None:
    command = [_files.program("rpm") or "rpm", "-qa", "--qf", r"%{NAME} %{VERSION}-%{RELEASE}\n", *_RPM_PATTERNS.split()]
    ended = run(command, timeout=_RPM_LIMIT, env={"LC_ALL": "C"})
    if ended.ending:
        return None
    lines = (line.split() for line in ended.stdout.splitlines())
    wanted = (words for words in lines if len(words) == 2 and is_of_gpu_stack(words[0]))
    return tuple(DriverPackage(name, version, f"rpm -q {name}") for name, version in wanted)
