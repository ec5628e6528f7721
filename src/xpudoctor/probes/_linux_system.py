"""Which Linux this is: distribution, kernel, its parameters, WSL, container."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from xpudoctor.facts.system import System
from xpudoctor.probes import _files

ROOT = Path("/")
_OS_RELEASE = ("etc/os-release", "usr/lib/os-release")
# The kernel's command line can hold private things: only what changes how a GPU is found or driven is kept.
_PARAMETERS = frozenset({"nomodeset", "intel_iommu", "iommu", "pci", "pcie_aspm", "vfio-pci.ids"})
_DRIVERS = ("i915", "xe")
_BLACKLISTS = ("modprobe.blacklist", "module_blacklist", "rd.driver.blacklist")
_CONTAINER_SIGNS = "/.dockerenv, /run/.containerenv, /proc/1/cgroup"
_CGROUPS = {"kubepods": "kubernetes", "libpod": "podman", "docker": "docker", "lxc": "lxc", "containerd": "containerd"}


def os_release(root: Path = ROOT) -> System:
    """The distribution by its own words."""
    name, text = next(((name, text) for name in _OS_RELEASE if (text := _files.text(root / name)) is not None), ("", ""))
    lines = (line.partition("=") for line in text.splitlines())
    words = {key.strip(): value.strip().strip("\"'") for key, _, value in lines}
    return System(
        name=words.get("PRETTY_NAME") or words.get("NAME"),
        version=words.get("VERSION_ID"),
        build=words.get("BUILD_ID"),
        distribution=words.get("ID", "").lower() or None,
        like=tuple(words.get("ID_LIKE", "").lower().split()),
        sources=dict.fromkeys(("name", "version", "build", "distribution", "like"), f"/{name}"),
    )


def kernel() -> System:
    """The kernel's release."""
    if sys.platform == "win32":
        return System()
    return System(kernel=os.uname().release, sources={"kernel": "uname -r"})


def kernel_parameters(root: Path = ROOT) -> System:
    """Those parameters of the running kernel that concern a GPU."""
    line = _files.text(root / "proc/cmdline")
    if line is None:
        return System()
    return System(kernel_parameters=tuple(filter(_concerns_gpu, line.split())), sources={"kernel_parameters": "/proc/cmdline"})


def wsl(root: Path = ROOT) -> System:
    """Whether this Linux runs under Windows: 1 translates system calls, 2 is a virtual machine."""
    texts = {name: _files.text(root / name) for name in ("proc/sys/kernel/osrelease", "proc/version")}
    for name, text in texts.items():
        # WSL 1 pretends to be `4.4.0-19041-Microsoft`, WSL 2 is a `5.15.90.1-microsoft-standard-WSL2`.
        second = "microsoft-standard" in (text or "") or "WSL2" in (text or "")
        if second or "Microsoft" in (text or ""):
            return System(wsl=2 if second else 1, sources={"wsl": f"/{name}"})
    if _files.exists(root / "dev/dxg"):
        # A kernel that the user built for WSL 2 need not carry the name.
        return System(wsl=2, sources={"wsl": "/dev/dxg"})
    return System(wsl=0, sources={"wsl": "/proc/version"}) if any(texts.values()) else System()


def container(root: Path = ROOT) -> System:
    """The kind of container that this process runs in."""
    cgroup = _files.text(root / "proc/1/cgroup")
    kind, source = next(((kind, source) for kind, source in _container_signs(root, cgroup or "") if kind), ("", _CONTAINER_SIGNS))
    # A quiet /proc/1/cgroup is needed to say that there is none.
    return System(container=kind, sources={"container": source}) if kind or cgroup is not None else System()


def _container_signs(root: Path, cgroup: str) -> Iterator[tuple[str, str]]:
    variables = os.environ
    yield "kubernetes" if variables.get("KUBERNETES_SERVICE_HOST") else "", "KUBERNETES_SERVICE_HOST"
    yield "podman" if _files.exists(root / "run/.containerenv") else "", "/run/.containerenv"
    yield "docker" if _files.exists(root / ".dockerenv") else "", "/.dockerenv"
    yield "apptainer" if variables.get("APPTAINER_CONTAINER") or variables.get("SINGULARITY_CONTAINER") else "", "APPTAINER_CONTAINER"
    told = _files.text(root / "run/systemd/container") or variables.get("container", "")
    # systemd calls WSL a container, too.
    yield "" if told == "wsl" else told.partition("\n")[0], "/run/systemd/container or $container"
    yield next((kind for word, kind in _CGROUPS.items() if word in cgroup), ""), "/proc/1/cgroup"


def _concerns_gpu(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    if name in _BLACKLISTS:
        return bool(set(_DRIVERS) & set(value.split(",")))
    return name in _PARAMETERS or name.partition(".")[0] in _DRIVERS
