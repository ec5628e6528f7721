"""What the operating system holds for the GPU: driver packages, OpenCL drivers, oneAPI, compilers, sycl-ls."""

from __future__ import annotations

from xpudoctor.probes import _files
from xpudoctor.probes._driver_packages import driver_packages, package_manager
from xpudoctor.probes._oneapi import oneapi_installed, oneapi_sourced
from xpudoctor.probes._opencl import opencl_drivers
from xpudoctor.probes._run import run

__all__ = ["compilers", "driver_packages", "oneapi_installed", "oneapi_sourced", "opencl_drivers", "package_manager", "sycl_ls"]

_COMPILERS = ("g++", "gcc", "clang++", "icpx", "cl")


def compilers() -> dict[str, str]:
    """Return the C++ compilers on PATH, which triton and torch.compile need."""
    return {name: path for name in _COMPILERS if (path := _files.program(name))}


def sycl_ls(timeout: float) -> tuple[str, ...] | None:
    """Return what `sycl-ls` says, None where there is none; after a bad end, that and its errors come last.

    RuntimeError tells how it ended where it said nothing at all.
    """
    path = _files.program("sycl-ls")
    if path is None:
        return None
    ended = run([path], timeout=timeout)
    told = ended.stdout.splitlines()
    if ended.ending and not ended.stdout + ended.stderr:
        raise RuntimeError(ended.ending)
    if ended.ending:
        told += [*ended.stderr.splitlines(), f"sycl-ls {ended.ending}"]
    return tuple(line.rstrip() for line in told if line.strip())
