"""The rules of packages.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.system import System
from xpudoctor.testing import installed, run

CLEAR, FOUND = Status.CLEAR, Status.FOUND
LLM = "ipex-llm==2.2.0"
LINUX, WINDOWS = System(os="linux"), System(os="windows")


def listing(*packages: Package, **fields: object) -> Packages:
    return Packages(packages, complete=True, **fields)


@pytest.mark.parametrize(
    ("packages", "rules"),
    [
        pytest.param(installed(LLM, "transformers==5.3.0"), ["transformers-5-with-ipex-llm"], id="transformers 5"),
        pytest.param(installed(LLM, "transformers==5.0.0rc1"), ["transformers-5-with-ipex-llm"], id="a candidate of transformers 5"),
        pytest.param(installed(LLM, "transformers==4.57.6"), ["transformers-newer-than-ipex-llm"], id="a late transformers 4"),
        pytest.param(installed(LLM, "transformers==4.53.2"), [], id="the last that was tried"),
        pytest.param(installed(LLM, "transformers==4.37.0"), [], id="the one that is pinned"),
        pytest.param(installed("transformers==5.3.0"), [], id="without ipex-llm"),
        pytest.param(installed(LLM, "bigdl-core-cpp==2.6.0", "transformers==5.3.0"), [], id="ipex-llm[cpp], which does not use it"),
    ],
)
def test_transformers_beside_ipex_llm(packages, rules):
    every = ("transformers-5-with-ipex-llm", "transformers-newer-than-ipex-llm")
    assert [rule for rule in every if run(rule, packages=packages).findings] == rules


REQUIRES = (
    "tokenizers<0.19,>=0.14",
    "huggingface-hub<1.0,>=0.19.3",
    "numpy>=1.17",
    'flax>=0.4; extra == "flax"',
    "numpydoc<1",
    "not a name!",
)


@pytest.mark.parametrize(
    ("others", "commands"),
    [
        pytest.param(("tokenizers==0.22.0",), ['pip install "tokenizers<0.19,>=0.14"'], id="tokenizers too new"),
        pytest.param(("huggingface_hub==1.3.0",), ['pip install "huggingface-hub<1.0,>=0.19.3"'], id="a name with an underscore"),
        pytest.param(("tokenizers==0.22.0", "huggingface-hub==1.3.0"),
                     ['pip install "tokenizers<0.19,>=0.14"', 'pip install "huggingface-hub<1.0,>=0.19.3"'], id="two at once"),
        pytest.param(("tokenizers==0.15.2", "numpy==1.26.4"), [], id="all in range"),
        pytest.param(("tokenizers==0.18.1rc0",), [], id="a pre-release in range"),
        pytest.param(("numpydoc==1.8.0",), [], id="one that is not looked at on import"),
        pytest.param((), [], id="nothing beside it"),
    ],
)  # fmt: skip
def test_transformers_requirement_unmet(others, commands):
    transformers = Package("transformers", "4.37.0", requires=REQUIRES)
    packages = listing(transformers, *installed(*others).installed)
    found = run("transformers-requirement-unmet", packages=packages).findings
    assert [finding.fixes[0].commands for finding in found] == [(command,) for command in commands]


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(installed("transformers==4.48.3", "sentencepiece==0.2.0"), FOUND, id="beside sentencepiece"),
        pytest.param(installed("transformers==4.37.0", LLM), FOUND, id="beside ipex-llm"),
        pytest.param(installed("transformers==4.37.0", "sentencepiece==0.2.0", "protobuf==5.29.5"), CLEAR, id="it is there"),
        pytest.param(installed("transformers==4.48.3"), CLEAR, id="no sentencepiece, no need"),
        pytest.param(installed("sentencepiece==0.2.0"), CLEAR, id="sentencepiece without transformers"),
        pytest.param(installed(LLM, "transformers==4.37.0", "bigdl-core-cpp==2.6.0"), CLEAR, id="ipex-llm[cpp]"),
        pytest.param(
            installed("transformers==4.48.3", "sentencepiece==0.2.0", complete=False), CLEAR, id="a paste says nothing of what is missing"
        ),
    ],
)
def test_protobuf_missing(packages, status):
    assert run("protobuf-missing", packages=packages).status is status


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(installed("transformers==4.57.1", "sentencepiece==0.1.99", "protobuf==6.33.0"), FOUND, id="sentencepiece's old file"),
        pytest.param(installed("transformers==4.57.1", "sentencepiece==0.1.99", "protobuf==4.25.8"), FOUND, id="protobuf 4"),
        pytest.param(installed("transformers==4.57.1", "sentencepiece==0.1.99", "protobuf==3.20.3"), CLEAR, id="protobuf 3"),
        pytest.param(installed("transformers==4.57.1", "sentencepiece==0.2.0", "protobuf==7.34.0"), CLEAR, id="a newer sentencepiece"),
        pytest.param(installed("transformers==4.44.2", "sentencepiece==0.1.99", "protobuf==7.34.0"), CLEAR, id="transformers' new file"),
        pytest.param(installed("transformers==4.30.2", "sentencepiece==0.2.0", "protobuf==4.25.8"), FOUND, id="transformers' old file"),
        pytest.param(installed("sentencepiece==0.1.99", "protobuf==6.33.0"), CLEAR, id="nothing that loads the file"),
    ],
)
def test_protobuf_too_new_for_sentencepiece(packages, status):
    assert run("protobuf-too-new-for-sentencepiece", packages=packages).status is status


@pytest.mark.parametrize(
    ("packages", "system", "names"),
    [
        pytest.param(installed("numpy==2.1.2", "torch==2.1.0a0+cxx11.abi"), LINUX, ["torch"], id="Intel's own torch 2.1"),
        pytest.param(installed("numpy==2.1.2", "torch==2.3.1+cxx11.abi"), WINDOWS, ["torch"], id="torch 2.3 on Windows"),
        pytest.param(
            installed("numpy==2.4.6", "pandas==2.0.3", "scikit-learn==1.4.1.post1"), LINUX, ["pandas", "scikit-learn"], id="two others"
        ),
        pytest.param(installed("numpy==2.1.2", "torch==2.3.1+cxx11.abi"), LINUX, [], id="torch 2.3 on Linux"),
        pytest.param(installed("numpy==2.1.2", "torch==2.3.1+cxx11.abi"), None, [], id="torch 2.3 on a machine that is not known"),
        pytest.param(installed("numpy==2.1.2", "pandas==2.2.2", "opencv-python==4.10.0.84"), WINDOWS, [], id="the first that take both"),
        pytest.param(installed("numpy==1.26.4", "torch==2.1.0a0", "pandas==2.0.3"), WINDOWS, [], id="NumPy 1"),
        pytest.param(installed("torch==2.1.0a0", complete=False), LINUX, [], id="a paste without NumPy"),
    ],
)
def test_numpy_2_with_old_wheels(packages, system, names):
    findings = run("numpy-2-with-old-wheels", packages=packages, system=system).findings
    assert [finding.evidence[0].name for finding in findings] == names


@pytest.mark.parametrize(
    ("rule", "packages", "status"),
    [
        pytest.param("package-leftovers", installed(leftovers=("/x/~orch",)), FOUND, id="a leftover"),
        pytest.param("package-leftovers", installed("torch==2.9.0+xpu"), CLEAR, id="no leftover"),
        pytest.param("package-metadata-damaged", installed(damaged=("torch: /x/METADATA is empty",)), FOUND, id="metadata that is empty"),
        pytest.param("package-metadata-damaged", installed("torch==2.9.0+xpu"), CLEAR, id="metadata that is whole"),
    ],
)
def test_damaged_installations(rule, packages, status):
    assert run(rule, packages=packages).status is status


CONDA = Package("pytorch", "2.5.1", origin="conda", installer="conda")


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(listing(Package("torch", "2.9.0+xpu", installer="pip"), CONDA), FOUND, id="pip over conda's pytorch"),
        pytest.param(listing(Package("torch", "2.9.0+xpu", installer="uv"), CONDA), FOUND, id="uv over conda's pytorch"),
        pytest.param(
            listing(Package("torch", "2.5.1", installer="conda"), Package("torch", "2.9.0+xpu", installer="pip")),
            FOUND,
            id="two records of torch",
        ),
        pytest.param(listing(Package("torch", "2.5.1", installer="conda"), CONDA), CLEAR, id="conda alone, with both of its records"),
        pytest.param(listing(Package("torch", "2.9.0+xpu", installer="pip")), CLEAR, id="pip alone"),
        pytest.param(listing(Package("torch", "2.5.1"), CONDA), CLEAR, id="a torch that does not say who installed it"),
        pytest.param(
            listing(Package("numpy", "2.1.2", installer="pip"), Package("numpy", "1.26.4", installer="conda")),
            CLEAR,
            id="NumPy, which is common",
        ),
    ],
)
def test_conda_and_pip_torch(packages, status):
    assert run("conda-and-pip-torch", packages=packages).status is status


@pytest.mark.parametrize(
    ("environment", "origin", "status"),
    [
        pytest.param("conda", "user", FOUND, id="the user site in a conda environment"),
        pytest.param("conda", "conda", CLEAR, id="all in the conda environment"),
        pytest.param("system", "user", CLEAR, id="the user site is where pip puts it without an environment"),
    ],
)
def test_user_site_shadows_environment(environment, origin, status):
    packages = listing(Package("torch", "2.9.0+xpu", origin=origin), environment=environment)
    assert run("user-site-shadows-environment", packages=packages).status is status
