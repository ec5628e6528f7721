"""Whether this process may open the render nodes, and whether a container or WSL shows the GPU at all."""

from __future__ import annotations

from collections.abc import Iterable

from xpudoctor import Devices, Gpu, Match, System, fact
from xpudoctor_checks._families import is_unsupported

_MODULES = ("i915", "xe")
_DXCORE = "libdxcore.so"


def no_render_permission(devices: Devices, system: System) -> Match | None:
    for gpu in _refused(devices):
        member = {*(system.groups or ()), *(system.granted_groups or ())}
        if not system.container and system.groups is not None and _opens(gpu.node_group) and gpu.node_group not in member:
            return _closed(gpu, system)
    return None


def render_group_not_in_session(devices: Devices, system: System) -> Match | None:
    for gpu in _refused(devices):
        granted = gpu.node_group in (system.granted_groups or ())
        if not system.container and granted and system.groups is not None and gpu.node_group not in system.groups:
            return _closed(gpu, system)
    return None


def render_node_closed_in_container(devices: Devices, system: System) -> Match | None:
    for gpu in _refused(devices):
        if system.container:
            return _closed(gpu, system)
    return None


def render_node_locked(devices: Devices, system: System) -> Match | None:
    for gpu in _refused(devices):
        if system.container == "" and gpu.node_group and (not _opens(gpu.node_group) or gpu.node_group in (system.groups or ())):
            return _closed(gpu, system)
    return None


def device_not_in_container(devices: Devices, system: System) -> Match | None:
    driven = [gpu for gpu in devices.gpus if gpu.kernel_driver in _MODULES and not is_unsupported(gpu)]
    if not driven or not system.container or system.wsl:
        return None
    # One card of several may have been left out on purpose.
    if not all(gpu.node_missing or gpu.render_node == "" for gpu in driven):
        return None
    return Match(fact(system, "container"), *driven, gpu=driven[0].label, container=system.container)


def wsl_gpu_missing(devices: Devices, system: System) -> Match | None:
    return None if system.container else _wsl(devices, system)


def wsl_device_not_in_container(devices: Devices, system: System) -> Match | None:
    return _wsl(devices, system) if system.container and system.wsl == 2 else None


def _refused(devices: Devices) -> Iterable[Gpu]:
    """Return the GPUs whose render node is there and is not opened for want of permission."""
    return (gpu for gpu in devices.gpus if gpu.accessible is False and not gpu.node_missing and not is_unsupported(gpu))


def _opens(group: str | None) -> bool:
    """Say whether membership in this group is a sensible way to the node."""
    return bool(group) and group not in ("root", "nobody", "nogroup")


def _closed(gpu: Gpu, system: System) -> Match:
    node, group = gpu.render_node or "/dev/dri/renderD128", gpu.node_group or "unknown"
    return Match(gpu, *([fact(system, "groups")] if system.groups is not None else []), node=node, gpu=gpu.label, group=group)


def _wsl(devices: Devices, system: System) -> Match | None:
    missing = ""
    if system.wsl == 1:
        missing = "WSL 1 has no GPU at all"
    elif system.wsl == 2 and devices.dxg is False:
        missing = "there is no /dev/dxg"
    elif system.wsl == 2 and devices.wsl_libraries is not None and _DXCORE not in devices.wsl_libraries:
        missing = f"there is no /usr/lib/wsl/lib/{_DXCORE}"
    return Match(fact(system, "wsl"), fact(devices, "dxg"), wsl=system.wsl, missing=missing) if missing else None
