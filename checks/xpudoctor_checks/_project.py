"""What several topics ask of a project: which of its installations are meant for an Intel GPU, and which index has XPU wheels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor.facts.project import Dependency, Installation, Project

_TORCH_XPU = re.compile(r"/whl/(?:nightly/|test/)?xpu\b")
_INTEL = re.compile(r"pytorch-extension\.intel\.com|whl[-_]stable[-_]xpu")
# conda calls it pytorch.
_NAMES = ("torch", "pytorch", "pytorch-gpu")


def ours(project: Project) -> Iterator[Installation]:
    """Yield the installations whose names do not say that they are for another device or another purpose."""
    yield from (installation for installation in project.installations if installation.meant_for in ("", "xpu"))


def torch(installation: Installation) -> Dependency | None:
    """Return the torch that an installation asks for."""
    return next((found for name in _NAMES if (found := installation.get(name))), None)


def has_torch_xpu(url: str) -> bool:
    """Say whether this is PyTorch's index of XPU wheels."""
    return _TORCH_XPU.search(url) is not None


def has_ipex(url: str) -> bool:
    """Say whether this is Intel's index of IPEX wheels, which had torch, too, until 2.5."""
    return _INTEL.search(url) is not None


def takes_xpu(installation: Installation) -> bool:
    """Say whether anything in it comes as an XPU wheel, from an index, from an address or by its version."""
    addresses = [index.url for index in installation.indexes]
    addresses += [address for dependency in installation.dependencies for address in (dependency.index, dependency.url)]
    local = any("+xpu" in dependency.specifier or "cxx11.abi" in dependency.specifier for dependency in installation.dependencies)
    # `auto` is uv's word for the build that fits the GPU it finds.
    return local or any("xpu" in address or address == "auto" or has_ipex(address) for address in addresses)


def knows_xpu(project: Project) -> bool:
    """Say whether the project takes XPU wheels anywhere: then it knows how to, and its other ways are for other machines."""
    return any(map(takes_xpu, project.installations)) or any(source.of("index") for source in project.code)


def is_extra(installation: Installation) -> bool:
    """Say whether this comes only to those who ask for it, and is not meant for an Intel GPU."""
    return "[" in installation.name and installation.meant_for != "xpu"
