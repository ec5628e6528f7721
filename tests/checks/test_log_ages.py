"""What is older than what it is used with: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
HANGS = "the first matmul hangs"

ROWS = [
    ("gpu-listed-later-by-torch", ["Arc B580", "torch 2.6.0+xpu", HANGS], FOUND),
    ("gpu-listed-later-by-torch", ["Core Ultra 9 285H", "torch 2.6.0+xpu", HANGS], FOUND),
    ("gpu-listed-later-by-torch", ["Arc Pro B70", "torch 2.8.0+xpu", HANGS], FOUND),
    ("gpu-listed-later-by-torch", ["Arc B580", "torch 2.8.0+xpu", HANGS], CLEAR),
    ("gpu-listed-later-by-torch", ["Arc B580", "torch 2.6.0+xpu", "torch 2.9.0+xpu", HANGS], CLEAR),
    ("gpu-listed-later-by-torch", ["Arc B580", "torch 2.6.0+xpu", "all is well"], CLEAR),
    ("gpu-listed-later-by-torch", ["Arc B580", "torch 2.6.0+xpu", "ModuleNotFoundError: x"], CLEAR),
    ("gpu-listed-later-by-torch", ["Arc B580", "torch==2.3.1+cxx11.abi", "ERROR: Could not install requirement: HTTP error 403"], CLEAR),
    ("gpu-listed-later-by-torch", ["Arc B580", "torch 2.1.0", "ipex-llm 2.2.0", HANGS], CLEAR),
    ("triton-does-not-know-gpu", ["sycl_arch not recognized: 310379520"], FOUND),
    ("triton-does-not-know-gpu", ["sycl_arch: bmg"], CLEAR),
    ("ipex-beside-newer-torch", ["torch 2.13.0+xpu", "intel_extension_for_pytorch 2.8.10+xpu", "ImportError: libsycl.so.8: error"], FOUND),
    ("ipex-beside-newer-torch", ["torch 2.8.0+xpu", "intel_extension_for_pytorch 2.8.10+xpu", "ImportError: error"], CLEAR),
    ("ipex-beside-newer-torch", ["torch 2.10.0+xpu", "IPEX 2.10.10.post1+xpu", "RuntimeError: error"], CLEAR),
    ("ipex-of-no-release", ["pip install oneccl_bind_pt==2.9.0+xpu"], FOUND),
    ("ipex-of-no-release", ["pip install oneccl_bind_pt==2.8.0+xpu"], CLEAR),
    ("ipex-of-no-release", ["IPEX 2.10.10.post1+xpu"], CLEAR),
    ("ipex-said-to-have-ended", ["the repository of IPEX is archived"], FOUND),
    ("ipex-said-to-have-ended", ["ipex-llm beside IPEX, which is archived"], CLEAR),
    ("ipex-said-to-have-ended", ["IPEX 2.8.10 is installed"], CLEAR),
    ("ipex-gains-nothing", ["torch 2.7.0+xpu and IPEX", "without ipex it works, at the same speed"], FOUND),
    ("ipex-gains-nothing", ["torch 2.1.0 and IPEX", "without ipex it works"], CLEAR),
    ("driver-a-year-behind", ["torch 2.10.0+xpu", "intel-opencl-icd 24.39.31294.12", "RuntimeError: it fails"], FOUND),
    ("driver-a-year-behind", ["torch 2.6.0+xpu", "intel-opencl-icd 24.39.31294.12", "RuntimeError: it fails"], CLEAR),
    ("driver-a-year-behind", ["torch 2.10.0+xpu", "intel-opencl-icd 24.39.31294.12", "with 25.40.35563.4 it works, else error"], CLEAR),
    ("driver-a-year-behind", ["OpenVINO 2025.4", "intel-opencl-icd 22.14.22890", "error: ProgramBuilder build failed"], FOUND),
    ("driver-a-year-behind", ["OpenVINO 2025.4", "intel-opencl-icd 22.14.22890"], CLEAR),
]


@pytest.mark.parametrize(("rule", "lines", "status"), ROWS)
def test_where_it_speaks(rule, lines, status):
    assert run(rule, log=log(*lines)).status is status


@pytest.mark.parametrize(("driver", "made"), [("24.39.31294.12", "in October 2024"), ("22.14.22890", "before November 2022")])
def test_when_a_driver_was_made_is_said_as_far_as_it_is_known(driver, made):
    seen = run("driver-a-year-behind", log=log("torch 2.10.0+xpu", f"intel-opencl-icd {driver}", "it fails"))
    assert f"was made {made};" in seen.findings[0].message
