"""Display adapters and their OpenCL drivers, in a registry that is written here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.probes.windows_sections import seen
from tests.wine import Wine

pytestmark = pytest.mark.real

DISPLAY = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
PCI = r"SYSTEM\CurrentControlSet\Enum\PCI"
KHRONOS = r"SOFTWARE\Khronos\OpenCL\Vendors"


def adapter(wine: Wine, index: int, pci_id: str, name: str, version: str, date: str, **more: tuple[str, str]) -> None:
    key = rf"{DISPLAY}\{index:04}"
    values = {
        "DriverDesc": (name, "REG_SZ"),
        "DriverVersion": (version, "REG_SZ"),
        "DriverDate": (date, "REG_SZ"),
        "MatchingDeviceId": (rf"PCI\VEN_8086&DEV_{pci_id}", "REG_SZ"),
        **more,
    }
    for value, (data, kind) in values.items():
        wine.registry(key, value, data, kind)


def on_the_bus(wine: Wine, index: int, pci_id: str, bus: int) -> None:
    key = rf"{PCI}\VEN_8086&DEV_{pci_id}&SUBSYS_00000000&REV_08\{index}&2D91CA5B&0&0008"
    wine.registry(key, "Driver", rf"{{4D36E968-E325-11CE-BFC1-08002BE10318}}\{index:04}")
    wine.registry(key, "LocationInformation", f"@System32\\drivers\\pci.sys,#65536;PCI bus %1, device %2, function %3;({bus},0,0)")


@pytest.fixture(scope="module")
def machine(wine: Wine) -> Iterator[Wine]:
    """A Windows with an Arc B580, the iGPU of its CPU, and a key that an Arc A770 left behind."""
    memory = ("12884901888", "REG_QWORD")
    adapter(
        wine, 1, "E20B", "Intel(R) Arc(TM) B580 Graphics", "32.0.101.6256", "11-19-2024", **{"HardwareInformation.qwMemorySize": memory}
    )
    adapter(wine, 2, "4680", "Intel(R) UHD Graphics 770", "31.0.101.2125", "3-30-2023")
    adapter(wine, 3, "56A0", "Intel(R) Arc(TM) A770 Graphics", "31.0.101.4091", "1-18-2023")
    on_the_bus(wine, 1, "E20B", 3)
    on_the_bus(wine, 2, "4680", 0)
    yield wine
    for index in (1, 2, 3):
        wine.forget(rf"{DISPLAY}\{index:04}")


def test_adapters_are_read_from_the_display_class_without_the_stale_one(machine: Wine) -> None:
    devices = seen(machine, "devices")
    assert devices["complete"] is True
    assert [(gpu["pci_id"], gpu["name"], gpu["kind"]) for gpu in devices["gpus"]] == [
        ("e20b", "Arc B580", "discrete"),
        ("4680", "UHD Graphics 770", "integrated"),
    ]
    card = devices["gpus"][0]
    assert card["driver_version"] == "32.0.101.6256"
    assert card["driver_date"] == "2024-11-19"
    assert card["memory"] == 12 * 1024**3
    assert card["address"] == "0000:03:00.0"
    assert card["source"] == rf"HKLM\{DISPLAY}\0001"


def test_opencl_drivers_of_the_class_key_and_of_khronos(machine: Wine) -> None:
    machine.registry(rf"{DISPLAY}\0001", "OpenCLDriverName", r"C:\windows\system32\kernel32.dll")
    machine.registry(KHRONOS, r"C:\gone\intelocl64.dll", "0", "REG_DWORD")
    machine.registry(KHRONOS, r"C:\off\other.dll", "1", "REG_DWORD")
    found = seen(machine, "opencl")
    assert [(driver["library"], driver["present"]) for driver in found] == [
        (r"C:\windows\system32\kernel32.dll", True),
        (r"C:\gone\intelocl64.dll", False),
    ]
