"""The rules of log_versions.toml: what is said of versions that work and versions that do not."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    (
        "older-driver-works",
        ["OpenCL is broken since 25.18.33578.6; going back to 25.13.33276.16 of the runtime helps"],
        ["OpenCL is broken with the runtime 25.13.33276.16; 25.18.33578.6 works"],
    ),
    (
        "older-driver-works",
        ["GPU Driver Version: 32.0.101.6314", "the last good version for me is 6078 WHQL"],
        ["GPU Driver Version: 32.0.101.6314"],
    ),
    (
        "older-driver-works",
        ["stable after rolling back to 32.0.101.8724", "driver 32.0.101.8801"],
        ["stable with 32.0.101.8801", "driver 32.0.101.8801"],
    ),
    ("older-driver-works", ["Kernel: 6.18.5-200.fc43.x86_64 (6.17.12 works)"], ["Kernel: 6.18.5-200.fc43.x86_64", "it works"]),
    ("older-driver-works", ["Driver: compute-runtime 26.09 (25.40 works)"], ["works on both cards", "compute-runtime 26.09"]),
    (
        "newer-driver-works",
        ["driver 32.0.101.6314 crashes", "fine with 32.0.101.6739"],
        ["driver 32.0.101.6739 crashes", "fine with 32.0.101.6314"],
    ),
    ("newer-kernel-works", ["kernel 5.19 hangs", "kernel 6.2 is fine"], ["kernel 6.2 hangs", "kernel 5.19 is fine"]),
    ("older-release-works", ["torch 2.12.0 gives wrong output", "torch 2.11.0 is right"], ["torch 2.12.0 gives wrong output"]),
    ("older-release-works", ["b10215 crashes", "b10214 works"], ["intel/vllm starts with 0.8.3", "fixes are in pytorch 2.9"]),
    (
        "update-broke-driver",
        ["since the kernel was updated it stops; after the driver update the card is gone"],
        ["please update the driver"],
    ),
    ("update-broke-driver", ["32.0.101.8425 WHQL breaks inference"], ["32.0.101.8425 WHQL"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_a_text_tells_of_versions(rule: str, fires: list[str], silent: list[str]) -> None:
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_the_finding_names_both_versions() -> None:
    found = run("older-driver-works", log=log("kernel 6.8.7 hangs, kernel 6.7 works")).findings[0]
    assert found.message == "Linux 6.8.7 fails where 6.7 works."
