"""The rules of log_variables.toml: a variable beside its harm, and what is known to end with one; and texts at which they stay silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

HARM, WANTED = "variable-with-its-harm", "variable-known-to-be-wanted"

# rule, lines at which it fires, lines at which it does not.
ROWS: list[tuple[str, list[str], list[str]]] = [
    (HARM, ["export IPEX_XPU_SYNC_MODE=1", "only 3 tokens/s"], ["export IPEX_XPU_SYNC_MODE=0", "only 3 tokens/s"]),
    (HARM, ["OverrideDefaultFP64Settings=1", "it is slow"], ["OverrideDefaultFP64Settings=1"]),
    (HARM, ["SYCL_UR_TRACE=-1", "why is it so slow"], ["SYCL_UR_TRACE=-1", "the driver is found"]),
    (HARM, ["CCL_TOPO_P2P_ACCESS=1", "both cards hang"], ["CCL_TOPO_P2P_ACCESS=0", "both cards hang"]),
    (HARM, ["UR_L0_ENABLE_RELAXED_ALLOCATION_LIMITS=1", "garbage"], ["UR_L0_ENABLE_RELAXED_ALLOCATION_LIMITS=1", "it runs"]),
    (HARM, ["GGML_SYCL_DISABLE_OPT=1", "2 t/s"], ["GGML_SYCL_DISABLE_OPT=1 -> normal text, slower"]),
    (WANTED, ["KeyError: 'getpwuid(): uid not found: 1001'"], ["uid=1001(me)"]),
    (WANTED, ["UnicodeDecodeError: 'gbk' codec can't decode byte 0x80"], ["UnicodeDecodeError: 'utf-8' codec can't decode byte 0x80"]),
    (WANTED, ["oneCCL: failed to initialize ATL"], ["oneCCL: failed to initialize ATL", "FI_PROVIDER=shm"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_words(rule: str, fires: list[str], silent: list[str]) -> None:
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR
