"""What holds of the readers for any text: no exception, and no fact that is not in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.derivable import derivable
from tests.readers.test_forms import FORMS
from tests.readers.told import Fact, facts
from xpudoctor.facts.merge import merge
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import READERS, _reader
from xpudoctor.testing import log

_PARTS = (
    "GPU: |OS: |Driver: |Kernel: |torch: |\u663e\u5361\uff1a|Arc A770|Intel(R) Arc(TM) Graphics|UHD 770|[8086:56a0]|"
    "8086:ffff|[0x56a5]|2x |Core Ultra 7 258V|LNL|Windows 11|WSL2|Ubuntu 22.04|6.8.0-45-generic|Linux |32.0.101.6559|"
    "101.6559|101.0000|driver version:|2.6.0+xpu|[level_zero:gpu:0] |[level_zero:gpu][level_zero:1] |[1.6.33578+11]|"
    "03:00.0 VGA compatible controller: Intel Corporation |Kernel driver in use: xe|\t|i915 0000:03:00.0: |xe |"
    "device ID 56a0|_XpuDeviceProperties(name='|', total_memory=1MB)|torch.xpu.is_available()|torch.xpu.device_count()|"
    'True|99|Traceback (most recent call last):|  File "/usr/torch/__init__.py", line 1, in <module>|OSError: x|'
    "Platform #0: |Device #0: |C:\\x|/home/u|PRETTY_NAME=\"|ID=|\u0661\u0662|\x00|\x1b[0m| |(|'|:|=|\\|"
).split("|")
_NOISE = (
    "|It hangs.|Loading checkpoint shards: 100%|INFO 11-20 21:15:44 step 17 of 100|model: qwen2.5-7b|see https://example.org/issues/12|"
    "device: xpu|    return self.fn(x)|==========|version 3|Name: x|OS|GPU|9.5.1|Windows or Linux?|# a comment|0|not found"
).split("|")
# Of our own report each line names its own source; test_own.py reads it whole.
_FORMS = [form.lines for name, form in FORMS.items() if not name.startswith("own")]
_ROWS = st.sampled_from([line for lines in _FORMS for line in lines])
_CUT = st.builds(lambda row, start, end: row[start:end], _ROWS, st.integers(0, 40), st.integers(1, 200))
_WORDS = st.builds(lambda one, other: " ".join([*one, *other]), *[_CUT.map(str.split).flatmap(st.permutations)] * 2)
_MADE_UP = st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=8), _CUT), max_size=6).map("".join)
_LINES = st.one_of(_ROWS, _CUT, _WORDS, _MADE_UP, st.sampled_from(_NOISE)).map(lambda line: [line.replace("\n", " ")])
_BLOCKS = st.builds(
    lambda lines, start, count: lines[start : start + count], st.sampled_from(_FORMS), st.integers(0, 20), st.integers(1, 8)
)
_TEXTS = st.lists(st.one_of(_LINES, _LINES, _BLOCKS), max_size=8).map(lambda parts: [line for part in parts for line in part])


@settings(deadline=None)  # The machine may be busy, and the first example imports the readers.
@given(_TEXTS)
def test_every_fact_stands_in_the_text(lines: list[str]) -> None:
    parts = [_reader(name)(log(*lines).lines) for name in READERS]
    for snapshot in (*parts, merge(parts)):
        assert Snapshot.from_json(snapshot.to_json()) == snapshot
        assert [fact for fact in facts(snapshot) if not derivable(fact, lines)] == []


@settings(deadline=None)  # The machine may be busy, and the first example imports the readers.
@given(_TEXTS)
def test_a_text_read_twice_tells_of_one_machine(lines: list[str]) -> None:
    once = [_reader(name)(log(*lines).lines) for name in READERS]
    devices, again = merge(once).devices, merge([*once, *once]).devices
    assert len(devices.gpus if devices else ()) == len(again.gpus if again else ())


@pytest.mark.parametrize("name", [name for name in FORMS if not name.startswith("own")])
def test_the_property_can_fail(name: str) -> None:
    """A fact whose digits are others, or whose line is gone, stands in no text."""
    told = FORMS[name].lines
    seen = [fact for reader in READERS for fact in facts(_reader(reader)(log(*told).lines)) if len(str(fact.value)) > 1 and fact.line]
    changed = [fact._replace(value=other) for fact in seen if (other := _changed(fact)) != fact.value]
    assert not [fact for fact in changed if derivable(fact, told)]


def _changed(fact: Fact) -> object:
    if fact.field not in ("version", "driver_version", "kernel", "build", "python", "pci_id", "address", "variables"):
        return fact.value
    digits = str.maketrans("0123456789", "9087654321")
    return str(fact.value).translate(digits)
