"""What the names in a text make of its failure: where each rule speaks, and where a fact or the lack of a failure keeps it silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.testing import gpus, installed, log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
OLD, NEW = "Driver: 31.0.101.4644", "Driver: 31.0.101.5762"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(["Arc A770", OLD, "the output is garbage"], FOUND, id="old, and garbage"),
        pytest.param(["Arc A770", OLD, "it runs well"], CLEAR, id="old, and all is well"),
        pytest.param(["Arc A770", NEW, "the output is garbage"], CLEAR, id="new enough"),
        pytest.param(["Arc A770", OLD, NEW, "it crashes with both"], CLEAR, id="a newer one was tried"),
        pytest.param(["Lunar Lake", "32.0.101.5522", "it hangs"], FOUND, id="below the floor of Lunar Lake"),
        pytest.param(["Arc A770", "31.0.101.5333", "ollama crashes"], FOUND, id="below the floor of llama.cpp"),
        pytest.param(["Arc A770", "31.0.101.5333", "torch crashes"], CLEAR, id="above that of torch"),
        pytest.param(["HD Graphics 530", "31.0.101.2111", "it crashes"], CLEAR, id="another branch"),
    ],
)
def test_driver_below_guide_fails(lines, status):
    assert run("driver-below-guide-fails", log=log(*lines)).status is status


def test_a_driver_of_windows_says_nothing_of_linux():
    lines = log("Arc A770", OLD, "it crashes")
    assert run("driver-below-guide-fails", log=lines, system=System(os="linux", wsl=0)).status is CLEAR


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(["Arc B580", "torch 2.1.0.post2", "could not create an engine"], FOUND, id="Battlemage on 2.1"),
        pytest.param(["Arc B580", "torch 2.7.0+xpu", "could not create an engine"], CLEAR, id="Battlemage on 2.7"),
        pytest.param(["Arc B580", "torch 2.1.0.post2"], CLEAR, id="no failure"),
        pytest.param(["Arc A380", "torch 2.4.0+xpu", "it fails"], FOUND, id="2.4 alone knew no Arc"),
        pytest.param(["Arc A770", "torch 2.1.0a0", "it fails"], CLEAR, id="Alchemist on 2.1"),
    ],
)
def test_gpu_younger_than_torch(lines, status):
    assert run("gpu-younger-than-torch", log=log(*lines)).status is status


def test_of_a_family_that_the_table_does_not_know_nothing_is_said():
    seen = gpus("e20b", family="of-a-later-release")
    assert run("gpu-younger-than-torch", log=log("torch 2.4.0+xpu", "it fails"), devices=seen).status is CLEAR


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(["IPEX 2.1.10+xpu", "oneAPI 2024.1 from apt", "ImportError: x"], FOUND, id="2024.1 for 2.1.10"),
        pytest.param(["IPEX 2.1.10+xpu", "oneAPI 2024.0", "ImportError: x"], CLEAR, id="the right one"),
        pytest.param(["IPEX 2.1.10+xpu", "oneAPI 2024.1 from apt"], CLEAR, id="all loads"),
        pytest.param(["IPEX 2.7.10+xpu", "oneAPI 2024.1", "ImportError: x"], CLEAR, id="one that needs none"),
    ],
)
def test_oneapi_named_of_other_release(lines, status):
    assert run("oneapi-named-of-other-release", log=log(*lines)).status is status


def test_oneapi_named_of_other_release_by_the_listing():
    packages = installed("intel-extension-for-pytorch==2.0.110+xpu", complete=False)
    lines = log("oneAPI basekit 2024.0", "libmkl_sycl.so.3: cannot open shared object file")
    assert (
        run("oneapi-named-of-other-release", log=lines, packages=packages)
        .findings[0]
        .message.startswith("IPEX 2.0.110+xpu goes with oneAPI 2023")
    )


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(["Qwen2.5-32B fp16", "it crashes"], FOUND, id="32B in 16 bits on 16 GiB"),
        pytest.param(["Qwen2.5-7B sym_int4", "it crashes"], CLEAR, id="7B in 4 bits"),
        pytest.param(["ollama run qwen2.5:32b", "terminated"], FOUND, id="ollama's tag, 4 bits by itself"),
        pytest.param(["Qwen2.5-32B fp16"], CLEAR, id="no failure"),
        pytest.param(["Qwen2.5-14B sym_int4, 4x A770", "it crashes"], CLEAR, id="spread over four"),
        pytest.param(["Llama-2-13b sym_int4, Arc 8GB", "Native API failed"], FOUND, id="8 GB, as the text says"),
    ],
)
def test_model_too_large_by_name(lines, status):
    assert run("model-too-large-by-name", log=log(*lines), devices=gpus("56a0", memory=16 * 1024**3)).status is status


@pytest.mark.parametrize(
    ("memory", "status"),
    [pytest.param(16, FOUND, id="16 GiB"), pytest.param(64, CLEAR, id="64 GiB")],
)
def test_model_larger_than_host_memory(memory, status):
    lines = log("loading Llama-2-13B", "the computer freezes")
    assert run("model-larger-than-host-memory", log=lines, system=System(memory=memory * 1024**3)).status is status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        pytest.param("llm_load_tensors: offloaded 0/33 layers to GPU", FOUND, id="none"),
        pytest.param("llm_load_tensors: offloaded 33/33 layers to GPU", CLEAR, id="all"),
    ],
)
def test_layers_left_on_cpu(line, status):
    assert run("layers-left-on-cpu", log=log(line)).status is status


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(["ollama-ipex-llm-2.3.0b20250630", "SYCL_CACHE_PERSISTENT=1", "exit status 2"], FOUND, id="a build of June 2025"),
        pytest.param(["ipex-llm 2.1.0b20240801", "SYCL_CACHE_PERSISTENT=1", "exit status 2"], CLEAR, id="a build of 2024"),
        pytest.param(["ollama-ipex-llm-2.3.0b20250630", "SYCL_CACHE_PERSISTENT=1"], CLEAR, id="nothing dies"),
    ],
)
def test_persistent_cache_of_young_build(lines, status):
    assert run("persistent-cache-of-young-build", log=log(*lines)).status is status
