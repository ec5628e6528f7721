"""What is seen in a text: one module a layout of pastes; each turns lines into a part of a snapshot, and never into more than is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from xpudoctor.facts.log import Line
from xpudoctor.facts.merge import merge
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import own

# In this order, after our own words: where two say different things of one field, the more exact layout holds.
READERS = (
    "collect_env",
    "env_check",
    "package_lists",
    "pip_output",
    "conda",
    "sycl_ls",
    "clinfo",
    "xpu_smi",
    "pci",
    "os_files",
    "os_packages",
    "kernel_log",
    "windows_info",
    "torch_devices",
    "printed",
    "variables",
    "containers",
    "key_values",
    "mentions",
    # A path hints at a system; whoever names the system knows better.
    "tracebacks",
)


def read(lines: Sequence[Line]) -> Snapshot:
    """Return all that the readers see in these lines; what is not said stays unknown."""
    ours = own.found(lines)
    return merge((ours.snapshot, *(_reader(name)(ours.others) for name in READERS)))


def _reader(name: str) -> Callable[[Sequence[Line]], Snapshot]:
    reader: Callable[[Sequence[Line]], Snapshot] = import_module(f"{__name__}.{name}").read
    return reader
