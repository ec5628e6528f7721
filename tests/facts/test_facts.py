"""The questions that sections answer about themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from xpudoctor import Fact, Place, fact, leading_version, minor, pep440
from xpudoctor.facts.gpus import KINDS, model, models
from xpudoctor.facts.runtime import DriverPackage, Runtime
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import ImportOutcome
from xpudoctor.facts.versions import Range, requirement
from xpudoctor.testing import gpus, installed


def test_a_missing_name_counts_only_in_a_whole_listing() -> None:
    assert installed("torch==2.6.0").lacks("numpy")
    assert not installed("torch==2.6.0", complete=False).lacks("numpy")
    assert not installed("torch==2.6.0").lacks("torch", "numpy")


def test_names_are_compared_as_pip_compares_them() -> None:
    assert installed("Intel_Extension.for-PyTorch==2.8.10+xpu").get("intel-extension-for-pytorch")


def test_the_first_copy_is_the_one_that_python_imports() -> None:
    packages = installed("torch==2.6.0+xpu", "torch==2.13.0")
    assert packages.version("torch") == pep440("2.6.0+xpu")
    assert len(packages.all("torch")) == 2


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("6.8.0-45-generic", "6.8.0", id="a kernel"),
        pytest.param("32.0.101.5737", "32.0.101.5737", id="a Windows driver"),
        pytest.param("v1.28.2", "1.28.2", id="a tag"),
        pytest.param("rolling", None, id="a word"),
    ],
)
def test_leading_version(text: str, numbers: str | None) -> None:
    assert str(leading_version(text)) == str(numbers)


def test_minor_is_what_torch_and_ipex_agree_by() -> None:
    version = pep440("2.10.1+xpu")
    assert version
    assert minor(version) == "2.10"


def test_an_epoch_is_no_part_of_a_driver_version() -> None:
    assert str(DriverPackage("libze1", "1:1.28.2-1").parsed) == "1.28.2"


def test_a_fact_carries_its_source() -> None:
    system = System(kernel="6.8", long_paths=False, sources={"kernel": "uname -r"})
    assert fact(system, "kernel") == Fact("kernel", "6.8", "uname -r")
    assert fact(system, "long_paths").value == "no"
    assert fact(system, "groups").value == "none"


def test_the_first_driver_package_by_name() -> None:
    runtime = Runtime(driver_packages=(DriverPackage("libze1", "1.16"), DriverPackage("libze-intel-gpu1", "25.18")))
    found = runtime.driver_package("intel-level-zero-gpu", "libze-intel-gpu1")
    assert found
    assert found.version == "25.18"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        pytest.param(ImportOutcome("torch", ok=True), "imports", id="well"),
        pytest.param(ImportOutcome("torch", timed_out=True), "did not end within the time limit", id="never"),
        pytest.param(ImportOutcome("torch", signal="SIGSEGV"), "died of SIGSEGV", id="by a signal"),
        pytest.param(ImportOutcome("torch", error="ImportError: x"), "ImportError: x", id="by an exception"),
        pytest.param(ImportOutcome("torch", exit_status=127), "ended the process with exit status 127", id="by an exit"),
    ],
)
def test_how_an_import_ended(outcome: ImportOutcome, words: str) -> None:
    assert outcome.ending == words


def test_every_gpu_of_the_table_is_one() -> None:
    assert len(models()) > 250
    for pci_id, gpu in models().items():
        assert len(pci_id) == 4
        assert int(pci_id, 16)
        assert gpu.kind in KINDS
        assert gpu.memory is None or gpu.kind != "integrated"


def test_a_gpu_is_found_by_either_spelling_of_its_id() -> None:
    found = model("E20B")
    assert found
    assert found.name == "Arc B580"
    assert model("ffff") is None


def test_cards_and_integrated_gpus_are_told_apart() -> None:
    devices = gpus("56a0", "4680")
    assert [gpu.label for gpu in devices.discrete] == ["Arc A770"]
    assert [gpu.family for gpu in devices.integrated] == ["adl"]


def test_a_place_reads_as_editors_take_it() -> None:
    assert str(Place("src/app.py", 12, 5)) == "src/app.py:12:5"


@given(
    st.lists(
        st.tuples(st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=", "==="]), st.sampled_from(["2.6", "2.6.1", "2.6.*", "3"])),
        max_size=2,
    ),
    st.sampled_from(["2.6", "2.6.0+xpu", "2.6.1rc1", "2.7.dev0", "3"]),
)
def test_a_range_is_one_of_pep_440(parts: list[tuple[str, str]], version: str) -> None:
    text = ", ".join(f"{operator}{number}" for operator, number in parts)
    try:
        wanted = SpecifierSet(text).contains(version, prereleases=True)
    except InvalidSpecifier:
        return
    assert (Version(version) in Range(text)) is wanted
    assert (Version(version) in requirement(f"torch{text}")[1]) is wanted


@pytest.mark.parametrize("text", ["2.6", "=2.6", ">>2", ">=", ">=x", "<2,3", "torch>=2"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"[vV]ersion"):
        Range(text)


@pytest.mark.parametrize("text", ["", ">=2", "torch >>> 2", "torch 2", "torch[x]>=2", "torch>=2; x"])
def test_what_is_no_requirement(text: str) -> None:
    with pytest.raises(ValueError, match=r"[vV]ersion|requirement"):
        requirement(text)
