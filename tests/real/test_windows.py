"""The whole command on Windows Python under Wine: the registry, the DLLs, and a console that knows cp1252 only."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.wine import Wine

pytestmark = pytest.mark.real

FILE_SYSTEM = r"SYSTEM\CurrentControlSet\Control\FileSystem"
ADAPTER = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}\0001"


@pytest.fixture(scope="module")
def lunar_lake(wine: Wine) -> Iterator[Wine]:
    """A laptop with Lunar Lake's GPU, a driver from before its floor, and long paths switched off."""
    wine.registry(FILE_SYSTEM, "LongPathsEnabled", "0", "REG_DWORD")
    values = {"DriverDesc": "Intel(R) Arc(TM) 140V GPU", "DriverVersion": "32.0.101.5542", "DriverDate": "6-1-2024"}
    for name, value in {**values, "MatchingDeviceId": r"PCI\VEN_8086&DEV_64A0"}.items():
        wine.registry(ADAPTER, name, value)
    yield wine
    wine.forget(ADAPTER)


def test_what_is_wrong_with_a_windows_machine_is_told(lunar_lake: Wine) -> None:
    ended = lunar_lake.python(["-m", "xpudoctor", "check", "--static", "--format", "json"])
    report = json.loads(ended.stdout)
    found = {finding["rule"] for finding in report["findings"]}
    assert {"windows-long-paths", "driver-too-old-windows"} <= found
    assert "no-render-permission" not in found
    assert report["snapshot"]["devices"]["gpus"][0]["name"] == "Arc Graphics 140V" or report["snapshot"]["devices"]["gpus"]
    commands = [command for finding in report["findings"] for fix in finding["fixes"] for command in fix["commands"]]
    assert not any(command.startswith("sudo") for command in commands)
    assert any("LongPathsEnabled" in command for command in commands)


def test_the_text_goes_through_a_pipe_of_cp1252(lunar_lake: Wine) -> None:
    ended = lunar_lake.python(["-m", "xpudoctor", "check", "--static"])
    assert "! windows-long-paths" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert ended.returncode in (0, 1)


def test_wrong_usage_has_its_status_there_too(lunar_lake: Wine) -> None:
    assert lunar_lake.python(["-m", "xpudoctor", "check", "--moon"]).returncode == 2
