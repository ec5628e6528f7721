"""Why a GPU is not found: what a text has to say for each cause, and what keeps it silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.testing import gpus, log, run

GIB = 1024**3
NONE = "clinfo: Number of platforms 0"
ROWS: list[tuple[str, list[str], list[str]]] = [
    ("gpu-not-found-in-wsl", ["WSL2, Ubuntu", NONE], [NONE]),
    (
        "gpu-not-found-in-wsl",
        ["XPU device count is zero!", "Linux pc 5.15.153.1-microsoft-standard-WSL2"],
        ["XPU device count is zero!", "Linux pc 6.8.0-45-generic"],
    ),
    ("gpu-not-found-in-wsl", ["WSL2", "[opencl:cpu:0] Intel(R) OpenCL"], ["WSL2", "[opencl:cpu:0] Intel", "[level_zero:gpu:0] Intel"]),
    (
        "gpu-not-found-in-wsl",
        ["WSL2", "Is XPU available: False", NONE],
        ["WSL2", "IPEX version: 2.2.0+cpu", "Is XPU available: False", NONE],
    ),
    ("gpu-not-found-in-wsl", ["WSL2, the xpu is not available"], ["WSL2, ipex-llm-cpp-xpu not available on Docker Hub"]),
    ("gpu-not-found-in-wsl", ["WSL2: ipex zero"], ["WSL2: ipex zero", "[level_zero:gpu:0] Intel"]),
    ("gpu-not-found-in-wsl", ["/dev/dxg is there, torch xpu: zero"], ["/dev/dri is there, torch xpu: zero"]),
    ("old-gpu-not-found", ["torch", NONE, "HD Graphics 530"], [NONE, "HD Graphics 530"]),
    ("old-gpu-not-found", ["24.45.31740.9", NONE, "Coffee Lake"], ["24.22.29735.20", NONE, "Coffee Lake"]),
    ("old-gpu-not-found", ["Haswell", NONE], ["Haswell", "Arc A380", NONE]),
    ("guess-gpu-left-behind", [NONE, "UHD Graphics 620"], [NONE, "Arc A770"]),
    ("driver-said-older-than-gpu", ["Arc B580", "compute-runtime 23.43", NONE], ["Arc B580", "compute-runtime 25.18", NONE]),
    (
        "driver-said-older-than-torch",
        ["torch 2.7.0", "compute-runtime 22.43", "it crashes"],
        ["torch 2.7.0", "compute-runtime 25.18", "crash"],
    ),
    ("gpu-without-module-said", ["Kernel driver in use: vfio-pci"], ["Kernel driver in use: xe"]),
    ("gpu-without-module-said", ["vfio-pci", "bound to vfio-pci"], ["bound to vfio-pci", "but inside the guest it does not work"]),
    (
        "gpu-without-module-said",
        ["vfio-pci 0000:04:00.0: vgaarb: deactivate vga console"],
        ["xe 0000:04:00.0: vgaarb: deactivate vga console"],
    ),
    ("gpu-without-module-said", ["i915 does not bind"], ["i915 is bound"]),
    ("mask-beyond-the-cards", ["ZE_AFFINITY_MASK=1", NONE], ["ZE_AFFINITY_MASK=0", NONE]),
    ("only-other-opencl", ["Platform: rusticl", "Arc A770"], ["rusticl", "Intel(R) OpenCL Graphics", "Arc A770"]),
    ("igpu-named-in-use", ["torch runs on the Iris Xe", "Arc A350M"], ["torch runs on the Iris Xe"]),
    ("guess-slow-card", ["the Arc A770 is slow"], ["the Arc A770 is fast"]),
    ("xe-drives-alchemist", ["Kernel driver: xe", "DG2", NONE], ["Kernel driver: i915", "DG2", NONE]),
    ("guess-no-gpu", ["torch does not detect my GPU"], ["the GPU is detected"]),
    ("guess-no-gpu", ["sycl-ls: no level_zero"], ["sycl-ls lists the GPU"]),
    ("rebar-said-off", ["Resizable BAR: off"], ["Resizable BAR: on"]),
    ("rebar-said-off", ["Re-Size BAR: not supported by the board"], ["Re-Size BAR: on"]),
    ("guess-operator-missing", ["NotImplementedError: aten::_linalg_svd"], ["aten::_linalg_svd runs"]),
    ("cache-removed-helps", ["After the cache was removed it works"], ["the cache is full"]),
    ("bus-error-in-container", ["Bus error", "--shm-size is not set"], ["Bus error"]),
    ("setvars-hides-gpu", ["after sourcing setvars.sh: False; without: True"], ["after sourcing setvars.sh: True"]),
    ("guess-no-wheel-for-system", ["macOS 15", "No matching distribution"], ["Windows 11", "No matching distribution"]),
    ("guess-quantization-without-kernels", ["TQ1_0: not supported"], ["Q4_0: supported"]),
    ("killed-on-small-host", ["RAM: 16 GB", "loading: Killed"], ["RAM: 128 GB", "loading: Killed"]),
    (
        "compute-half-missing",
        ["clinfo: Number of platforms 0", "apt: intel-media-va-driver"],
        ["clinfo: Number of platforms 0", "apt: intel-media-va-driver intel-opencl-icd"],
    ),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    assert run(rule, log=log(*fires)).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_facts_of_the_machine():
    assert run("gpu-not-found-in-wsl", log=log(NONE), system=System(os="linux", wsl=2)).status is Status.FOUND
    assert run("killed-on-small-host", log=log("Killed"), system=System(memory=16 * GIB)).status is Status.FOUND
    assert run("killed-on-small-host", log=log("Killed"), system=System(memory=64 * GIB)).status is Status.CLEAR
    two = gpus("56a0", "56a0")
    assert run("mask-beyond-the-cards", log=log("ZE_AFFINITY_MASK=1", NONE), devices=two).status is Status.CLEAR
    old = gpus("5917")
    assert run("old-gpu-not-found", log=log(NONE, "24.45.31740.9"), devices=old).status is Status.FOUND
