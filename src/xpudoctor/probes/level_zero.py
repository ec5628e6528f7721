"""Level Zero, the way from SYCL to the GPU: how far a child process comes on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice
from xpudoctor.probes._patient import MASK, answered, ask
from xpudoctor.probes._run import Ended


def level_zero(python: str | None, timeout: float, drivers: Callable[[], Ended] | None = None) -> LevelZero:
    """Return the stage that Level Zero reached; RuntimeError says why the interpreter could not be asked.

    `drivers` gives what came of the child that calls Level Zero and then OpenCL, where somebody asks for the other, too.
    """
    ended = answered(drivers() if drivers else ask(python, "drivers", timeout))
    devices, unmasked = _devices(ended), None
    if not devices and os.environ.get(MASK):
        unmasked = len(_devices(ask(python, "unmasked", timeout)))
    said = {key: value for mark in ended.marks if "device" not in mark for key, value in mark.items()}
    return LevelZero(
        stage=said["stage"],
        loader=said.get("loader"),
        gpu_driver=said.get("gpu_driver"),
        result=said.get("result", ""),
        # What ended the child after its last word was OpenCL.
        ending=said.get("ending", "") or ("" if "gpu_driver" in said else ended.ending),
        drivers=said.get("drivers"),
        devices=devices,
        sysman=said.get("sysman", ""),
        unmasked=unmasked,
    )


def _devices(ended: Ended) -> tuple[LevelZeroDevice, ...]:
    memory = {mark["device"]: mark["memory"] for mark in ended.marks if "device" in mark}
    found = [mark for mark in ended.marks if "found" in mark]
    return tuple(_device(mark, memory.get(index)) for index, mark in enumerate(found))


def _device(said: dict[str, Any], memory: int | None) -> LevelZeroDevice:
    return LevelZeroDevice(
        name=said["found"],
        pci_id=said["pci_id"],
        integrated=said["integrated"],
        memory=memory,
        largest_allocation=said["largest"],
        driver_version=said["version"],
    )
