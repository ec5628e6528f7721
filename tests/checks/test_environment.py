"""The rules of environment.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.runtime import Runtime
from xpudoctor.facts.system import System
from xpudoctor.testing import gpus, installed, run, variables

A770, B580, PANTHER_LAKE = "56a0", "e20b", "b080"
IMMEDIATE = "SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS"
CONDA = "/opt/conda/envs/llm"


@pytest.mark.parametrize(
    ("values", "torch", "status"),
    [
        pytest.param({"SYCL_DEVICE_FILTER": "level_zero:gpu:0"}, "torch==2.9.0+xpu", Status.FOUND, id="set beside a current torch"),
        pytest.param({"SYCL_DEVICE_FILTER": "level_zero"}, "torch==2.0.1a0", Status.CLEAR, id="a torch that still read it"),
        pytest.param({}, "torch==2.9.0+xpu", Status.CLEAR, id="not set"),
        pytest.param({"SYCL_DEVICE_FILTER": ""}, "torch==2.9.0+xpu", Status.CLEAR, id="empty"),
    ],
)
def test_sycl_device_filter_obsolete(values, torch, status):
    assert run("sycl-device-filter-obsolete", environment=variables(**values), packages=installed(torch)).status is status


@pytest.mark.parametrize(
    ("values", "pci_id", "os", "status"),
    [
        pytest.param({IMMEDIATE: "1"}, B580, "windows", Status.FOUND, id="on, with Battlemage on Windows"),
        pytest.param({IMMEDIATE: "0"}, B580, "windows", Status.CLEAR, id="off"),
        pytest.param({IMMEDIATE: "1"}, A770, "windows", Status.CLEAR, id="Alchemist, for which it was meant"),
        pytest.param({IMMEDIATE: "1"}, B580, "linux", Status.CLEAR, id="Linux"),
        pytest.param({}, B580, "windows", Status.CLEAR, id="not set"),
    ],
)
def test_immediate_command_lists_on_battlemage(values, pci_id, os, status):
    sections = {"environment": variables(**values), "devices": gpus(pci_id), "system": System(os=os)}
    assert run("immediate-command-lists-on-battlemage", **sections).status is status


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        pytest.param({"ZE_DEBUG": "-1"}, ["ZE_DEBUG=-1 is set: the GPU stack traces, checks or serialises its calls."], id="a trace"),
        pytest.param(
            {"UR_L0_SERIALIZE": "2", "SYCL_UR_TRACE": "2", "SYCL_PI_TRACE": "1"},
            ["UR_L0_SERIALIZE=2, SYCL_UR_TRACE=2 are set: the GPU stack traces, checks or serialises its calls."],
            id="two of them",
        ),
        pytest.param({"ZE_SERIALIZE": "0", "ZE_DEBUG": ""}, [], id="switched off"),
        pytest.param({"ZE_AFFINITY_MASK": "0"}, [], id="another variable"),
    ],
)
def test_debug_variables_left_on(values, messages):
    assert [finding.message for finding in run("debug-variables-left-on", environment=variables(**values)).findings] == messages


@pytest.mark.parametrize(
    ("value", "pci_id", "package", "status"),
    [
        pytest.param("1", B580, "intel-sycl-rt==2026.0.0", Status.FOUND, id="Battlemage and the runtime of 2026"),
        pytest.param("1", PANTHER_LAKE, "intel-sycl-rt==2026.1.0", Status.FOUND, id="Panther Lake"),
        pytest.param("0", B580, "intel-sycl-rt==2026.0.0", Status.CLEAR, id="switched off"),
        pytest.param("1", A770, "intel-sycl-rt==2026.0.0", Status.CLEAR, id="Alchemist has the older adapter"),
        pytest.param("1", B580, "intel-sycl-rt==2025.3.2", Status.CLEAR, id="the runtime of 2025"),
        pytest.param("1", B580, "torch==2.6.0+cpu", Status.CLEAR, id="no runtime"),
    ],
)
def test_persistent_sycl_cache(value, pci_id, package, status):
    sections = {"environment": variables(SYCL_CACHE_PERSISTENT=value), "devices": gpus(pci_id), "packages": installed(package)}
    assert run("persistent-sycl-cache", **sections).status is status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        pytest.param({"PYTORCH_XPU_ALLOC_CONF": "expandable_segments:True"}, Status.FOUND, id="the name that nobody reads"),
        pytest.param({"PYTORCH_ALLOC_CONF": "expandable_segments:True"}, Status.CLEAR, id="the name that is read"),
        pytest.param({"PYTORCH_XPU_ALLOC_CONF": "x:1", "PYTORCH_ALLOC_CONF": "x:1"}, Status.CLEAR, id="both"),
    ],
)
def test_alloc_conf_not_read(values, status):
    assert run("alloc-conf-not-read", environment=variables(**values)).status is status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        pytest.param({IMMEDIATE: "1", "UR_L0_USE_IMMEDIATE_COMMANDLISTS": "0"}, Status.FOUND, id="two values"),
        pytest.param({IMMEDIATE: "1", "UR_L0_USE_IMMEDIATE_COMMANDLISTS": "1"}, Status.CLEAR, id="one value twice"),
        pytest.param({IMMEDIATE: "1"}, Status.CLEAR, id="the older name alone"),
        pytest.param({"UR_L0_USE_IMMEDIATE_COMMANDLISTS": "1"}, Status.CLEAR, id="the newer name alone"),
    ],
)
def test_two_names_disagree(values, status):
    assert run("two-names-disagree", environment=variables(**values)).status is status


@pytest.mark.parametrize(
    ("values", "listed", "status"),
    [
        pytest.param(
            {"OCL_ICD_VENDORS": f"{CONDA}/etc/OpenCL/vendors", "CONDA_PREFIX": CONDA}, (), Status.FOUND, id="conda's folder, no GPU"
        ),
        pytest.param(
            {"OCL_ICD_VENDORS": f"{CONDA}/etc/OpenCL/vendors", "CONDA_PREFIX": CONDA}, ("56a0",), Status.CLEAR, id="the GPU is listed"
        ),
        pytest.param(
            {"OCL_ICD_VENDORS": f"{CONDA}/etc/OpenCL/vendors", "CONDA_PREFIX": CONDA}, None, Status.CLEAR, id="OpenCL was not asked"
        ),
        pytest.param({"OCL_ICD_VENDORS": "/etc/OpenCL/vendors", "CONDA_PREFIX": CONDA}, (), Status.CLEAR, id="the system's folder"),
        pytest.param({"CONDA_PREFIX": CONDA}, (), Status.CLEAR, id="not set"),
    ],
)
def test_opencl_vendors_overridden(values, listed, status):
    assert run("opencl-vendors-overridden", environment=variables(**values), runtime=Runtime(opencl_gpus=listed)).status is status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        pytest.param({"UR_ADAPTERS_FORCE_LOAD": "/x/libur_adapter_opencl.so"}, Status.FOUND, id="OpenCL's alone"),
        pytest.param({"UR_ADAPTERS_FORCE_LOAD": "/x/libur_adapter_level_zero.so.0"}, Status.CLEAR, id="Level Zero's"),
        pytest.param({}, Status.CLEAR, id="not set"),
    ],
)
def test_adapters_forced(values, status):
    assert run("adapters-forced", environment=variables(**values)).status is status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        pytest.param({"PYTORCH_ENABLE_XPU_FALLBACK": "1"}, Status.FOUND, id="on"),
        pytest.param({"PYTORCH_ENABLE_XPU_FALLBACK": "0"}, Status.CLEAR, id="off"),
        pytest.param({}, Status.CLEAR, id="not set"),
    ],
)
def test_cpu_fallback_enabled(values, status):
    assert run("cpu-fallback-enabled", environment=variables(**values)).status is status
