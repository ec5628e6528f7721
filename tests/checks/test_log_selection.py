"""The rules of log_selection.toml: by what a text tells which GPU is used, and what keeps them silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

CARD = "Intel(R) Arc(TM) A770 Graphics"
# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    ("built-in-gpu-does-the-work", [CARD, "using device SYCL1 (Intel(R) UHD Graphics 770)"], [CARD, "using device SYCL0 (Intel Arc)"]),
    ("built-in-gpu-does-the-work", [CARD, "Device: xpu Intel(R) Iris(R) Xe Graphics"], ["Device: xpu Intel(R) Iris(R) Xe Graphics"]),
    ("built-in-gpu-does-the-work", ["跑的是核显, A380 没有占用"], ["A380 很快"]),
    ("two-kinds-of-gpu-in-use", ["iGPU and Arc A770", "training fails"], ["iGPU and Arc A770"]),
    ("choice-between-two-kinds", [CARD, "UHD Graphics 770", "level_zero:1"], [CARD, "level_zero:1"]),
    (
        "node-of-igpu-given",
        ["pci-0000:00:02.0-render -> ../renderD128", "--device /dev/dri/renderD128", CARD],
        ["pci-0000:00:02.0-render -> ../renderD128", "--device /dev/dri/renderD129", CARD],
    ),
    ("selector-misspelt", ["Incomplete selector!  Try 'level_zero:*'"], ["a selector"]),
    (
        "selector-narrows-the-list",
        ["INFO: Output filtered by ONEAPI_DEVICE_SELECTOR", "only one is shown"],
        ["INFO: Output filtered by ONEAPI_DEVICE_SELECTOR"],
    ),
    ("selector-leaves-nothing", ["ONEAPI_DEVICE_SELECTOR=level_zero:3", "found 0 SYCL devices"], ["ONEAPI_DEVICE_SELECTOR=level_zero:3"]),
    ("selector-leaves-nothing", ["ZE_AFFINITY_MASK=2", "no GPU found"], ["ZE_AFFINITY_MASK=0", "no GPU found"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR
