"""The rules of log_memory.toml: a line by which each fires, as such tools print it, and one at which it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.testing import log, run

FULL = (
    "XPU out of memory. Tried to allocate 5.12 GiB "
    "(GPU 0; 15.11 GiB total capacity; 13.40 GiB already allocated; 13.90 GiB reserved in total by PyTorch)"
)
EMPTY = (
    "XPU out of memory. Tried to allocate 8.00 GiB "
    "(GPU 0; 15.11 GiB total capacity; 1.40 GiB already allocated; 1.90 GiB reserved in total by PyTorch)"
)
SMALL = (
    "XPU out of memory. Tried to allocate 130.00 MiB "
    "(GPU 0; 15.11 GiB total capacity; 11.09 GiB already allocated; 11.23 GiB reserved in total by PyTorch)"
)
NEWER = (
    "torch.OutOfMemoryError: XPU out of memory. Tried to allocate 8.00 GiB. "
    "GPU 0 has a total capacity of 15.91 GiB. Of the allocated memory 2.80 GiB is allocated by PyTorch"
)

ROWS: list[tuple[str, list[str], list[str]]] = [
    ("device-memory-full", [FULL], [SMALL]),
    ("device-memory-full", [FULL], [EMPTY]),
    ("buffer-beyond-limit", [EMPTY], [FULL]),
    ("buffer-beyond-limit", [NEWER], [SMALL]),
    (
        "buffer-beyond-limit",
        ["can't allocate 5368709120 Bytes of memory on device"],
        ["can't allocate 268435456 Bytes of memory on device"],
    ),
    ("buffer-limit-said", ["Current platform can NOT allocate memory block with size larger than 4GB!"], ["larger than 4GB"]),
    (
        "cache-does-not-fit",
        ["ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization`"],
        ["# GPU blocks: 1024"],
    ),
    (
        "cache-does-not-fit",
        ["Free memory on device xpu:0 (1.2/15.9 GiB) is less than desired GPU memory utilization (0.9)"],
        ["the driver tells free=0", "Free memory is less than desired GPU memory utilization"],
    ),
    ("llama-buffer-refused", ["llama_model_load: error loading model: unable to allocate SYCL0 buffer"], ["SYCL0 buffer size = 4095 MiB"]),
    ("device-out-of-memory", [SMALL], ["the XPU has memory enough"]),
    (
        "device-out-of-resources",
        ["Native API returns: -5 (PI_ERROR_OUT_OF_RESOURCES)"],
        ["Native API returns: -30 (PI_ERROR_INVALID_VALUE)"],
    ),
    ("device-out-of-resources", ["Native API returns: -997 (Command failed to enqueue/execute)"], ["port -997"]),
    ("memory-complaint", ["then it says out of memory"], ["DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes"]),
    ("sequence-grows-out-of-memory", ["out of memory when the sequence length grows"], ["out of memory"]),
    (
        "host-out-of-memory",
        ["RuntimeError: [enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 67108864 bytes."],
        [SMALL],
    ),
    ("host-out-of-memory", ["OSError: The paging file is too small for this operation to complete. (os error 1455)"], ["page file: 32 GB"]),
    ("runner-killed", ["Killed"], ["Killed the old process by hand and started again"]),
    ("shared-memory-full", ["RuntimeError: DataLoader worker (pid 123) is killed by signal: Bus error."], ["Bus error (core dumped)"]),
    ("resource-limit-reached", ["OSError: [Errno 24] Too many open files"], ["open files 1024"]),
    ("disk-out-of-room", ["OSError: [Errno 28] No space left on device"], ["xe 0000:03:00.0: Failed to resize BAR2 to 16384M (-ENOSPC)"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_the_numbers_are_told():
    assert "5.1 GiB more were asked for, and of 15.1 GiB only about 1.7 GiB" in run("device-memory-full", log=log(FULL)).findings[0].message


def test_linux_kills_and_windows_does_not():
    assert run("runner-killed", log=log("Killed"), system=System(os="windows")).status is Status.CLEAR
