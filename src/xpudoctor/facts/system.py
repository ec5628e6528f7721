"""The computer and its operating system: what limits memory, disk and libraries set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from packaging.version import Version

from xpudoctor.facts.record import Record
from xpudoctor.facts.versions import leading_version


class Disk(Record):
    """A folder that a model or its build needs room in, and the room that is left (bytes)."""

    purpose: str
    path: str
    free: int


class System(Record):
    """Sizes are in bytes; None is unknown, an empty text is looked for and absent.

    `os` is linux, windows or darwin; `wsl` 0, 1 or 2; `container` is empty, docker, podman, kubernetes, lxc or another name.
    `distribution` is the os-release id (`ubuntu`, `fedora`), `like` its ID_LIKE. `glibcxx` is the newest symbol version of the
    libstdc++ (`libstdcxx`) that Python would load. The last five fields are of Windows only.
    """

    os: str | None = None
    name: str | None = None
    version: str | None = None
    build: str | None = None
    distribution: str | None = None
    like: tuple[str, ...] = ()
    kernel: str | None = None
    kernel_parameters: tuple[str, ...] | None = None
    architecture: str | None = None
    wsl: int | None = None
    container: str | None = None
    root: bool | None = None
    groups: tuple[str, ...] | None = None
    granted_groups: tuple[str, ...] | None = None
    memory: int | None = None
    memory_available: int | None = None
    swap: int | None = None
    disks: tuple[Disk, ...] = ()
    shared_memory: int | None = None
    open_files: int | None = None
    glibc: str | None = None
    libstdcxx: str | None = None
    glibcxx: str | None = None
    long_paths: bool | None = None
    visual_cpp: str | None = None
    libuv: str | None = None
    gpu_scheduling: bool | None = None
    tdr_delay: int | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def kernel_version(self) -> Version | None:
        """The numbers of the kernel release: 6.8.0 of `6.8.0-45-generic`."""
        return leading_version(self.kernel) if self.kernel else None
