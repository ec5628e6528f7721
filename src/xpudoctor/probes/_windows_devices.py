"""Intel GPUs as the registry of Windows lists them: one key of the display class for each adapter."""

from __future__ import annotations

import re

from xpudoctor.facts import gpus
from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.probes import _registry

DISPLAY_CLASS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
_PCI = r"SYSTEM\CurrentControlSet\Enum\PCI"
_ID = re.compile(r"VEN_8086&DEV_([0-9A-F]{4})", re.IGNORECASE)
_VENDOR = re.compile(r"VEN_([0-9A-F]{4})", re.IGNORECASE)
_PLACE = re.compile(r"\((\d+),(\d+),(\d+)\)\s*$")
_DATE = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})$")


def devices() -> Devices:
    """Return the adapters; keys that an adapter left behind when it was taken out are left out."""
    keys = _registry.subkeys(DISPLAY_CLASS)
    if keys is None:
        return Devices()
    places = _places()
    adapters = [key for key in keys if key.rpartition("\\")[2].isdigit()]
    vendors = (_VENDOR.search(_registry.text(key, "MatchingDeviceId") or "") for key in adapters)
    return Devices(
        tuple(gpu for key in adapters if (gpu := _gpu(key, places))),
        complete=True,
        other_vendors=tuple(dict.fromkeys(vendor[1].lower() for vendor in vendors if vendor and vendor[1] != "8086")),
        sources={"gpus": rf"HKLM\{DISPLAY_CLASS}"},
    )


def _places() -> dict[str, str]:
    """Return the PCI address of each adapter on the bus, by the end of its display class key; it can be empty."""
    places = {}
    for device in _registry.subkeys(_PCI) or ():
        for instance in _registry.subkeys(device) or ():
            driver = (_registry.text(instance, "Driver") or "").lower()
            if driver.startswith("{4d36e968"):
                places[driver.rpartition("\\")[2]] = _address(_registry.text(instance, "LocationInformation") or "")
    return places


def _gpu(key: str, places: dict[str, str]) -> Gpu | None:
    match = _ID.search(_registry.text(key, "MatchingDeviceId") or "")
    index = key.rpartition("\\")[2]
    if match is None or (places and index not in places):
        return None
    pci_id = match.group(1).lower()
    model = gpus.model(pci_id)
    memory = None if model and model.kind == "integrated" else _registry.number(key, "HardwareInformation.qwMemorySize")
    return Gpu(
        pci_id=pci_id,
        name=model.name if model else _registry.text(key, "DriverDesc") or "",
        family=model.family if model else "",
        kind=model.kind if model else "",
        address=places.get(index, ""),
        memory=memory or (model.memory if model else None),
        driver_version=_registry.text(key, "DriverVersion"),
        driver_date=_iso_date(_registry.text(key, "DriverDate")),
        source=rf"HKLM\{key}",
    )


def _address(location: str) -> str:
    """Return `0000:03:00.0` for a location that ends in (3,0,0): bus, device, function."""
    match = _PLACE.search(location)
    return "0000:{:02x}:{:02x}.{:x}".format(*map(int, match.groups())) if match else ""


def _iso_date(date: str | None) -> str | None:
    """Return 2025-02-27 for 2-27-2025, which Windows writes in every language."""
    match = _DATE.match(date or "")
    return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}" if match else date
