"""The rules of windows_drivers.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.testing import gpus, installed, run

A770, B580, LUNAR_LAKE, PANTHER_LAKE, IRIS_XE, UHD_620 = "56a0", "e20b", "64a0", "b080", "9a49", "5917"
WINDOWS = System(os="windows")


@pytest.mark.parametrize(
    ("pci_id", "driver", "packages", "status"),
    [
        pytest.param(LUNAR_LAKE, "32.0.101.5736", None, Status.FOUND, id="Lunar Lake below 5737"),
        pytest.param(LUNAR_LAKE, "32.0.101.5737", None, Status.CLEAR, id="Lunar Lake with 5737"),
        pytest.param(B580, "32.0.101.6078", None, Status.FOUND, id="Battlemage below 6256"),
        pytest.param(B580, "32.0.101.6256", None, Status.CLEAR, id="Battlemage with 6256"),
        pytest.param(A770, "31.0.101.4953", None, Status.FOUND, id="Alchemist below 5122"),
        pytest.param(A770, "32.0.101.8991", None, Status.CLEAR, id="Alchemist with a current driver"),
        pytest.param(IRIS_XE, "30.0.101.3111", None, Status.FOUND, id="Iris Xe of 2022"),
        pytest.param(IRIS_XE, "32.0.101.7088", None, Status.CLEAR, id="the branch of the 11th to 14th generation"),
        pytest.param(IRIS_XE, "31.0.101.2128", None, Status.CLEAR, id="a branch with numbers of its own"),
        pytest.param(A770, "31.0.101.5382", installed("bigdl-core-cpp==2.6.0"), Status.FOUND, id="llama.cpp of ipex-llm asks for more"),
        pytest.param(A770, "31.0.101.5382", installed("torch==2.9.0+xpu"), Status.CLEAR, id="torch does not"),
        pytest.param(UHD_620, "27.20.100.8681", None, Status.CLEAR, id="a GPU without a floor"),
        pytest.param("ffff", "31.0.101.4000", None, Status.CLEAR, id="a GPU of no table"),
        pytest.param(A770, None, None, Status.CLEAR, id="the driver is not known"),
        pytest.param(A770, "unknown", None, Status.CLEAR, id="a version that cannot be read"),
    ],
)
def test_driver_too_old_windows(pci_id, driver, packages, status):
    assert run("driver-too-old-windows", devices=gpus(pci_id, driver_version=driver), packages=packages).status is status


def test_driver_too_old_windows_names_the_page():
    finding = run("driver-too-old-windows", devices=gpus(IRIS_XE, driver_version="30.0.101.3111")).findings[0]
    assert "/download/864990/" in finding.fixes[0].text
    assert finding.message.endswith("runs on driver 30.0.101.3111; Intel's LLM guide for Windows asks for 31.0.101.5122 or later.")


@pytest.mark.parametrize(
    ("pci_id", "driver", "status"),
    [
        pytest.param(UHD_620, "31.0.101.2130", Status.FOUND, id="UHD 620"),
        pytest.param("ffff", "31.0.101.2134", Status.FOUND, id="a GPU of no table"),
        pytest.param(UHD_620, "27.20.100.8681", Status.CLEAR, id="an older numbering"),
        pytest.param(A770, "31.0.101.5590", Status.CLEAR, id="the main branch"),
        pytest.param(IRIS_XE, "32.0.101.7088", Status.CLEAR, id="the 11th to 14th generation"),
        pytest.param(UHD_620, None, Status.CLEAR, id="the driver is not known"),
    ],
)
def test_driver_legacy_branch_windows(pci_id, driver, status):
    assert run("driver-legacy-branch-windows", devices=gpus(pci_id, driver_version=driver)).status is status


@pytest.mark.parametrize(
    ("pci_id", "driver", "package", "system", "status"),
    [
        pytest.param(B580, "32.0.101.8626", "triton-xpu==3.7.2", WINDOWS, Status.FOUND, id="below 8801"),
        pytest.param(B580, "32.0.101.8801", "triton-xpu==3.7.2", WINDOWS, Status.CLEAR, id="8801"),
        pytest.param(B580, "32.0.101.8626", "triton-xpu==3.7.1", WINDOWS, Status.CLEAR, id="an earlier Triton"),
        pytest.param(IRIS_XE, "32.0.101.7088", "triton-xpu==3.7.2", WINDOWS, Status.CLEAR, id="another branch"),
        pytest.param(B580, None, "triton-xpu==3.7.2", System(os="linux"), Status.CLEAR, id="Linux"),
    ],
)
def test_driver_too_old_for_triton_windows(pci_id, driver, package, system, status):
    devices = gpus(pci_id, driver_version=driver)
    assert run("driver-too-old-for-triton-windows", devices=devices, packages=installed(package), system=system).status is status


@pytest.mark.parametrize(
    ("pci_id", "driver", "packages", "status"),
    [
        pytest.param(LUNAR_LAKE, "32.0.101.6881", installed("torch==2.8.0+xpu"), Status.FOUND, id="6881 on Lunar Lake"),
        pytest.param(LUNAR_LAKE, "32.0.101.6737", installed("torch==2.8.0+xpu"), Status.CLEAR, id="the one before"),
        pytest.param(B580, "32.0.101.6881", installed("torch==2.8.0+xpu"), Status.CLEAR, id="another family"),
        pytest.param(LUNAR_LAKE, "32.0.101.6881", installed("numpy==2.0.0"), Status.CLEAR, id="no torch to suffer"),
        pytest.param(LUNAR_LAKE, "32.0.101.6881", None, Status.CLEAR, id="packages not looked at"),
    ],
)
def test_driver_known_bad_windows(pci_id, driver, packages, status):
    assert run("driver-known-bad-windows", devices=gpus(pci_id, driver_version=driver), packages=packages).status is status
