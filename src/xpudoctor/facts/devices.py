"""The Intel display controllers of the machine, as the operating system lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from packaging.version import Version

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.record import Record
from xpudoctor.facts.versions import leading_version


class Gpu(Record):
    """One Intel GPU. `pci_id` is the four-digit device id; `kind` integrated, discrete or datacenter (empty: not in the table).

    `kernel_driver` is i915, xe, vfio-pci …, empty where no driver is bound. `render_node` is empty where the driver made none, `accessible`
    says whether this process may open it for reading and writing (None: it may, but no device answered), `node_missing` that /dev lacks
    it, `node_error` why it did not open (EACCES, EPERM, ENXIO …). `bar` is the largest memory region the CPU can map, `memory` the
    GPU's own (both bytes).
    """

    pci_id: str
    name: str = ""
    family: str = ""
    kind: str = ""
    address: str = ""
    kernel_driver: str | None = None
    render_node: str | None = None
    accessible: bool | None = None
    node_group: str | None = None
    node_missing: bool | None = None
    node_error: str = ""
    bar: int | None = None
    memory: int | None = None
    link: str | None = None
    driver_version: str | None = None
    driver_date: str | None = None
    source: str = ""

    @property
    def label(self) -> str:
        """What a user calls it."""
        return self.name or f"Intel GPU {self.pci_id}"

    @property
    def fact(self) -> Fact:
        return Fact("GPU", f"{self.label} [8086:{self.pci_id}]" if self.pci_id else self.label, self.source)

    @property
    def driver(self) -> Version | None:
        """The version of the Windows driver of this adapter."""
        return leading_version(self.driver_version) if self.driver_version else None


class Devices(Record):
    """`complete` says that the bus was really read, so that an empty list means: no Intel GPU. `dxg` is WSL's GPU device.

    `other_vendors` are the PCI vendor ids of the other display controllers (`10de` is NVIDIA).
    """

    gpus: tuple[Gpu, ...] = ()
    complete: bool = False
    dxg: bool | None = None
    wsl_libraries: tuple[str, ...] | None = None
    other_vendors: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    def of_family(self, *families: str) -> tuple[Gpu, ...]:
        """Return the GPUs of these families."""
        return tuple(gpu for gpu in self.gpus if gpu.family in families)

    @property
    def discrete(self) -> tuple[Gpu, ...]:
        """The cards: what is not part of the CPU."""
        return tuple(gpu for gpu in self.gpus if gpu.kind in ("discrete", "datacenter"))

    @property
    def integrated(self) -> tuple[Gpu, ...]:
        """The GPUs that are part of the CPU and share its memory."""
        return tuple(gpu for gpu in self.gpus if gpu.kind == "integrated")
