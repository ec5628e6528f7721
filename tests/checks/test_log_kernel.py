"""The rules of log_kernel.toml: what a text has to say of kernel and module, and what keeps them silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

NONE = "clinfo: Number of platforms 0"
# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    ("kernel-number-below-the-gpus", ["Arc A770", "uname -r: 5.19.0"], ["Arc A770", "uname -r: 6.8.0"]),
    ("kernel-number-below-the-gpus", ["8086:e20b", "Linux 6.6"], ["8086:e20b", "Linux 6.6", "is_available(): True"]),
    ("kernel-number-below-the-gpus", ["Arc A770", "kernel 5.19"], ["Arc A770", "kernel 5.19 or newer is required", "kernel 5.19+"]),
    ("kernel-number-below-the-gpus", ["Battlemage, 内核 6.8"], ["Battlemage, kernel 6.11"]),
    ("kernel-before-the-built-in-gpu", ["Meteor Lake, kernel 6.1", NONE], ["Meteor Lake, kernel 6.8", NONE]),
    ("kernel-before-the-built-in-gpu", ["N100, 5.10.0-28-amd64", "llvmpipe"], ["N100, 6.1.0-28-amd64", "llvmpipe"]),
    ("module-from-outside-fails", ["intel-i915-dkms 1.24", "the build fails"], ["intel-i915-dkms 1.24"]),
    ("module-from-outside-fails", ["i915-sriov-dkms", "black screen"], ["E: Unable to locate package intel-i915-dkms"]),
    ("max-without-its-module", ["Max 1100", "Kernel driver in use: none"], ["Max 1100", "Kernel driver in use: i915"]),
    ("max-without-its-module", ["Max 1550: 0 devices"], ["Max 1550: 0 devices, found with sudo"]),
    ("alchemist-on-xe-fails", ["Driver: xe", "Arc A770", "it hangs"], ["Driver: i915", "Arc A770", "it hangs"]),
    (
        "gpu-firmware-missing",
        ["i915 0000:03:00.0: [drm] *ERROR* GT0: GuC firmware i915/dg2_guc_70.bin: fetch failed -ENOENT"],
        ["i915 0000:03:00.0: [drm] GT0: GuC firmware i915/dg2_guc_70.bin version 70.5.1"],
    ),
    ("gpu-refused-by-force-probe", ["quiet xe.force_probe=!e20b"], ["i915.force_probe=!56a0 xe.force_probe=56a0"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR
