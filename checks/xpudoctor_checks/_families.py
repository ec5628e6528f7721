"""What is known of each GPU family: its first driver and kernel, the module that drives it, whether torch.xpu supports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from functools import cache
from typing import Any

from packaging.version import Version

from xpudoctor import Devices, Gpu
from xpudoctor.facts import gpus, toml
from xpudoctor.facts.record import Record

CONFIDENCES = ("certain", "likely", "possible")


class Family(Record):
    """A row of the table; `torch` is the first minor release that supports it, `none`, or empty where that is not settled.

    `torch_everywhere` is the first that supports it on Linux and on Windows, where `torch` did not.
    """

    kernel_driver: str
    fp64: bool
    torch: str = ""
    torch_everywhere: str = ""
    neo: str = ""
    neo_confidence: str = ""
    kernel: str = ""
    kernel_confidence: str = ""
    kernel_by_id: Mapping[str, str] = field(default_factory=dict)


@cache
def families() -> Mapping[str, Family]:
    """Return the table by family; raise ValueError where a row is wrong."""
    data = toml.load_resource("xpudoctor_checks", "tables/families.toml")
    return {name: _family(name, row) for name, row in data.items()}


def family_of(gpu: Gpu) -> Family | None:
    """Return the family of a GPU; None for one that no table knows."""
    return families().get(gpu.family)


@cache
def codename(family: str) -> str:
    """Return how Intel calls a family."""
    return next(model.codename for model in gpus.models().values() if model.family == family)


def is_unsupported(gpu: Gpu) -> bool:
    """Say whether this GPU is surely on no list of GPUs that torch.xpu supports."""
    family = family_of(gpu)
    return family is not None and family.torch == "none"


def only_unsupported(devices: Devices) -> tuple[Gpu, ...]:
    """Return the Intel GPUs where torch.xpu supports none of them."""
    return devices.gpus if devices.gpus and all(map(is_unsupported, devices.gpus)) else ()


def listed_since(name: str) -> str:
    """Return the first minor release of torch that lists a family for Linux and Windows."""
    family = families()[name]
    return family.torch_everywhere or family.torch


def first_neo(gpu: Gpu) -> tuple[str, str]:
    """Return the first line of the Linux driver that knows this GPU, and how sure that is; empty where it is not known."""
    model, family = gpus.model(gpu.pci_id), family_of(gpu)
    if model and model.neo:
        return model.neo, "certain"
    return (family.neo, family.neo_confidence) if family else ("", "")


def first_kernel(gpu: Gpu) -> Version | None:
    """Return the first Linux that drives this GPU by default, where `sure_kernel` knows one."""
    family = family_of(gpu)
    kernel = sure_kernel(family) if family else ""
    return Version(family.kernel_by_id.get(gpu.pci_id, kernel)) if family and kernel else None


def sure_kernel(family: Family) -> str:
    """Return the first Linux that drives a family which torch.xpu supports, as far as that is likely at least; else nothing."""
    return "" if family.torch == "none" or family.kernel_confidence == "possible" else family.kernel


def _family(name: str, row: Mapping[str, Any]) -> Family:
    known = {item.name for item in fields(Family)}
    if name not in {model.family for model in gpus.models().values()} or set(row) - known - {"source", "checked"}:
        raise ValueError(f"families.toml: {name}: an unknown family or key")
    if {row.get("neo_confidence", "certain"), row.get("kernel_confidence", "certain")} - set(CONFIDENCES):
        raise ValueError(f"families.toml: {name}: a confidence is one of {', '.join(CONFIDENCES)}")
    return Family(**{key: value for key, value in row.items() if key in known})
