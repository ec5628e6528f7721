"""What stands between torch and the GPU: Level Zero, OpenCL, SYCL, oneAPI, driver packages, compilers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from packaging.version import Version

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.record import Record
from xpudoctor.facts.versions import leading_version


class LevelZeroDevice(Record):
    """A GPU as Level Zero lists it; sizes in bytes, `driver_version` as SYCL shows it (`1.6.33578`)."""

    name: str
    pci_id: str
    vendor: str = "8086"
    integrated: bool | None = None
    memory: int | None = None
    largest_allocation: int | None = None
    driver_version: str = ""


class LevelZero(Record):
    """How far a child process came: stage is loader, init, drivers, devices, memory, sysman or done.

    `loader` is the file that was loaded (empty: none found), `gpu_driver` the GPU driver library (empty: none). `result` is the
    code of the call that failed, as Level Zero prints it (`0x78000001`); `ending` tells how the child ended when it did not end well.
    `unmasked` is the number of devices without ZE_AFFINITY_MASK, asked where the mask left none.
    """

    stage: str = ""
    loader: str | None = None
    gpu_driver: str | None = None
    result: str = ""
    ending: str = ""
    drivers: int | None = None
    devices: tuple[LevelZeroDevice, ...] = ()
    sysman: str = ""
    unmasked: int | None = None

    @property
    def fact(self) -> Fact:
        seen = f"{len(self.devices)} GPU" if self.stage == "done" else f"stopped at {self.stage} {self.result or self.ending}"
        return Fact("Level Zero", seen.strip(), "zeInit, zeDriverGet, zeDeviceGet in a child process")


class OpenClDriver(Record):
    """An OpenCL driver that is registered (an .icd file or a registry value), and whether its library is there."""

    library: str
    present: bool | None = None
    source: str = ""


class Library(Record):
    """A runtime library that the loader could pick up; `origin` is environment, variable, oneapi, conda or system."""

    name: str
    path: str
    origin: str = ""

    @property
    def fact(self) -> Fact:
        return Fact(self.name, self.path, f"library search path ({self.origin})")


class DriverPackage(Record):
    """A package of the operating system that is part of the GPU stack."""

    name: str
    version: str
    source: str = ""

    @property
    def parsed(self) -> Version | None:
        """The upstream numbers of the version, without the distribution's epoch."""
        return leading_version(self.version.rpartition(":")[2])

    @property
    def fact(self) -> Fact:
        return Fact(self.name, self.version, self.source)


class Runtime(Record):
    """Each list is in the order in which the loader searches; None where nobody looked.

    `opencl_gpus` are PCI ids (or names) of Intel GPUs that OpenCL lists. `oneapi_sourced` names the toolkit roots that variables
    point at, `oneapi_installed` the versions on the disk. `package_manager` is dpkg, rpm or pacman.
    """

    level_zero: LevelZero | None = None
    opencl_drivers: tuple[OpenClDriver, ...] | None = None
    opencl_gpus: tuple[str, ...] | None = None
    sycl_ls: tuple[str, ...] | None = None
    driver_packages: tuple[DriverPackage, ...] | None = None
    package_manager: str | None = None
    oneapi_sourced: tuple[str, ...] | None = None
    oneapi_installed: tuple[str, ...] | None = None
    libraries: tuple[Library, ...] | None = None
    compilers: Mapping[str, str] | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    def driver_package(self, *names: str) -> DriverPackage | None:
        """Return the first of these packages that is installed."""
        known = {package.name: package for package in self.driver_packages or ()}
        return next((known[name] for name in names if name in known), None)

    def libraries_like(self, start: str) -> tuple[Library, ...]:
        """Return the libraries whose file name starts so, in search order."""
        return tuple(library for library in self.libraries or () if library.name.startswith(start))
