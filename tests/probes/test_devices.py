"""Intel GPUs in a /sys and a /dev of our own making: folders, umockdev's machines, and real nodes with real permissions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xpudoctor.probes import _linux_devices

GIB = 1024**3
MACHINES = Path(__file__).parent / "machines"
SEEN = """
import json
from xpudoctor.facts.codec import to_json
from xpudoctor.probes.devices import devices
print(json.dumps(to_json(devices())))
"""
Bus = Callable[..., Path]


@pytest.fixture
def bus(tmp_path: Path) -> Bus:
    """Put a device on the PCI bus below a root folder, and return its folder."""

    def add(address: str, **attributes: str) -> Path:
        device = tmp_path / "sys/bus/pci/devices" / address
        device.mkdir(parents=True)
        for name, value in {"vendor": "0x8086", "class": "0x030000", **attributes}.items():
            (device / name).write_text(value + "\n")
        return device

    return add


def test_a_card_that_is_not_in_the_table_is_still_a_gpu(bus: Bus, tmp_path: Path) -> None:
    bus("0000:03:00.0", device="0xffff")
    gpu = _linux_devices.devices(tmp_path).gpus[0]
    assert (gpu.pci_id, gpu.name, gpu.family, gpu.label) == ("ffff", "", "", "Intel GPU ffff")


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"vendor": "0x10de"}, id="another vendor's card"),
        pytest.param({"class": "0x120000"}, id="Intel's NPU"),
        pytest.param({"class": "0x040300"}, id="a card's sound chip"),
    ],
)
def test_what_is_no_intel_gpu(bus: Bus, tmp_path: Path, attributes: dict[str, str]) -> None:
    bus("0000:03:00.0", device="0x56a0", **attributes)
    devices = _linux_devices.devices(tmp_path)
    assert devices.gpus == ()
    assert devices.complete


def test_without_a_bus_nothing_is_known(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="cannot be listed"):
        _linux_devices.devices(tmp_path)


def test_under_wsl_an_empty_bus_says_nothing(bus: Bus, tmp_path: Path) -> None:
    bus("5582:00:00.0", vendor="0x1414", device="0x008e", **{"class": "0x030200"})
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/dxg").touch()
    (tmp_path / "usr/lib/wsl/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/wsl/lib/libdxcore.so").touch()
    devices = _linux_devices.devices(tmp_path)
    assert (devices.complete, devices.dxg, devices.wsl_libraries) == (False, True, ("libdxcore.so",))


def test_a_node_that_was_not_passed_into_the_container_is_missing(bus: Bus, tmp_path: Path) -> None:
    (bus("0000:03:00.0", device="0x56a0") / "drm/renderD128").mkdir(parents=True)
    gpu = _linux_devices.devices(tmp_path).gpus[0]
    assert (gpu.render_node, gpu.accessible, gpu.node_missing, gpu.node_error) == ("/dev/dri/renderD128", False, True, "ENOENT")


def test_damaged_numbers_stay_unknown(bus: Bus, tmp_path: Path) -> None:
    bus("0000:03:00.0", device="0x56a0", resource="what\n0x0 0x0", current_link_speed="Unknown", current_link_width="0")
    gpu = _linux_devices.devices(tmp_path).gpus[0]
    assert (gpu.bar, gpu.link) == (None, None)


def on(machine: str) -> Any:
    """Return what is seen on one of umockdev's machines."""
    command = ["umockdev-run", "--device", str(MACHINES / f"{machine}.umockdev"), "--", sys.executable, "-c", SEEN]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.real
@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        pytest.param(
            "arc-a770-i915",
            {"name": "Arc A770", "kernel_driver": "i915", "bar": 16 * GIB, "link": "16.0 GT/s PCIe x16", "address": "0000:03:00.0"},
            id="A770 on i915, the link told by the card's own switch",
        ),
        pytest.param(
            "arc-b580-xe",
            {"name": "Arc B580", "kernel_driver": "xe", "bar": GIB // 4, "memory": 12784238592, "link": "16.0 GT/s PCIe x8"},
            id="B580 on xe, without Resizable BAR",
        ),
        pytest.param(
            "max-1100-i915",
            {"name": "Data Center GPU Max 1100", "kernel_driver": "i915", "memory": 48 * GIB, "bar": 64 * GIB, "kind": "datacenter"},
            id="Max 1100, the memory told by i915, virtual functions not counted",
        ),
    ],
)
def test_a_card_with_its_driver(machine: str, expected: dict[str, Any]) -> None:
    devices = on(machine)
    assert devices["complete"] is True
    (gpu,) = devices["gpus"]
    assert gpu.items() >= expected.items()
    assert (gpu["render_node"], gpu["accessible"], gpu["node_missing"]) == ("/dev/dri/renderD128", True, False)


@pytest.mark.real
@pytest.mark.parametrize(
    ("machine", "driver"),
    [pytest.param("arc-b580-unbound", "", id="no driver"), pytest.param("arc-a770-vfio", "vfio-pci", id="given to a virtual machine")],
)
def test_a_card_without_a_graphics_driver(machine: str, driver: str) -> None:
    (gpu,) = on(machine)["gpus"]
    assert (gpu["kernel_driver"], gpu["render_node"], "accessible" in gpu) == (driver, "", False)


@pytest.mark.real
def test_an_igpu_beside_a_card() -> None:
    igpu, card = on("uhd-770-and-arc-a770")["gpus"]
    assert (igpu["kind"], igpu["render_node"], "link" in igpu) == ("integrated", "/dev/dri/renderD128", False)
    assert (card["kind"], card["render_node"]) == ("discrete", "/dev/dri/renderD129")
