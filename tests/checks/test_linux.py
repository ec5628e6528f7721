"""The rules of linux.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices
from xpudoctor.facts.system import System
from xpudoctor.testing import gpus, run

A770, B580, UHD_770 = "56a0", "e20b", "4680"
PERMISSION = ("no-render-permission", "render-group-not-in-session", "render-node-closed-in-container", "render-node-locked")


def node(accessible: bool | None = False, group: str | None = "render", *, pci_id: str = A770, **fields: object) -> Devices:
    return gpus(pci_id, render_node="/dev/dri/renderD128", accessible=accessible, node_group=group, **fields)


def user(*groups: str, granted: tuple[str, ...] = (), container: str | None = "") -> System:
    return System(os="linux", container=container, root=False, groups=groups, granted_groups=granted or groups)


@pytest.mark.parametrize(
    ("devices", "system", "wanted"),
    [
        pytest.param(node(), user("max", "sudo"), "no-render-permission", id="not in the group"),
        pytest.param(node(group="109"), user("max"), "no-render-permission", id="a group without a name"),
        pytest.param(node(), user("max", granted=("max", "render")), "render-group-not-in-session", id="joined after login"),
        pytest.param(
            node(group="992"), user("app", container="docker"), "render-node-closed-in-container", id="docker without --group-add"
        ),
        pytest.param(node(node_error="EPERM"), user("root", container="podman"), "render-node-closed-in-container", id="podman, refused"),
        pytest.param(node(group="root"), user("max"), "render-node-locked", id="a node that belongs to root"),
        pytest.param(node(), user("max", "render"), "render-node-locked", id="refused in spite of the group"),
        pytest.param(node(True), user("max", "render"), None, id="it opens"),
        pytest.param(node(None), user("max"), None, id="not tried, or no device behind it"),
        pytest.param(node(node_missing=True), user("max"), None, id="there is no node"),
        pytest.param(node(), System(os="linux"), None, id="nothing is known of the user"),
        pytest.param(node(pci_id=UHD_770), user("max"), None, id="torch would not use it"),
    ],
)
def test_render_node(devices, system, wanted):
    found = [rule for rule in PERMISSION if run(rule, devices=devices, system=system).status is Status.FOUND]
    assert found == ([wanted] if wanted else [])


def test_the_fix_names_the_group():
    assert run("no-render-permission", devices=node(), system=user("max")).findings[0].fixes[0].commands == (
        "sudo usermod -aG render $USER",
    )
    finding = run("render-node-closed-in-container", devices=node(group="992"), system=user(container="docker")).findings[0]
    assert finding.fixes[0].commands == ("docker run --device /dev/dri --group-add $(stat -c %g /dev/dri/renderD128) IMAGE",)


@pytest.mark.parametrize(
    ("devices", "system", "status"),
    [
        pytest.param(gpus(B580, kernel_driver="xe", render_node=""), user(container="docker"), Status.FOUND, id="no node in docker"),
        pytest.param(
            node(node_missing=True, kernel_driver="i915"), user(container="kubernetes"), Status.FOUND, id="sysfs lists what /dev lacks"
        ),
        pytest.param(node(True, kernel_driver="i915"), user(container="docker"), Status.CLEAR, id="the node is there"),
        pytest.param(gpus(B580, kernel_driver="xe", render_node=""), user(), Status.CLEAR, id="no container"),
        pytest.param(gpus(B580, kernel_driver="", render_node=""), user(container="docker"), Status.CLEAR, id="the host has no driver"),
        pytest.param(gpus(B580, kernel_driver="xe"), user(container="docker"), Status.CLEAR, id="the nodes were not looked at"),
        pytest.param(
            gpus(UHD_770, kernel_driver="i915", render_node=""), user(container="docker"), Status.CLEAR, id="torch would not use it"
        ),
        pytest.param(
            Devices((*node(True, kernel_driver="i915").gpus, *node(node_missing=True, pci_id=B580, kernel_driver="xe").gpus)),
            user(container="docker"),
            Status.CLEAR,
            id="one of two cards was passed",
        ),
    ],
)
def test_device_not_in_container(devices, system, status):
    assert run("device-not-in-container", devices=devices, system=system).status is status


@pytest.mark.parametrize(
    ("devices", "system", "wanted"),
    [
        pytest.param(Devices(dxg=False), System(wsl=1, container=""), "wsl-gpu-missing", id="WSL 1"),
        pytest.param(Devices(dxg=False), System(wsl=2, container=""), "wsl-gpu-missing", id="no /dev/dxg"),
        pytest.param(
            Devices(dxg=True, wsl_libraries=("libd3d12.so",)), System(wsl=2, container=""), "wsl-gpu-missing", id="no libdxcore.so"
        ),
        pytest.param(Devices(dxg=False), System(wsl=2, container="docker"), "wsl-device-not-in-container", id="docker in WSL"),
        pytest.param(
            Devices(dxg=True, wsl_libraries=()),
            System(wsl=2, container="docker"),
            "wsl-device-not-in-container",
            id="the folder is missing",
        ),
        pytest.param(Devices(dxg=True, wsl_libraries=("libdxcore.so",)), System(wsl=2, container=""), None, id="all is there"),
        pytest.param(Devices(dxg=True), System(wsl=2, container=""), None, id="the libraries were not looked at"),
        pytest.param(Devices(), System(wsl=2, container=""), None, id="the device was not looked at"),
        pytest.param(Devices(dxg=False), System(wsl=0, container=""), None, id="no WSL"),
        pytest.param(Devices(dxg=False), System(), None, id="not known whether it is WSL"),
    ],
)
def test_wsl(devices, system, wanted):
    rules = ("wsl-gpu-missing", "wsl-device-not-in-container")
    found = [rule for rule in rules if run(rule, devices=devices, system=system).status is Status.FOUND]
    assert found == ([wanted] if wanted else [])
