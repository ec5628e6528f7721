"""OpenCL, the other way to the GPU: what it lists where Level Zero may list nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from xpudoctor.probes._patient import answered, ask
from xpudoctor.probes._run import Ended

# The seconds that are left at the least where Level Zero took them all.
_LEAST = 1.0


def opencl_gpus(python: str | None, timeout: float, drivers: Callable[[], Ended] | None = None) -> tuple[str, ...] | None:
    """Return PCI ids (or names) of the Intel GPUs that OpenCL lists, None without its loader; RuntimeError says what went wrong.

    `drivers` gives what came of the child that calls Level Zero and then OpenCL; where it did not come so far, OpenCL gets its own.
    """
    start = time.monotonic()
    ended = drivers() if drivers else None
    if ended is None or not any("listed" in mark or mark.get("opencl") is False for mark in ended.marks):
        ended = answered(ask(python, "opencl", max(_LEAST, start + timeout - time.monotonic())))
    gpus = tuple(str(mark["gpu"]) for mark in ended.marks if "gpu" in mark)
    if ended.ending and not gpus:
        raise RuntimeError(f"listing OpenCL's devices {ended.ending}")
    return gpus if {"opencl": True} in ended.marks else None
