"""The order of imports: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
ONNX, TORCH, IPEX = ">>> import onnxruntime", ">>> import torch", "import intel_extension_for_pytorch as ipex"
DEAD, CCL = "Segmentation fault (core dumped)", "import oneccl_bindings_for_pytorch"
SET = 'os.environ["ZE_AFFINITY_MASK"] = "1"'

ROWS = [
    ("imports-in-two-orders", [ONNX, TORCH, DEAD, TORCH, ONNX], FOUND),
    ("imports-in-two-orders", ["`import triton; import torch` fails", "`import torch; import triton` works"], FOUND),
    ("imports-in-two-orders", [ONNX, TORCH, TORCH, ONNX], CLEAR),
    ("imports-in-two-orders", [ONNX, TORCH, DEAD, ONNX, TORCH], CLEAR),
    ("imports-in-two-orders", [ONNX, TORCH, DEAD], CLEAR),
    ("imported-too-late-said", ["WARNING: Unsloth should be imported before trl, transformers, peft"], FOUND),
    ("imported-too-late-said", ["unsloth was imported"], CLEAR),
    ("variable-set-after-import", ["import torch", SET], FOUND),
    ("variable-set-after-import", [SET, "import torch"], CLEAR),
    ("ccl-backend-not-registered", ["ValueError: Invalid backend: 'ccl'", CCL], FOUND),
    ("ccl-backend-not-registered", ["ValueError: Invalid backend: 'ccl'"], CLEAR),
    ("oneccl-before-ipex", [CCL, IPEX, "RuntimeError: allgather is not implemented on [xpu]", "Error"], FOUND),
    ("oneccl-before-ipex", [IPEX, CCL, "Error"], CLEAR),
    ("order-of-imports-told", ["xpu works if I import ipex before import torchvision"], FOUND),
    ("order-of-imports-told", ["xpu fails whenever I import torch"], CLEAR),
    ("order-of-imports-told", ["numpy works if I import it before import torchvision"], CLEAR),
]


@pytest.mark.parametrize(("rule", "lines", "status"), ROWS)
def test_where_it_speaks(rule, lines, status):
    assert run(rule, log=log(*lines)).status is status


def test_what_a_traceback_quotes_is_no_order():
    lines = ['  File "a.py", line 1', "    import torch", '  File "b.py", line 2', "    import triton", "import torch", DEAD]
    assert run("imports-in-two-orders", log=log(*lines)).status is CLEAR
