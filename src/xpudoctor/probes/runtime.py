"""All that stands between torch and the GPU, put together from looks that run at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from xpudoctor.facts.fact import UNSEEN
from xpudoctor.facts.runtime import Runtime
from xpudoctor.probes import drivers
from xpudoctor.probes._interpreter import prefix
from xpudoctor.probes._patient import ask
from xpudoctor.probes._together import SLACK, once, taken, together
from xpudoctor.probes.level_zero import level_zero
from xpudoctor.probes.libraries import libraries
from xpudoctor.probes.opencl import opencl_gpus

# By which a user can verify what was seen.
_SOURCES = {
    "level_zero": "zeInit, zeDriverGet, zeDeviceGet in a child process",
    "opencl_gpus": "clGetPlatformIDs, clGetDeviceIDs in a child process",
    "sycl_ls": "sycl-ls",
    "package_manager": "the package manager's own database",
    "oneapi_sourced": "environment variables",
    "oneapi_installed": "oneAPI's folders on the disk",
    "compilers": "PATH",
}


def runtime(python: str | None, timeout: float) -> Runtime:
    """Return what could be seen; a look that failed leaves its field None, and `sources` says why."""
    home, called = str(prefix(python)), once(partial(ask, python, "drivers", timeout))
    parts: dict[str, Callable[[], Any]] = {
        "level_zero": partial(level_zero, python, timeout, called),
        "opencl_gpus": partial(opencl_gpus, python, timeout, called),
        "sycl_ls": partial(drivers.sycl_ls, timeout),
        "driver_packages": drivers.driver_packages,
        "opencl_drivers": partial(drivers.opencl_drivers, home),
        "package_manager": drivers.package_manager,
        "oneapi_sourced": drivers.oneapi_sourced,
        "oneapi_installed": drivers.oneapi_installed,
        "libraries": partial(libraries, home),
        "compilers": drivers.compilers,
    }
    seen, gaps = taken(together(parts, timeout + SLACK))
    sources = {name: _SOURCES[name] for name in _SOURCES if seen.get(name) is not None}
    return Runtime(**seen, sources={**sources, **{name: f"{UNSEEN}{why}" for name, why in gaps.items()}})
