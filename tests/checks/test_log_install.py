"""What an installer says: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import installed, log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
XPU = "Looking in indexes: https://download.pytorch.org/whl/xpu"
LINK = "Looking in links: https://developer.intel.com/ipex-whl-stable-xpu"
INTEL = "--extra-index-url https://pytorch-extension.intel.com/release-whl/stable/xpu/us/"
UNFOUND = "ERROR: Could not find a version that satisfies the requirement {} (from versions: {})"
NO_MATCH = "ERROR: No matching distribution found for {}"
UNDER_3_9 = "1.7.1, 1.13.1, 2.0.0, 2.0.1"
UNDER_3_12 = "2.2.0, 2.3.0, 2.6.0"

# A rule, lines as an installer prints them, and lines of the same kind that say something else.
LINES = [
    ("libc-older-than-wheels", ["CentOS 7", NO_MATCH.format("torch==2.7.0+xpu")], ["Ubuntu 24.04", NO_MATCH.format("torch==2.7.0+xpu")]),
    (
        "wheels-of-newer-libc",
        ["hint: You're on Linux (`manylinux_2_17_x86_64`), but `torch` only has wheels for `manylinux_2_28_x86_64`"],
        ["hint: You're on Linux (`manylinux_2_35_x86_64`), but `torch` only has wheels for `macosx_11_0_arm64`"],
    ),
    (
        "wheels-of-other-system",
        ["hint: You're on Windows (`win_amd64`), but `pytorch-triton-xpu` (v3.0.0) only has wheels for the following platform: `linux`"],
        ["hint: You're on Linux (`manylinux_2_35_x86_64`), but `torch` (v2.6.0) only has wheels for the following platform: `x`"],
    ),
    (
        "wheels-of-other-system",
        ["AssertionError: vLLM only supports Linux platform (including WSL) and macOS."],
        ["This program only supports Linux at the moment"],
    ),
    ("log-os-without-wheel", ["macOS 14", NO_MATCH.format("torch")], ["Ubuntu 24.04", NO_MATCH.format("torch")]),
    ("log-os-without-wheel", ["Windows 11", NO_MATCH.format("deepspeed")], ["Windows 11, WSL2", NO_MATCH.format("deepspeed")]),
    (
        "log-python-without-wheel",
        [UNFOUND.format("intel-extension-for-pytorch==2.1.10+xpu", "2.5.10+xpu, 2.8.10+xpu")],
        [UNFOUND.format("intel-extension-for-pytorch==2.1.10+xpu", "2.1.40+xpu, 2.8.10+xpu")],
    ),
    (
        "log-python-too-new",
        ["hint: You're using CPython 3.14 (`cp314`), but `torch` only has wheels with the following Python ABI tags: `cp39`, `cp310`"],
        ["Using CPython 3.14"],
    ),
    ("log-python-too-new", ["Because torch==2.5.1 has no wheels with a matching Python ABI tag (e.g., `cp313`)"], ["Python ABI tag cp313"]),
    (
        "ipex-never-made",
        [UNFOUND.format("intel-extension-for-pytorch==2.9.10+xpu", "2.5.10+xpu, 2.8.10+xpu")],
        [UNFOUND.format("intel-extension-for-pytorch==2.6.11+xpu", "2.5.10+xpu, 2.8.10+xpu")],
    ),
    (
        "index-gave-nothing",
        [LINK, UNFOUND.format("torch==1.13.0a0", UNDER_3_9)],
        [LINK, UNFOUND.format("torch==1.13.0a0", "1.13.0, 2.1.0a0+cxx11.abi")],
    ),
    ("index-gave-nothing", [XPU, UNFOUND.format("torch==2.6.0+xpu", UNDER_3_12)], [UNFOUND.format("torch==2.6.0+xpu", UNDER_3_12)]),
    (
        "log-wheel-not-in-index",
        [UNFOUND.format("torchaudio==2.12.0+xpu", "2.7.0+xpu")],
        [UNFOUND.format("torchaudio==2.12.0+xpu", "2.7.0")],
    ),
    ("log-index-not-asked", [UNFOUND.format("torch==2.6.0+xpu", UNDER_3_12)], [UNFOUND.format("torch==2.6.0+xpu", "2.7.0+xpu")]),
    ("guess-nothing-offered", [UNFOUND.format("torch", "none")], [UNFOUND.format("torch", "2.6.0")]),
    ("guess-python-too-new-said", ["Python 3.14 and pip can't find torch xpu"], ["Python 3.14 works"]),
    (
        "index-hides-public-packages",
        [XPU, UNFOUND.format("setuptools>=40.8.0", "none")],
        ["Looking in indexes: https://example.com", UNFOUND.format("setuptools>=40.8.0", "none")],
    ),
    (
        "guess-old-wheel-link",
        [f"pip install torch -f {LINK}", "the right package can't be found"],
        [f"pip install torch -f {LINK}", "works"],
    ),
    ("guess-download-breaks", ["pip install of the xpu torch always times out"], ["from_pretrained from huggingface.co: pip times out"]),
    (
        "companion-wants-other-torch",
        ["torchvision 0.22.1+cpu requires torch==2.7.1, but you have torch 2.8.0+xpu which is incompatible."],
        ["torchmetrics 1.0 requires torch==2.7.1, but you have torch 2.8.0+xpu which is incompatible."],
    ),
    (
        "companion-wants-other-torch",
        ["    torchvision 0.22.0.dev20250529+xpu depends on torch==2.8.0.dev20250528"],
        ["    xformers 0.0.29 depends on torch==2.5.1"],
    ),
    (
        "ipex-wants-other-torch",
        ["intel-extension-for-pytorch 2.7.10+xpu requires torch==2.7.0, but you have torch 2.8.0+xpu which is incompatible."],
        ["intel-extension-for-pytorch 2.7.10+xpu requires psutil, which is not installed."],
    ),
    ("ipex-wants-other-torch", ["    dpcpp-cpp-rt 2025.0.4 depends on intel-sycl-rt==2025.0.4"], ["Collecting dpcpp-cpp-rt==2025.0.4"]),
    (
        "oneccl-wants-other-torch",
        ["oneccl-bind-pt 2.5.0+xpu requires torch==2.5.1, but you have torch 2.6.0+xpu which is incompatible."],
        ["oneccl-bind-pt 2.5.0+xpu"],
    ),
    (
        "guess-installer-walks-back",
        ["INFO: pip is looking at multiple versions of torchvision to determine which version is compatible"],
        ["INFO: pip is looking at multiple versions of torchvision to determine", "Successfully installed torch-2.8.0+xpu"],
    ),
    (
        "extra-not-provided",
        ["WARNING: ipex-llm 2.2.0 does not provide the extra 'xpu-arc'"],
        ["WARNING: bigdl-llm 2.5.0 does not provide the extra 'xpu-2-1'", "Successfully installed bigdl-core-xe-21-2.5.0"],
    ),
    ("log-index-refuses", ["IncompleteRead(213909504 bytes read, 815203841 more expected)"], ["Downloading torch.whl (1050.2 MB)"]),
    (
        "log-xpu-triton-unresolved",
        ["ERROR: Could not find a version that satisfies the requirement oneccl-devel==2021.15.2"],
        ["Collecting oneccl-devel==2021.15.2"],
    ),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), LINES, ids=[f"{row[0]}-{number}" for number, row in enumerate(LINES)])
def test_lines(rule: str, fires: list[str], silent: list[str]) -> None:
    assert run(rule, log=log(*fires)).status is FOUND
    assert run(rule, log=log(*silent)).status is CLEAR


@pytest.mark.parametrize(
    ("python", "wanted", "status"),
    [
        pytest.param("3.13.1", "torch==2.4.1+xpu", FOUND, id="torch 2.4 ended at 3.12"),
        pytest.param("3.13.1", "torch==2.7.0+xpu", CLEAR, id="torch 2.7 knows 3.13"),
        pytest.param("3.8.10", "torch==2.7.0+xpu", FOUND, id="torch 2.7 began at 3.9"),
        pytest.param("3.9.1", "torch==2.9.0+xpu", FOUND, id="torch 2.9 began at 3.10"),
        pytest.param("3.12.1", "ipex-llm", CLEAR, id="ipex-llm knows 3.12"),
    ],
)
def test_the_python_of_a_release(python, wanted, status):
    assert run("log-python-without-wheel", log=log(f"Python {python}", NO_MATCH.format(wanted))).status is status


@pytest.mark.parametrize(
    ("offered", "status"),
    [
        pytest.param("2.2.0, 2.2.1, 2.3.0", FOUND, id="3.12"),
        pytest.param("2.0.0, 2.0.1, 2.1.0", CLEAR, id="3.11"),
        pytest.param("1.7.1, 1.8.0, 2.1.0", CLEAR, id="3.9"),
    ],
)
def test_the_offer_tells_the_python(offered, status):
    lines = log(INTEL, UNFOUND.format("torch==2.1.0a0+cxx11.abi", offered))
    assert run("log-python-without-wheel", log=lines).status is status


def test_the_python_that_a_reader_saw_counts():
    seen = installed("torch==2.4.0", python="3.14.0", complete=False)
    assert run("log-python-without-wheel", log=log(NO_MATCH.format("torch==2.7.0+xpu")), packages=seen).status is FOUND
