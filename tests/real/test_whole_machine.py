"""A whole machine: cards on the bus by umockdev, and Intel's real GPU driver, which makes up the devices behind them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from . import recipes
from .doctor import Visit
from .machine import Machine, without
from .patients import Patient, Ward

pytestmark = pytest.mark.real
A770 = Machine()
FOUR = Machine(count=4)
MAX_1100 = Machine("0bda", "pvc")
METEOR_LAKE = Machine("7d55", "mtl")
BROADWELL = Machine("1616", "bdw")
_LOADER, _DRIVER = "libze_loader.so*", "libze_intel_gpu.so*"


@pytest.mark.parametrize(
    ("machine", "listed"),
    [
        pytest.param(A770, ["56a0"], id="an Arc A770"),
        pytest.param(FOUR, ["56a0"] * 4, id="four of them"),
        pytest.param(MAX_1100, ["0bda"], id="a Max 1100"),
        pytest.param(METEOR_LAKE, ["7d55"], id="a Meteor Lake"),
    ],
)
def test_a_machine_that_is_well(ward: Ward, in_machine: Callable[..., Visit], machine: Machine, listed: list[str]) -> None:
    seen = in_machine(machine, ward.python(recipes.BARE))
    assert [gpu["pci_id"] for gpu in seen.seen("devices", "gpus")] == listed
    assert [gpu["kernel_driver"] for gpu in seen.seen("devices", "gpus")] == ["i915"] * len(listed)
    assert [gpu["pci_id"] for gpu in seen.seen("runtime", "level_zero", "devices")] == listed
    assert seen.seen("runtime", "level_zero", "stage") == "done"
    assert (seen.errors, seen.crashed, seen.status) == ([], [], 0)


@pytest.mark.parametrize(
    ("machine", "before", "env", "rule", "cause"),
    [
        pytest.param(A770, without(_LOADER), {}, "level-zero-loader-missing", "driver-missing", id="no Level Zero loader"),
        pytest.param(
            A770, without(f"{_LOADER} {_DRIVER}"), {}, "level-zero-loader-missing", "driver-missing", id="neither loader nor driver"
        ),
        pytest.param(A770, without(_DRIVER), {}, "gpu-driver-missing", "driver-missing", id="a loader without a driver"),
        pytest.param(A770, (), {"ZE_AFFINITY_MASK": "5"}, "affinity-mask-hides-gpu", "wrong-device-selected", id="a mask for a sixth card"),
        pytest.param(
            FOUR, (), {"ZE_AFFINITY_MASK": "4"}, "affinity-mask-hides-gpu", "wrong-device-selected", id="a mask one past four cards"
        ),
        pytest.param(
            A770, (), {"ONEAPI_DEVICE_SELECTOR": "opencl:*"}, "selector-hides-gpu", "wrong-device-selected", id="a selector for OpenCL only"
        ),
        pytest.param(
            A770,
            (),
            {"ONEAPI_DEVICE_SELECTOR": "level_zero:3"},
            "selector-hides-gpu",
            "wrong-device-selected",
            id="a selector for a fourth",
        ),
        pytest.param(
            FOUR,
            (),
            {"ONEAPI_DEVICE_SELECTOR": "level_zero:7"},
            "selector-hides-gpu",
            "wrong-device-selected",
            id="a selector for an eighth",
        ),
    ],
)
def test_the_cause_stands_first(
    ward: Ward, in_machine: Callable[..., Visit], machine: Machine, before: tuple[str, ...], env: dict[str, str], rule: str, cause: str
) -> None:
    seen = in_machine(machine, ward.python(recipes.BARE), before=before, **env)
    first = seen.report["findings"][0]
    assert (first["rule"], first["cause"], first["severity"]) == (rule, cause, "error"), seen.rules
    assert [one["rule"] for one in seen.report["findings"] if one["severity"] == "error" and not one["explained_by"]] == [rule]
    assert (seen.status, seen.crashed, seen.stderr) == (1, [], "")


@pytest.mark.parametrize("patient", [pytest.param(recipes.BARE, id="without torch"), pytest.param(recipes.TORCH, id="with a CPU torch")])
def test_an_old_gpu_that_only_opencl_sees(ward: Ward, in_machine: Callable[..., Visit], patient: Patient) -> None:
    seen = in_machine(BROADWELL, ward.python(patient))
    assert seen.seen("runtime", "opencl_gpus") == ["1616"]
    assert seen.seen("runtime", "level_zero", "devices") is None
    causes = [one["cause"] for one in seen.report["findings"] if not one["explained_by"]]
    assert causes[0] == "hardware-unsupported", seen.rules
    assert "driver-missing" not in causes, "no driver that could be installed would help"


@pytest.mark.parametrize("mask", [pytest.param("0", id="the first"), pytest.param("2,3", id="two of them")])
def test_a_mask_that_leaves_a_card_is_no_fault(ward: Ward, in_machine: Callable[..., Visit], mask: str) -> None:
    seen = in_machine(FOUR, ward.python(recipes.BARE), ZE_AFFINITY_MASK=mask)
    assert len(seen.seen("runtime", "level_zero", "devices")) == len(mask.split(","))
    assert "affinity-mask-hides-gpu" not in seen.rules
    assert seen.status == 0


def test_a_card_whose_driver_is_hidden_explains_a_torch_that_sees_none(ward: Ward, in_machine: Callable[..., Visit]) -> None:
    """With a CPU torch beside it there are two causes, and neither hides the other."""
    seen = in_machine(A770, ward.python(recipes.TORCH), before=without(_DRIVER))
    causes = [one["rule"] for one in seen.report["findings"] if not one["explained_by"] and one["severity"] == "error"]
    assert causes == ["torch-not-xpu-build", "gpu-driver-missing"]
