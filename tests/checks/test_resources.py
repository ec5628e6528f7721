"""The rules of resources.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import Disk, System
from xpudoctor.facts.torch import ImportOutcome, Torch, XpuDevice
from xpudoctor.testing import gpus, run

MIB, GIB = 1024**2, 1024**3
A770, B580, B70 = "56a0", "e20b", "e223"


@pytest.mark.parametrize(
    ("pci_id", "memory", "swap", "status"),
    [
        pytest.param(B70, 16 * GIB, 8 * GIB, Status.FOUND, id="24 GiB for a card of 32"),
        pytest.param(B580, 8 * GIB, 0, Status.FOUND, id="8 GiB for a card of 12"),
        pytest.param(B70, 16 * GIB, 32 * GIB, Status.CLEAR, id="enough with swap"),
        pytest.param(B70, 16 * GIB, None, Status.CLEAR, id="swap is not known"),
        pytest.param(A770, 8 * GIB, 0, Status.CLEAR, id="another family"),
        pytest.param("e20d", 8 * GIB, 0, Status.CLEAR, id="the memory of the card is not known"),
    ],
)
def test_host_memory_small(pci_id, memory, swap, status):
    assert run("host-memory-small", devices=gpus(pci_id), system=System(memory=memory, swap=swap)).status is status


@pytest.mark.parametrize(
    ("container", "size", "status"),
    [
        pytest.param("docker", 64 * MIB, Status.FOUND, id="what docker gives"),
        pytest.param("docker", 2 * GIB, Status.CLEAR, id="more was given"),
        pytest.param("", 64 * MIB, Status.CLEAR, id="no container"),
        pytest.param("docker", None, Status.CLEAR, id="not looked at"),
    ],
)
def test_shared_memory_small(container, size, status):
    assert run("shared-memory-small", system=System(container=container, shared_memory=size)).status is status


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        pytest.param(256, Status.FOUND, id="256 files"),
        pytest.param(1024, Status.CLEAR, id="the usual limit"),
        pytest.param(None, Status.CLEAR, id="not looked at"),
    ],
)
def test_open_file_limit_low(limit, status):
    assert run("open-file-limit-low", system=System(open_files=limit)).status is status


@pytest.mark.parametrize(
    ("disks", "messages"),
    [
        pytest.param(
            (Disk("Hugging Face cache", "/home/max/.cache/huggingface", 2 * GIB),),
            ["2.0 GiB are free for the Hugging Face cache (/home/max/.cache/huggingface)."],
            id="little room for models",
        ),
        pytest.param(
            (Disk("temporary folder", "/tmp", 512 * MIB),), ["0.5 GiB are free for the temporary folder (/tmp)."], id="a full /tmp"
        ),
        pytest.param((Disk("Hugging Face cache", "/data", 40 * GIB), Disk("temporary folder", "/tmp", 2 * GIB)), [], id="room in both"),
        pytest.param((Disk("another folder", "/x", 0),), [], id="a folder of no interest"),
        pytest.param((), [], id="not looked at"),
    ],
)
def test_disk_space_low(disks, messages):
    assert [finding.message for finding in run("disk-space-low", system=System(disks=disks)).findings] == messages


def started(free: int | None, *, version: str = "2.9.0+xpu", available: bool = True, plain: bool = True) -> Torch:
    outcome = ImportOutcome("torch", ok=True) if plain else None
    return Torch(version=version, plain=outcome, available=available, devices=(XpuDevice(0, "Arc 140V", 16 * GIB, free),))


@pytest.mark.parametrize(
    ("torch", "status"),
    [
        pytest.param(started(None), Status.FOUND, id="the size is told, what is free is not"),
        pytest.param(started(8 * GIB), Status.CLEAR, id="both are told"),
        pytest.param(started(None, version="2.5.1+xpu"), Status.CLEAR, id="a torch that cannot ask"),
        pytest.param(started(None, plain=False), Status.CLEAR, id="torch was not started"),
        pytest.param(Torch(version="2.9.0+xpu"), Status.CLEAR, id="no device"),
    ],
)
def test_free_memory_query_unsupported(torch, status):
    assert run("free-memory-query-unsupported", torch=torch).status is status
