"""OpenCL, the other way to the GPU: what it lists where Level Zero may list nothing."""

from __future__ import annotations

from xpudoctor.probes._patient import answered, ask


def opencl_gpus(python: str | None, timeout: float) -> tuple[str, ...] | None:
    """Return PCI ids (or names) of the Intel GPUs that OpenCL lists, None without its loader; RuntimeError says what went wrong."""
    ended = answered(ask(python, "opencl", timeout))
    gpus = tuple(str(mark["gpu"]) for mark in ended.marks if "gpu" in mark)
    if ended.ending and not gpus:
        raise RuntimeError(f"listing OpenCL's devices {ended.ending}")
    return gpus if {"loader": True} in ended.marks else None
