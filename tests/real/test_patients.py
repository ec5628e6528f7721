"""Each broken environment is diagnosed: the one cause stands first, and nobody who is well is told to be ill."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from . import recipes
from .doctor import Visit, check, visit
from .machine import Machine
from .patients import Patient, Ward

pytestmark = pytest.mark.real
A770 = Machine()


@pytest.mark.parametrize("patient", [pytest.param(one, id=one.name) for one in recipes.PATIENTS if one.proof])
def test_the_patient_is_ill(ward: Ward, patient: Patient) -> None:
    said = subprocess.run([ward.python(patient), "-c", patient.proof], cwd="/", capture_output=True, text=True, check=False)
    assert said.returncode != 0
    assert patient.says in said.stderr


@pytest.mark.parametrize(
    ("patient", "machine", "rule", "cause"),
    [
        pytest.param(recipes.TORCH, A770, "torch-not-xpu-build", "torch-not-xpu-build", id="a CPU torch beside an Arc A770"),
        pytest.param(recipes.CUDA, A770, "torch-not-xpu-build", "torch-not-xpu-build", id="a CUDA torch beside an Arc A770"),
        pytest.param(recipes.CUDA, None, "cuda-libraries-missing", "torch-not-xpu-build", id="a CUDA torch without NVIDIA's wheels"),
        pytest.param(
            recipes.TOKENIZERS,
            None,
            "transformers-requirement-unmet",
            "transformers-incompatible",
            id="tokenizers past transformers' range",
        ),
        pytest.param(recipes.IPEX_28, None, "ipex-torch-mismatch", "ipex-torch-mismatch", id="IPEX 2.8 under torch 2.13"),
        pytest.param(recipes.IPEX_27, None, "ipex-torch-mismatch", "ipex-torch-mismatch", id="IPEX 2.7 under torch 2.13"),
        pytest.param(recipes.IPEX_26, None, "ipex-torch-mismatch", "ipex-torch-mismatch", id="IPEX 2.6 under torch 2.13"),
        pytest.param(recipes.LLM_ALONE, None, "ipex-llm-without-extra", "ipex-llm-wrong-extra", id="ipex-llm without an extra"),
        pytest.param(
            recipes.LLM_TRANSFORMERS_5,
            None,
            "transformers-5-with-ipex-llm",
            "transformers-incompatible",
            id="transformers 5 under ipex-llm",
        ),
        pytest.param(recipes.LLM, A770, "torch-not-xpu-build", "torch-not-xpu-build", id="ipex-llm on a CPU torch"),
        # Without a GPU the two may be meant for the processor; there it is IPEX that does not fit torch.
        pytest.param(recipes.LLM_IPEX, None, "ipex-torch-mismatch", "ipex-torch-mismatch", id="ipex-llm and IPEX on a processor"),
        pytest.param(recipes.LLM_IPEX, A770, "ipex-with-ipex-llm", "ipex-with-ipex-llm", id="ipex-llm and IPEX, installed apart"),
        pytest.param(recipes.LLM_ALONE_IPEX, A770, "ipex-with-ipex-llm", "ipex-with-ipex-llm", id="the two without their requirements"),
        pytest.param(
            recipes.SENTENCEPIECE,
            None,
            "protobuf-too-new-for-sentencepiece",
            "library-incompatible",
            id="protobuf 6 under transformers and sentencepiece 0.1",
        ),
        pytest.param(recipes.NO_PROTOBUF, None, "protobuf-missing", "protobuf-missing", id="transformers without protobuf"),
        pytest.param(recipes.PANDAS, None, "numpy-2-with-old-wheels", "numpy-2-incompatible", id="NumPy 2 under pandas 2.0"),
        pytest.param(recipes.SCIKIT, None, "numpy-2-with-old-wheels", "numpy-2-incompatible", id="NumPy 2 under scikit-learn 1.3"),
        pytest.param(recipes.TWO_TORCHES, None, "torch-installed-twice", "install-damaged", id="two records of torch"),
        pytest.param(recipes.EMPTY_METADATA, A770, "package-metadata-damaged", "install-damaged", id="an empty METADATA"),
        pytest.param(recipes.LEFTOVERS, A770, "package-leftovers", "install-damaged", id="leftovers of an uninstall"),
        pytest.param(recipes.DPCTL_18, None, "dpctl-other-runtime", "oneapi-version-mismatch", id="dpctl of 2025 on the runtime of 2026"),
        pytest.param(recipes.DPCTL_17, None, "dpctl-other-runtime", "oneapi-version-mismatch", id="dpctl of 2024 on the runtime of 2026"),
        pytest.param(recipes.TRITONS, None, "triton-over-xpu-triton", "triton-wrong-build", id="triton over triton-xpu"),
    ],
)
def test_the_cause_stands_first(
    ward: Ward, in_machine: Callable[..., Visit], patient: Patient, machine: Machine | None, rule: str, cause: str
) -> None:
    seen = in_machine(machine, ward.python(patient))
    first = seen.report["findings"][0]
    assert (first["rule"], first["cause"], first["explained_by"]) == (rule, cause, None), seen.rules
    assert seen.status == (1 if first["severity"] == "error" else 0)
    assert (seen.crashed, seen.stderr) == ([], "")


@pytest.mark.parametrize(
    ("patient", "machine"),
    [
        pytest.param(recipes.BARE, None, id="nothing, on a machine without a GPU"),
        pytest.param(recipes.BARE, A770, id="nothing, beside an Arc A770"),
        pytest.param(recipes.TORCH, None, id="a CPU torch without a GPU"),
        pytest.param(recipes.TRANSFORMERS_4, None, id="a set of packages that fit"),
        pytest.param(recipes.LLM, None, id="ipex-llm with all it requires, without a GPU"),
        pytest.param(recipes.LLM_PROTOBUF_7, None, id="ipex-llm with an old sentencepiece and protobuf 7"),
        pytest.param(recipes.RUNTIME, A770, id="a SYCL runtime that nothing uses"),
    ],
)
def test_the_healthy_have_no_error(ward: Ward, in_machine: Callable[..., Visit], patient: Patient, machine: Machine | None) -> None:
    seen = in_machine(machine, ward.python(patient))
    assert (seen.errors, seen.crashed, seen.status) == ([], [], 0)
    assert seen.seen("gaps") is None


@pytest.mark.parametrize("patient", [pytest.param(one, id=one.name) for one in (recipes.LLM_IPEX, recipes.CUDA, recipes.EMPTY_METADATA)])
def test_a_snapshot_gives_the_same_findings(ward: Ward, tmp_path: Path, patient: Patient) -> None:
    python, saved, told = ward.python(patient), tmp_path / "snapshot.json", tmp_path / "report.json"
    live = check(python)
    told.write_text(live.stdout)
    assert visit("snapshot", "--python", python, "-o", saved).status == 0
    for file in (saved, told):
        later = visit("check", "--snapshot", file, "--format", "json")
        assert _findings(later) == _findings(live)
        assert later.status == live.status


@pytest.mark.parametrize("patient", [pytest.param(one, id=one.name) for one in (recipes.LLM_IPEX, recipes.CUDA, recipes.SENTENCEPIECE)])
def test_a_pasted_report_gives_the_same_diagnosis(ward: Ward, tmp_path: Path, patient: Patient) -> None:
    python, paste = ward.python(patient), tmp_path / "issue.md"
    live = check(python)
    assert live.rules
    for command in (("check", "--format", "text"), ("check", "--format", "markdown"), ("check", "--format", "json"), ("report",)):
        paste.write_text(visit(*command, "--python", python).stdout)
        later = visit("triage", paste, "--format", "json")
        assert (later.rules, later.status) == (live.rules, live.status), command


def _findings(seen: Visit) -> str:
    return json.dumps(seen.report["findings"])
