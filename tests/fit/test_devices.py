"""What a machine's devices are to a model: what torch and Level Zero say of them before what the table says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Runtime
from xpudoctor.facts.sizes import GIB
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch, XpuDevice
from xpudoctor.fit.devices import ONE_BUFFER, RELAX, Device, host_free, of_machine
from xpudoctor.fit.model import ModelError

ARC = Gpu("56a0", "Arc A770", "dg2", "discrete", memory=16 * GIB)
LAPTOP = Gpu("64a0", "Arc Graphics", "lnl", "integrated")
LINUX = System(os="linux", memory=32 * GIB, memory_available=30 * GIB)
WINDOWS = replace(LINUX, os="windows")


def test_a_runtime_that_asks_for_more_has_no_limit() -> None:
    told = Snapshot(devices=Devices((ARC,)), system=LINUX, environment=Environment({RELAX: "1"}))
    assert of_machine(told)[0].limit is None


def seen(*gpus: Gpu, system: System = LINUX, torch: Torch | None = None, level_zero: LevelZero | None = None) -> tuple[Device, ...]:
    """Return the devices of a machine with these parts."""
    runtime = Runtime(level_zero=level_zero) if level_zero else None
    return of_machine(Snapshot(devices=Devices(gpus, complete=True), system=system, torch=torch, runtime=runtime))


@pytest.mark.parametrize(
    ("gpu", "system", "free"),
    [
        pytest.param(ARC, LINUX, 0.95 * 16 * GIB, id="a card under Linux"),
        pytest.param(ARC, WINDOWS, 0.98 * 16 * GIB, id="a card under Windows"),
        pytest.param(LAPTOP, LINUX, 0.94 * 32 * GIB - 450 * 2**20, id="shared memory under Linux"),
        pytest.param(LAPTOP, WINDOWS, 0.57 * 32 * GIB, id="shared memory under Windows, where it can be raised"),
        pytest.param(replace(LAPTOP, family="mtl"), WINDOWS, 16 * GIB, id="and where it cannot"),
        pytest.param(LAPTOP, replace(LINUX, memory_available=4 * GIB), 4 * GIB, id="no more than the computer has free"),
    ],
)
def test_what_the_driver_lets_a_program_use(gpu: Gpu, system: System, free: float) -> None:
    (device,) = seen(gpu, system=system)
    assert device.free == pytest.approx(free, abs=1)
    assert device.shared is (gpu.kind == "integrated")
    assert device.limit == (None if gpu.family == "lnl" else ONE_BUFFER)


def test_torch_knows_what_is_free_and_level_zero_what_one_buffer_may_be() -> None:
    torch = Torch(installed=True, devices=(XpuDevice(0, "Intel(R) Arc(TM) A770 Graphics", 15 * GIB, 11 * GIB),))
    level_zero = LevelZero(stage="done", devices=(LevelZeroDevice("Arc", "56a0", memory=15 * GIB, largest_allocation=GIB),))
    (device,) = seen(ARC, torch=torch, level_zero=level_zero)
    assert (device.free, device.limit) == (11 * GIB, GIB)
    # What neither the table nor the kernel tells, Level Zero does.
    (device,) = seen(replace(ARC, memory=None), level_zero=level_zero)
    assert device.free == 15 * GIB


def test_a_card_goes_before_what_is_part_of_the_cpu() -> None:
    assert [device.name for device in seen(LAPTOP, ARC, ARC)] == ["Arc A770", "Arc A770"]


def test_a_machine_without_a_known_gpu_is_told_in_one_line() -> None:
    for gpus in ((), (replace(ARC, memory=None),)):
        with pytest.raises(ModelError, match="no Intel GPU with a known memory size in this machine; name one"):
            seen(*gpus)


def test_the_page_file_counts_as_free() -> None:
    assert host_free(Snapshot(system=replace(WINDOWS, swap=8 * GIB))) == 38 * GIB
    assert host_free(Snapshot()) is None
