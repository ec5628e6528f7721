"""The torch of the environment: what its files say, and what happens when a child process imports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.record import Record


class ImportOutcome(Record):
    """How one import ended in a child process of its own.

    `error` is the exception as Python prints its last line; `stage` the last step that was reached. One of `ok`, `error`,
    `exit_status`, `signal` and `timed_out` tells the end.
    """

    module: str
    ok: bool = False
    stage: str = ""
    seconds: float | None = None
    error: str = ""
    exit_status: int | None = None
    signal: str = ""
    timed_out: bool = False
    output: str = ""

    @property
    def ending(self) -> str:
        """The end in a few words."""
        if self.ok:
            return "imports"
        if self.timed_out:
            return "did not end within the time limit"
        if self.signal:
            return f"died of {self.signal}"
        return self.error or f"ended the process with exit status {self.exit_status}"

    @property
    def fact(self) -> Fact:
        return Fact(f"import {self.module}", self.ending, "a child process")


class XpuDevice(Record):
    """A device as torch.xpu lists it; memory in bytes."""

    index: int
    name: str = ""
    memory: int | None = None
    memory_free: int | None = None
    driver_version: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


class Torch(Record):
    """`installed` is False where no torch was found. `version`, `xpu`, `cuda`, `hip` are what torch/version.py says.

    `libraries` names which of torch's device libraries are there (c10_xpu, torch_xpu, torch_cuda, torch_hip, c10_cuda).
    `plain` is the import with the device-backend autoload, `bare` without it (tried where the first one failed). The fields from
    `plain` on are None where nothing was imported (a static look).
    """

    installed: bool | None = None
    version: str | None = None
    xpu: str | None = None
    cuda: str | None = None
    hip: str | None = None
    location: str | None = None
    libraries: tuple[str, ...] | None = None
    plain: ImportOutcome | None = None
    bare: ImportOutcome | None = None
    ipex: ImportOutcome | None = None
    compiled: bool | None = None
    available: bool | None = None
    count: int | None = None
    devices: tuple[XpuDevice, ...] = ()
    warnings: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def fact(self) -> Fact:
        return Fact("torch", self.version or "unknown", self.sources.get("version", ""))
