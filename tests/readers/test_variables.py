"""Environment variables, containers and our own reports in a text."""

from __future__ import annotations

import json
import time

import pytest

from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.readers import containers, own, variables
from xpudoctor.readers.intake import lines

SAVED = Snapshot(system=System(os="linux"), packages=Packages((Package("torch", "2.6.0+xpu"),), complete=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("export ZE_AFFINITY_MASK=0", {"ZE_AFFINITY_MASK": "0"}, id="export"),
        pytest.param("user@host:~$ export A=1 ZE_AFFINITY_MASK=0,1", {"ZE_AFFINITY_MASK": "0,1"}, id="two at once"),
        pytest.param('export ONEAPI_DEVICE_SELECTOR="level_zero:0"; x', {"ONEAPI_DEVICE_SELECTOR": "level_zero:0"}, id="quoted"),
        pytest.param("set SYCL_CACHE_PERSISTENT=1", {"SYCL_CACHE_PERSISTENT": "1"}, id="cmd"),
        pytest.param('set "SYCL_CACHE_PERSISTENT=1"', {"SYCL_CACHE_PERSISTENT": "1"}, id="cmd, quoted"),
        pytest.param('$env:BIGDL_LLM_XMX_DISABLED = "1"', {"BIGDL_LLM_XMX_DISABLED": "1"}, id="PowerShell"),
        pytest.param("setx OLLAMA_NUM_GPU 999", {"OLLAMA_NUM_GPU": "999"}, id="setx"),
        pytest.param("ENV USE_XETLA=OFF", {"USE_XETLA": "OFF"}, id="a Dockerfile"),
        pytest.param("ENV USE_XETLA OFF", {"USE_XETLA": "OFF"}, id="an old Dockerfile"),
        pytest.param(
            "docker run -e NEOReadDebugKeys=1 --env=ZE_AFFINITY_MASK=0 i", {"NEOReadDebugKeys": "1", "ZE_AFFINITY_MASK": "0"}, id="docker"
        ),
        pytest.param("      - OLLAMA_HOST=0.0.0.0", {"OLLAMA_HOST": "0.0.0.0"}, id="compose, a list"),
        pytest.param("      OLLAMA_HOST: 0.0.0.0", {"OLLAMA_HOST": "0.0.0.0"}, id="compose, a mapping"),
        pytest.param("ZE_AFFINITY_MASK=1 python x.py", {"ZE_AFFINITY_MASK": "1"}, id="before a command"),
        pytest.param("os.environ['IPEX_LLM_LOW_MEM'] = '1'", {"IPEX_LLM_LOW_MEM": "1"}, id="Python"),
        pytest.param("Environment: SYCL_X=1", {"SYCL_X": "1"}, id="under a label"),
        pytest.param("export ZE_AFFINITY_MASK=0\nunset ZE_AFFINITY_MASK", {}, id="taken away again"),
        pytest.param("set ZE_AFFINITY_MASK=", {}, id="taken away in cmd"),
        pytest.param("# export ZE_AFFINITY_MASK=0", {}, id="a comment"),
        pytest.param('Set TORCH_LOGS="+dynamo" and TORCHDYNAMO_VERBOSE=1 for more', {}, id="advice at the start"),
        pytest.param("You can set BIGDL_IMPORT_IPEX=0 to", {}, id="advice"),
        pytest.param("cmake -DGGML_SYCL=ON", {}, id="an option of a build"),
        pytest.param("export VLLM_API_KEY=abc", {}, id="a secret"),
        pytest.param("export HOME=/root", {}, id="not watched"),
    ],
)
def test_variables(text: str, expected: dict[str, str]) -> None:
    environment = variables.read(lines(text.encode()).lines).environment
    assert (dict(environment.variables) if environment else {}) == expected
    assert environment is None or (not environment.complete and environment.fact(next(iter(expected))).source == "line 1")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("sudo docker run -it --device /dev/dri x", "docker", id="docker run"),
        pytest.param("podman exec -it x bash", "podman", id="podman"),
        pytest.param("    image: intelanalytics/ipex-llm:latest", "docker", id="compose"),
        pytest.param("FROM intel/oneapi-basekit:2024.1\nRUN apt update", "docker", id="a Dockerfile"),
        pytest.param("From the docs: it works in docker", None, id="prose"),
        pytest.param("from torch import nn", None, id="Python"),
    ],
)
def test_containers(text: str, kind: str | None) -> None:
    system = containers.read(lines(text.encode()).lines).system
    assert (system.container if system else None) == kind


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps(SAVED.to_json(), indent=2), id="alone"),
        pytest.param("hello\n```json\n" + json.dumps(SAVED.to_json(), indent=2) + "\n```\nthanks", id="in a fence"),
        pytest.param(json.dumps({"schema": 1, "snapshot": SAVED.to_json(), "x": "y" * 9_000}), id="a report in one long line"),
        pytest.param("> " + json.dumps(SAVED.to_json(), indent=1).replace("\n", "\n> "), id="quoted"),
    ],
)
def test_our_own_words_come_back_whole(text: str) -> None:
    assert own.found(lines(text.encode()).lines).snapshot == SAVED


@pytest.mark.parametrize(
    "text", ['{"schema": 1, "system": 3}', '{"schema": 9}', '{"schema"', "{\n" * 5_000 + '"schema"', '{"a":' * 50_000 + '"schema"']
)
def test_what_only_looks_like_ours_says_nothing(text: str) -> None:
    started = time.process_time()
    assert own.found(lines(text.encode()).lines).snapshot == Snapshot()
    assert time.process_time() - started < 1


@pytest.mark.parametrize("part", ["export A=", "A=1 ", "-e A=b ", "set ", "docker run ", "- ", "ENV ", "a/", '"', "    "])
def test_long_lines_cost_little(part: str) -> None:
    log = lines("\n".join([part * (1_900 // len(part))] * 300).encode())
    started = time.process_time()
    variables.read(log.lines)
    containers.read(log.lines)
    assert time.process_time() - started < 1
