"""A snapshot survives JSON, and what is no snapshot is refused with the place."""

from __future__ import annotations

import json

import pytest

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Library, Runtime
from xpudoctor.facts.snapshot import SECTIONS, Snapshot, SnapshotError
from xpudoctor.facts.system import Disk, System
from xpudoctor.facts.torch import ImportOutcome, Torch, XpuDevice

FULL = Snapshot(
    system=System(
        os="linux", kernel="6.8.0-45-generic", disks=(Disk("cache", "~/.cache", 5),), groups=("render",), sources={"os": "uname"}
    ),
    packages=Packages((Package("torch", "2.6.0+xpu", requires=("numpy",)),), complete=True),
    devices=Devices((Gpu("56a0", "Arc A770", accessible=False, bar=0),), complete=True),
    runtime=Runtime(LevelZero("done", devices=(LevelZeroDevice("Arc", "56a0", memory=1),)), libraries=(Library("libsycl.so.8", "/x"),)),
    torch=Torch(plain=ImportOutcome("torch", True, seconds=1), devices=(XpuDevice(0, properties={"a": "b"}),), available=True),
    environment=Environment({"ZE_AFFINITY_MASK": "0"}, complete=True),
    gaps={"log": "not looked at"},
)


def test_a_full_snapshot_comes_back_from_json() -> None:
    assert Snapshot.from_text(json.dumps(FULL.to_json())) == FULL


def test_a_report_that_carries_a_snapshot_is_one() -> None:
    assert Snapshot.from_text(json.dumps({"schema": 1, "findings": [], "snapshot": FULL.to_json()})) == FULL


def test_what_nobody_looked_at_stays_unknown() -> None:
    empty = Snapshot.from_json({"schema": 1})
    assert all(getattr(empty, section) is None for section in SECTIONS)


def test_a_field_of_a_later_version_is_passed_over() -> None:
    assert Snapshot.from_json({"schema": 1, "system": {"os": "linux", "moon": 3}}).system == System(os="linux")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("", "not JSON", id="an empty file"),
        pytest.param("\x7fELF", "not JSON", id="a binary"),
        pytest.param("[" * 100_000, "not JSON", id="a tower of brackets"),
        pytest.param("[]", "no schema number", id="a list"),
        pytest.param('{"findings": []}', "no schema number", id="another program's JSON"),
        pytest.param('{"schema": 9}', "schema 9", id="a later schema"),
        pytest.param('{"schema": 1, "system": 3}', "here.system: dict expected", id="a number for a section"),
        pytest.param('{"schema": 1, "system": {"memory": "much"}}', "here.system.memory: int expected", id="a text for a size"),
        pytest.param(
            '{"schema": 1, "packages": {"installed": [{"name": "torch"}]}}', "packages.installed[0]", id="a package without version"
        ),
        pytest.param('{"schema": 1, "torch": {"available": 1}}', "here.torch.available: bool expected", id="a number for yes"),
        pytest.param('{"schema": 1, "system": {"wsl": true}}', "here.system.wsl: int expected", id="yes for a number"),
    ],
)
def test_what_is_no_snapshot_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(SnapshotError) as error:
        Snapshot.from_text(text, "here")
    assert place in str(error.value)
