"""What holds of these readers for any text: no exception, and no fact that is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xpudoctor.facts.merge import merge
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import log

_NAMES = "sycl_ls clinfo xpu_smi pci os_files kernel_log windows_info torch_devices key_values mentions tracebacks".split()
_READERS = [import_module(f"xpudoctor.readers.{name}") for name in _NAMES]
_PARTS = (
    "GPU: |OS: |Driver: |Kernel: |torch: |\u663e\u5361\uff1a|Arc A770|Intel(R) Arc(TM) Graphics|UHD 770|[8086:56a0]|"
    "8086:ffff|[0x56a5]|2x |Core Ultra 7 258V|LNL|Windows 11|WSL2|Ubuntu 22.04|6.8.0-45-generic|Linux |32.0.101.6559|"
    "101.6559|101.0000|driver version:|2.6.0+xpu|[level_zero:gpu:0] |[level_zero:gpu][level_zero:1] |[1.6.33578+11]|"
    "03:00.0 VGA compatible controller: Intel Corporation |Kernel driver in use: xe|\t|i915 0000:03:00.0: |xe |"
    "device ID 56a0|_XpuDeviceProperties(name='|', total_memory=1MB)|torch.xpu.is_available()|torch.xpu.device_count()|"
    'True|99|Traceback (most recent call last):|  File "/usr/torch/__init__.py", line 1, in <module>|OSError: x|'
    "Platform #0: |Device #0: |C:\\x|/home/u|PRETTY_NAME=\"|ID=|\u0661\u0662|\x00|\x1b[0m| |(|'|:|=|\\|"
).split("|")
_LINE = st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=8)), max_size=6).map("".join)
_TEXTS = st.lists(_LINE.map(lambda line: line.replace("\n", " ")), max_size=8)


@given(_TEXTS)
def test_every_fact_has_a_line_that_it_stands_in(lines: list[str]) -> None:
    snapshot = merge(reader.read(log(*lines).lines) for reader in _READERS)
    assert Snapshot.from_json(snapshot.to_json()) == snapshot
    for source in _sources(snapshot):
        word, number = source.split()
        assert word == "line"
        assert 1 <= int(number) <= len(lines)
    text = "\n".join(lines).lower()
    for value in _versions(snapshot):
        # People leave the 32.0 of a Windows driver out.
        assert value.lower().removeprefix("32.0.").removeprefix("31.0.").removeprefix("30.0.") in text


@given(_TEXTS)
def test_a_text_read_twice_tells_of_one_machine(lines: list[str]) -> None:
    once = [reader.read(log(*lines).lines) for reader in _READERS]
    devices, again = merge(once).devices, merge([*once, *once]).devices
    assert len(devices.gpus if devices else ()) == len(again.gpus if again else ())


def _sources(value: Any) -> Iterator[str]:
    if is_dataclass(value):
        for field in fields(value):
            item = getattr(value, field.name)
            if field.name == "source" and item and item != "environment of this process":
                yield item
            elif field.name == "sources":
                yield from item.values()
            else:
                yield from _sources(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _sources(item)


def _versions(snapshot: Snapshot) -> Iterator[str]:
    system, torch = snapshot.system, snapshot.torch
    yield from (gpu.driver_version for gpu in (snapshot.devices.gpus if snapshot.devices else ()) if gpu.driver_version)
    yield from (value for value in (system.kernel, system.version, system.build) if value) if system else ()
    yield from (package.version for package in (snapshot.packages.installed if snapshot.packages else ()))
    yield from (torch.version,) if torch and torch.version else ()
