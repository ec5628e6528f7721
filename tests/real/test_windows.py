"""The whole command on Windows Python under Wine: the registry, the DLLs, and a console that knows cp1252 only."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.probes.test_windows_adapters import DISPLAY, adapter, on_the_bus
from tests.wine import Wine

pytestmark = pytest.mark.real

FILE_SYSTEM = r"SYSTEM\CurrentControlSet\Control\FileSystem"


@pytest.fixture(scope="module")
def lunar_lake(wine: Wine) -> Iterator[Wine]:
    """A laptop with Lunar Lake's GPU, a driver from before its floor, and long paths switched off."""
    wine.registry(FILE_SYSTEM, "LongPathsEnabled", "0", "REG_DWORD")
    adapter(wine, 1, "64A0", "Intel(R) Arc(TM) 140V GPU", "32.0.101.5542", "6-1-2024")
    on_the_bus(wine, 1, "64A0", 0)
    yield wine
    wine.forget(rf"{DISPLAY}\0001")


def test_what_is_wrong_with_a_windows_machine_is_told(lunar_lake: Wine) -> None:
    ended = lunar_lake.python(["-m", "xpudoctor", "check", "--static", "--format", "json"])
    report = json.loads(ended.stdout)
    found = {finding["rule"] for finding in report["findings"]}
    assert {"windows-long-paths", "driver-too-old-windows"} <= found
    assert "no-render-permission" not in found
    assert [gpu["family"] for gpu in report["snapshot"]["devices"]["gpus"]] == ["lnl"]
    commands = [command for finding in report["findings"] for fix in finding["fixes"] for command in fix["commands"]]
    assert not any(command.startswith("sudo") for command in commands)
    assert any("LongPathsEnabled" in command for command in commands)


def test_the_text_goes_through_a_pipe_of_cp1252(lunar_lake: Wine) -> None:
    ended = lunar_lake.python(["-m", "xpudoctor", "check", "--static"])
    assert "! windows-long-paths" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert ended.returncode in (0, 1)


def test_wrong_usage_has_its_status_there_too(lunar_lake: Wine) -> None:
    assert lunar_lake.python(["-m", "xpudoctor", "check", "--moon"]).returncode == 2
