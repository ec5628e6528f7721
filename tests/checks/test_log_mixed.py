"""What was put over or beside something else: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
NO_RECORD = "error: uninstall-no-record-file"
UNDEFINED = "ImportError: /e/lib/libtbb.so.12: undefined symbol: _ZN3tbb6detail2r117deallocateEPv"
AUTOLOAD = "RuntimeError: Failed to load the backend extension: intel_extension_for_pytorch."
NEEDS = "ipex-llm[xpu] 2.2.0 depends on intel-extension-for-pytorch==2.1.10+xpu"
NO_NAME = "ImportError: cannot import name '_IPEXRope' from 'intel_extension_for_pytorch.transformers'"
PIPS = "torch  2.8.0+xpu  pypi_0  pypi"
OLD = "/home/u/.local/lib/python3.11/site-packages"

ROWS = [
    ("pip-cannot-remove-condas", ["The package was installed by conda.", NO_RECORD], FOUND),
    ("pip-cannot-remove-condas", ["The package was installed by rpm.", NO_RECORD], CLEAR),
    ("same-library-listed-twice", ["pytorch  2.3.0  py3.11_cpu_0  pytorch", PIPS], FOUND),
    ("same-library-listed-twice", ["numpy  1.26.4  py311h24aa872_0", PIPS], CLEAR),
    ("same-library-listed-twice", ["torch  2.8.0+xpu  py311_0  conda-forge", PIPS], CLEAR),
    ("same-library-listed-twice", ["torch  2.8.0  /home/user/torch", PIPS], CLEAR),
    ("conda-and-pip-said", ["tbb 2021.8 from conda-forge, torch from pip", UNDEFINED], FOUND),
    ("conda-and-pip-said", ["tbb 2021.8 from conda-forge, torch from pip", "all is well"], CLEAR),
    ("conda-and-pip-said", ["torch from pip", UNDEFINED], CLEAR),
    ("conda-and-pip-said", ["Python from conda, torch from pip", "version `GLIBCXX_3.4.32' not found"], CLEAR),
    ("conda-put-beside-pip", ["conda install -c conda-forge ffmpeg", "torch 2.9.1+xpu", UNDEFINED], FOUND),
    ("conda-put-beside-pip", ["conda install libuv", "torch 2.9.1+xpu", UNDEFINED], CLEAR),
    ("conda-put-beside-pip", ["conda install mkl", "torch 2.9.1+xpu"], CLEAR),
    ("torch-of-conda-and-pip-in-one-file", ["  - pytorch", "  - pip:", "    - torch==2.8.0+xpu"], FOUND),
    ("torch-of-conda-and-pip-in-one-file", ["  - python", "  - pip:", "    - torch==2.8.0+xpu"], CLEAR),
    ("user-site-in-traceback", [f"OSError: {OLD}/torch/lib/libtorch.so: undefined symbol: x", "conda activate llm"], FOUND),
    ("user-site-in-traceback", [f"OSError: {OLD}/torch/lib/libtorch.so: undefined symbol: x"], CLEAR),
    ("ipex-loaded-beside-ipex-llm", [AUTOLOAD, "ipex-llm 2.2.0"], FOUND),
    ("ipex-loaded-beside-ipex-llm", [AUTOLOAD, "ipex 2.8.10"], CLEAR),
    ("ipex-llm-and-ipex-asked-together", [NEEDS], FOUND),
    ("ipex-llm-and-ipex-asked-together", ["other 2.2.0 depends on intel-extension-for-pytorch==2.1.10+xpu"], CLEAR),
    ("ipex-lacks-what-ipex-llm-calls", [NO_NAME, 'File "ipex_llm/transformers/convert.py"'], FOUND),
    ("ipex-lacks-what-ipex-llm-calls", [NO_NAME], CLEAR),
    ("ipex-put-over-ipex-llms", ["ipex-llm 2.1.0; I upgraded to IPEX 2.1.40", "Segmentation fault"], FOUND),
    ("ipex-put-over-ipex-llms", ["ipex-llm and IPEX in the same env", "Segmentation fault"], FOUND),
    ("ipex-put-over-ipex-llms", ["ipex-llm 2.1.0 upgraded, with its IPEX 2.1.10", "Segmentation fault"], CLEAR),
    ("ipex-put-over-ipex-llms", ["ipex-llm 2.1.0; I upgraded to IPEX 2.1.40", "it is fast"], CLEAR),
]


@pytest.mark.parametrize(("rule", "lines", "status"), ROWS)
def test_where_it_speaks(rule, lines, status):
    assert run(rule, log=log(*lines)).status is status
