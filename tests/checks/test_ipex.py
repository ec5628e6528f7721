"""The rules of ipex.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import gpus, installed, run

CLEAR, FOUND, UNKNOWN = Status.CLEAR, Status.FOUND, Status.UNKNOWN
A770, B580, LUNAR_LAKE, METEOR_LAKE, WILDCAT_LAKE, UHD_620 = "56a0", "e20b", "64a0", "7d55", "fd80", "5917"
IPEX = "intel-extension-for-pytorch"
LLM, XE_21, XE_23, XE_ALL, CPP, NPU = (
    "ipex-llm==2.2.0", "bigdl-core-xe-21==2.6.0", "bigdl-core-xe-23==2.6.0", "bigdl-core-xe-all==2.6.0", "bigdl-core-cpp==2.6.0",
    "bigdl-core-npu==2.6.0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("packages", "torch", "status"),
    [
        pytest.param(installed("torch==2.13.0+cpu", f"{IPEX}==2.8.0"), None, FOUND, id="another torch"),
        pytest.param(installed("torch==2.7.0+xpu", f"{IPEX}==2.6.10+xpu"), None, FOUND, id="one release apart"),
        pytest.param(
            installed("torch==2.8.0", f"{IPEX}==2.8.10+xpu"), Torch(version="2.9.0+xpu"), FOUND, id="the record of torch is stale"
        ),
        pytest.param(installed("torch==2.10.0+xpu", f"{IPEX}==2.1.10+xpu"), None, FOUND, id="2.10 is not 2.1"),
        pytest.param(installed("torch==2.1.0a0+cxx11.abi", f"{IPEX}==2.1.10+xpu"), None, CLEAR, id="Intel's own build"),
        pytest.param(installed("torch==2.1.0.post3+cxx11.abi", f"{IPEX}==2.1.40+xpu"), None, CLEAR, id="Intel's own post-release"),
        pytest.param(
            installed("torch==2.3.1.post0+cxx11.abi", f"{IPEX}==2.3.110.post0+xpu"), None, CLEAR, id="the pair for Lunar Lake on Windows"
        ),
        pytest.param(installed("torch==2.8.0a0+git1234abc", f"{IPEX}==2.8.10+git5678def"), None, CLEAR, id="source builds"),
        pytest.param(installed(f"{IPEX}==2.8.10+xpu", complete=False), None, CLEAR, id="a paste without torch"),
        pytest.param(installed("torch==2.9.0+xpu"), None, CLEAR, id="no IPEX"),
    ],
)
def test_ipex_torch_mismatch(packages, torch, status):
    assert run("ipex-torch-mismatch", packages=packages, torch=torch).status is status


@pytest.mark.parametrize(
    ("ipex", "command"),
    [
        pytest.param(
            "2.6.10+xpu", 'pip install "torch==2.6.*" torchvision torchaudio --index-url https://download.pytorch.org/whl/xpu', id="2.6"
        ),
        pytest.param(
            "2.1.10+xpu",
            'pip install --no-deps "torch==2.1.*" --index-url https://pytorch-extension.intel.com/release-whl/stable/xpu/us/',
            id="a release whose torch is on no index of PyTorch's",
        ),
    ],
)
def test_the_torch_of_an_ipex_has_its_own_index(ipex, command):
    (finding,) = run("ipex-torch-mismatch", packages=installed("torch==2.9.0+xpu", f"{IPEX}=={ipex}")).findings
    assert finding.fixes[1].commands == (command,)


@pytest.mark.parametrize(
    ("packages", "devices", "status"),
    [
        pytest.param(installed(LLM, XE_ALL, f"{IPEX}==2.6.10+xpu"), None, FOUND, id="xe-all, which goes with none"),
        pytest.param(installed(LLM, XE_21, f"{IPEX}==2.3.110+xpu"), None, FOUND, id="the IPEX of another core"),
        pytest.param(installed(LLM, XE_23, f"{IPEX}==2.3.100"), None, FOUND, id="the CPU build of the right release"),
        pytest.param(installed(LLM, "transformers==4.37.0", f"{IPEX}==2.8.10+xpu"), None, FOUND, id="both installed apart, no extra"),
        pytest.param(installed(LLM, f"{IPEX}==2.8.0"), gpus(A770), FOUND, id="both from the public index, on an Arc machine"),
        pytest.param(
            installed("bigdl-llm==2.4.0", "bigdl-core-xe-21==2.4.0", f"{IPEX}==2.8.10+xpu"), None, FOUND, id="under its former name"
        ),
        pytest.param(installed(LLM, "bigdl_core_xe_21==2.6.0", f"{IPEX}==2.3.110+xpu"), None, FOUND, id="a core written with underscores"),
        pytest.param(installed(LLM, XE_21, f"{IPEX}==2.1.10+xpu"), None, CLEAR, id="the pair of the extra xpu"),
        pytest.param(installed(LLM, XE_23, f"{IPEX}==2.3.110+xpu"), None, CLEAR, id="the pair of the extra xpu-arc"),
        pytest.param(installed(LLM, XE_23, f"{IPEX}==2.3.110.post0+xpu"), None, CLEAR, id="the pair of the extra xpu-lnl on Windows"),
        pytest.param(installed(LLM, XE_ALL), None, CLEAR, id="the extra xpu-2-6, without IPEX"),
        pytest.param(installed(LLM, CPP, f"{IPEX}==2.8.10+xpu"), None, CLEAR, id="ipex-llm[cpp] uses none"),
        pytest.param(installed(LLM, NPU, f"{IPEX}==2.8.0"), gpus(LUNAR_LAKE), CLEAR, id="ipex-llm[npu]"),
        pytest.param(installed(LLM, f"{IPEX}==2.8.0"), gpus(), CLEAR, id="both for the CPU, no Intel GPU"),
        pytest.param(installed(LLM, f"{IPEX}==2.8.0"), None, CLEAR, id="both for the CPU, no word of the GPU"),
        pytest.param(installed(LLM, f"{IPEX}==2.1.10+xpu", complete=False), None, CLEAR, id="a paste that names no core"),
        pytest.param(installed(LLM, XE_21, complete=False), None, CLEAR, id="a paste that names no IPEX"),
    ],
)
def test_ipex_with_ipex_llm(packages, devices, status):
    assert run("ipex-with-ipex-llm", packages=packages, devices=devices).status is status


@pytest.mark.parametrize(
    ("ipex", "devices", "status"),
    [
        pytest.param("2.8.0", gpus(A770), FOUND, id="from the public index"),
        pytest.param("2.8.0+cpu", gpus(A770), FOUND, id="from Intel's index"),
        pytest.param("2.3.100", gpus(METEOR_LAKE), FOUND, id="an older one"),
        pytest.param("2.8.10+xpu", gpus(A770), CLEAR, id="the GPU build"),
        pytest.param("2.3.110.post0+xpu", gpus(LUNAR_LAKE), CLEAR, id="a post-release of the GPU build"),
        pytest.param("2.1.10", gpus(A770), CLEAR, id="a GPU build whose local version was left out"),
        pytest.param("2.8.10+git5678def", gpus(A770), CLEAR, id="a source build"),
        pytest.param("2.8.0", gpus(), CLEAR, id="no Intel GPU"),
        pytest.param("2.8.0", gpus(UHD_620), CLEAR, id="a UHD-only machine"),
        pytest.param("2.8.0", None, UNKNOWN, id="no word of the GPU"),
    ],
)
def test_ipex_cpu_build(ipex, devices, status):
    assert run("ipex-cpu-build", packages=installed(f"{IPEX}=={ipex}"), devices=devices).status is status


@pytest.mark.parametrize(
    ("packages", "devices", "status"),
    [
        pytest.param(installed(f"{IPEX}==2.8.10+xpu"), gpus(A770), FOUND, id="native torch.xpu knows the card"),
        pytest.param(installed(f"{IPEX}==2.8.10+xpu"), gpus(UHD_620), CLEAR, id="torch.xpu supports no GPU here"),
        pytest.param(installed(f"{IPEX}==2.8.10+xpu"), gpus(WILDCAT_LAKE), CLEAR, id="it is not settled whether it does"),
        pytest.param(installed(f"{IPEX}==2.1.10+xpu", LLM, XE_21), gpus(A770), CLEAR, id="ipex-llm needs it"),
        pytest.param(installed("torch==2.9.0+xpu"), gpus(A770), CLEAR, id="no IPEX"),
    ],
)
def test_ipex_end_of_life(packages, devices, status):
    assert run("ipex-end-of-life", packages=packages, devices=devices).status is status


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(installed(LLM), FOUND, id="ipex-llm"),
        pytest.param(installed("bigdl-llm==2.4.0"), FOUND, id="under its former name"),
        pytest.param(installed("torch==2.9.0+xpu"), CLEAR, id="without it"),
    ],
)
def test_ipex_llm_archived(packages, status):
    assert run("ipex-llm-archived", packages=packages).status is status


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(installed(LLM), FOUND, id="alone"),
        pytest.param(installed(LLM, "transformers==4.37.0"), CLEAR, id="with what an extra brings"),
        pytest.param(installed(LLM, CPP), CLEAR, id="ipex-llm[cpp], which needs no transformers"),
        pytest.param(installed(LLM, complete=False), CLEAR, id="a paste says nothing of what is missing"),
    ],
)
def test_ipex_llm_without_extra(packages, status):
    assert run("ipex-llm-without-extra", packages=packages).status is status


@pytest.mark.parametrize(
    ("core", "devices", "status"),
    [
        pytest.param(XE_21, gpus(B580), FOUND, id="Battlemage"),
        pytest.param(XE_21, gpus(LUNAR_LAKE), FOUND, id="Lunar Lake"),
        pytest.param(XE_21, gpus(UHD_620, B580), FOUND, id="Battlemage beside a UHD"),
        pytest.param(XE_21, gpus(A770), CLEAR, id="Arc A, for which it was made"),
        pytest.param(XE_21, gpus(METEOR_LAKE, B580), CLEAR, id="Battlemage beside a GPU for which it was made"),
        pytest.param(XE_ALL, gpus(B580), CLEAR, id="the core of torch 2.6"),
        pytest.param(XE_23, gpus(LUNAR_LAKE), CLEAR, id="the core of torch 2.3"),
    ],
)
def test_ipex_llm_extra_for_other_gpu(core, devices, status):
    assert run("ipex-llm-extra-for-other-gpu", packages=installed(LLM, core), devices=devices).status is status


@pytest.mark.parametrize(
    ("llm", "core", "wanted"),
    [
        pytest.param("2.2.0", "bigdl-core-xe-all==2.5.0", "bigdl-core-xe-all==2.6.0", id="an older core"),
        pytest.param(
            "2.3.0b20251026", "bigdl-core-xe-all==2.6.0", "bigdl-core-xe-all==2.7.0b20251026", id="a nightly with the release's core"
        ),
        pytest.param(
            "2.3.0b20250529", "bigdl-core-cpp==2.7.0b20250528", "bigdl-core-cpp==2.7.0b20250529", id="the nightly of the day before"
        ),
        pytest.param("2.2.0", "bigdl_core_xe_23==2.5.0", "bigdl-core-xe-23==2.6.0", id="written with underscores"),
        pytest.param("2.2.0", "bigdl-core-xe-21==2.6.0", None, id="the pair of 2.2.0"),
        pytest.param("2.3.0b20251026", "bigdl-core-xe-all==2.7.0b20251026", None, id="two nightlies of one day"),
        pytest.param("2.3.0rc1", "bigdl-core-xe-all==2.6.0", None, id="a release of which nothing is known"),
        pytest.param("2.2.0", "bigdl-core-xe==2.1.0", None, id="the oldest core, which counts in its own way"),
    ],
)
def test_bigdl_core_other_release(llm, core, wanted):
    findings = run("bigdl-core-other-release", packages=installed(f"ipex-llm=={llm}", core)).findings
    assert [finding.fixes[0].commands for finding in findings] == ([(f"pip install {wanted}",)] if wanted else [])


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(installed(LLM, XE_21, XE_ALL), FOUND, id="the core of an older extra was left behind"),
        pytest.param(installed(LLM, XE_ALL), CLEAR, id="one core"),
        pytest.param(installed(LLM, XE_ALL, CPP), CLEAR, id="llama.cpp is another module"),
    ],
)
def test_bigdl_cores_overlap(packages, status):
    assert run("bigdl-cores-overlap", packages=packages).status is status
