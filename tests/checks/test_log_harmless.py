"""Lines that mean nothing: each is named, as information, and none where it does mean something."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.findings import Status
from xpudoctor.diagnosis.rules import Severity
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.testing import installed, log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR
CUDA = "FAILED test/xpu/test_a_xpu.py::A::b_xpu - AssertionError: Torch not compiled with CUDA enabled"


@pytest.mark.parametrize(
    ("rule", "lines", "status"),
    [
        pytest.param("operator-overridden", ["  Overriding a previously registered kernel for the same operator and"], FOUND, id="IPEX"),
        pytest.param("operator-overridden", ["registered"], CLEAR, id="no warning"),
        pytest.param(
            "torchvision-image-extension", ["Failed to load image Python extension: Could not find module 'image.pyd'"], FOUND, id="pyd"
        ),
        pytest.param(
            "torchvision-image-extension",
            ["Failed to load image Python extension: 'image.so: undefined symbol: _ZN5torch3jitE'"],
            CLEAR,
            id="a sign of another torch",
        ),
        pytest.param("cuda-tests-on-xpu", [CUDA], FOUND, id="tests on XPU"),
        pytest.param("cuda-tests-on-xpu", ["AssertionError: Torch not compiled with CUDA enabled"], CLEAR, id="a program"),
        pytest.param("cuda-not-available", ["Is CUDA available: False", "Is XPU available: True"], FOUND, id="an XPU machine"),
        pytest.param("cuda-not-available", ["Is CUDA available: False", "Is XPU available: False"], CLEAR, id="nothing available"),
        pytest.param("onboard-models-not-listed", ["Intel GPU models onboard:", "N/A"], FOUND, id="two lines"),
        pytest.param("onboard-models-not-listed", ["Intel GPU models onboard:", "* Intel Arc"], CLEAR, id="a GPU"),
        pytest.param("onboard-models-not-listed", ["nothing"], CLEAR, id="no report"),
        pytest.param(
            "pip-resolver-note",
            ["ERROR: pip's dependency resolver does not currently take into account all the packages"],
            FOUND,
            id="note",
        ),
        pytest.param("pip-resolver-note", ["ERROR: ResolutionImpossible"], CLEAR, id="a real conflict"),
        pytest.param("ollama-intel-gpu-false", ["OLLAMA_HOST: OLLAMA_INTEL_GPU:false"], FOUND, id="false"),
        pytest.param("ollama-intel-gpu-false", ["OLLAMA_INTEL_GPU:true"], CLEAR, id="true"),
        pytest.param("ollama-sycl-no-compatible-gpus", ["no compatible GPUs were discovered", "found 1 SYCL devices"], FOUND, id="SYCL"),
        pytest.param("ollama-sycl-no-compatible-gpus", ["no compatible GPUs were discovered"], CLEAR, id="no SYCL"),
        pytest.param("ipex-not-needed-for-cpp", ["IPEX is not installed properly.", "ollama serve"], FOUND, id="ollama"),
        pytest.param("ipex-not-needed-for-cpp", ["IPEX is not installed properly."], CLEAR, id="Python"),
        pytest.param("ipex-without-transformers", ["failed to use huggingface generation fuctions due to: x"], FOUND, id="no transformers"),
        pytest.param("ipex-without-transformers", ["No module named 'transformers'"], CLEAR, id="an error"),
        pytest.param(
            "fusion-profiling-note", ["IPEX XPU dedicated fusion passes are enabled in ScriptGraph non profiling"], FOUND, id="note"
        ),
        pytest.param("fusion-profiling-note", ["fusion"], CLEAR, id="another word"),
        pytest.param("bitsandbytes-runs-without-library", ["XPU/CPU can run without native library."], FOUND, id="note"),
        pytest.param("bitsandbytes-runs-without-library", ["native library"], CLEAR, id="another word"),
        pytest.param("optional-library-absent", ["Xformers is not installed correctly."], FOUND, id="xformers"),
        pytest.param("optional-library-absent", ["xformers 0.0.20"], CLEAR, id="it is there"),
    ],
)
def test_lines(rule, lines, status):
    assert run(rule, log=log(*lines)).status is status


def test_the_wheel_tells_that_it_is_for_xpu():
    line = log("FAILED test/a.py::b - AssertionError: Torch not compiled with CUDA enabled")
    assert run("cuda-tests-on-xpu", log=line).status is CLEAR
    assert run("cuda-tests-on-xpu", log=line, packages=installed("torch==2.13.0+xpu", complete=False)).status is FOUND


@pytest.mark.parametrize(("torch", "status"), [("torch==2.13.0+xpu", FOUND), ("torch==2.13.0+cu130", CLEAR)])
def test_cuda_wheels_in_xpu_environment(torch, status):
    packages = installed(torch, "nvidia-cuda-cupti==13.3.75", complete=False)
    assert run("cuda-wheels-in-xpu-environment", packages=packages).status is status


def test_they_are_information_and_explain_nothing():
    rules = [check.rule for check in collect([package_source("xpudoctor_checks")]) if check.rule.cause == "harmless-line"]
    assert len(rules) >= 12
    assert all(rule.severity is Severity.INFO and not rule.explains and not rule.fixes for rule in rules)
