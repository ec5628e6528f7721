"""The rules of torch_wheels.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import gpus, installed, run

CLEAR, FOUND = Status.CLEAR, Status.FOUND
A770, B580, PANTHER_LAKE, ARROW_LAKE, WILDCAT_LAKE, UHD_620 = "56a0", "e20b", "b080", "7d51", "fd80", "5917"
XPU_2_9 = Torch(version="2.9.0+xpu", available=False)
LINUX, WINDOWS = System(os="linux"), System(os="windows")


@pytest.mark.parametrize(
    ("packages", "real", "status"),
    [
        pytest.param(installed("torch==2.6.0+xpu"), "2.13.0+cpu", FOUND, id="a stale record"),
        pytest.param(installed("torch==2.6.0+xpu", "torch==2.13.0+cpu"), "2.13.0+cpu", FOUND, id="two records"),
        pytest.param(installed("torch==2.6.0+xpu", "torch==2.6.0+cpu"), "2.6.0+xpu", FOUND, id="two builds of one release"),
        pytest.param(installed("torch==2.13.0"), "2.13.0+cu130", CLEAR, id="the public wheel records no local version"),
        pytest.param(installed("torch==2.1.0a0"), "2.1.0a0+cxx11.abi", CLEAR, id="Intel's own build"),
        pytest.param(installed("torch==2.9.0+xpu"), "2.9.0+xpu", CLEAR, id="one record that is right"),
        pytest.param(installed("torch==2.8.0a0+git1111111"), "2.8.0a0+git2222222", CLEAR, id="a source build that was built again"),
        pytest.param(
            Packages((Package("torch", "2.9.0+xpu", location="/venv"), Package("torch", "2.1.2", location="/usr"))), "2.9.0+xpu", CLEAR,
            id="another torch of the system, which is hidden",
        ),
        pytest.param(installed("numpy==1.26.4"), "2.9.0+xpu", CLEAR, id="a torch without a record"),
        pytest.param(installed("torch==2.9.0+xpu"), None, CLEAR, id="the files do not say"),
    ],
)  # fmt: skip
def test_torch_installed_twice(packages, real, status):
    assert run("torch-installed-twice", packages=packages, torch=Torch(version=real)).status is status


REQUIRES = (
    "intel-cmplr-lib-rt==2025.0.2", "intel-cmplr-lib-ur==2025.0.2", "intel-cmplr-lic-rt==2025.0.2", "intel-sycl-rt==2025.0.2",
    'tcmlib==1.2.0; platform_system == "Linux"', 'umf==0.9.1; platform_system == "Linux"', "mkl==2025.0.1",
)  # fmt: skip


def runtime(sycl: str | None = "2025.0.2", complete: bool = True, **others: str) -> Packages:
    """Return torch 2.6.0+xpu with the runtime that it pins, apart from what is told."""
    pinned = {"intel-cmplr-lib-rt": "2025.0.2", "intel-cmplr-lib-ur": "2025.0.2", "mkl": "2025.0.1", "intel-sycl-rt": sycl}
    versions = {**pinned, **{name.replace("_", "-"): version for name, version in others.items()}}
    found = tuple(Package(name, version) for name, version in versions.items() if version)
    return Packages((Package("torch", "2.6.0+xpu", requires=REQUIRES), *found), complete)


@pytest.mark.parametrize(
    ("packages", "rules"),
    [
        pytest.param(runtime(None), ["runtime-wheel-missing"], id="without the SYCL library"),
        pytest.param(runtime("2026.0.0"), ["runtime-wheel-other-release"], id="the SYCL library of another year"),
        pytest.param(runtime("2025.1.1"), ["runtime-wheel-other-release"], id="the SYCL library of another minor release"),
        pytest.param(runtime("2025.0.4"), [], id="the runtime that IPEX puts in its place"),
        pytest.param(runtime(), [], id="all as pinned"),
        pytest.param(runtime(mkl="2025.3.1"), [], id="another MKL, which keeps its names"),
        pytest.param(runtime(None, complete=False), [], id="a paste says nothing of what is missing"),
        pytest.param(installed("torch==2.9.0+xpu", "intel-sycl-rt==2026.0.0"), [], id="a listing without requirements"),
        pytest.param(installed("numpy==1.26.4"), [], id="no torch"),
    ],
)
def test_runtime_wheels(packages, rules):
    every = ("runtime-wheel-missing", "runtime-wheel-other-release")
    assert [rule for rule in every if run(rule, packages=packages).findings] == rules


def test_a_release_is_not_read_as_text():
    torch = Package("torch", "9.9.0+xpu", requires=("intel-sycl-rt==2025.10.0",))
    packages = Packages((torch, Package("intel-sycl-rt", "2025.1.0")), complete=True)
    assert run("runtime-wheel-other-release", packages=packages).status is FOUND


@pytest.mark.parametrize(
    ("torch", "devices", "status"),
    [
        pytest.param(XPU_2_9, gpus(PANTHER_LAKE), FOUND, id="Panther Lake before torch 2.10"),
        pytest.param(Torch(version="2.5.1+xpu", available=False), gpus(B580), FOUND, id="Battlemage before torch 2.6"),
        pytest.param(XPU_2_9, gpus(B580), CLEAR, id="Battlemage after it"),
        pytest.param(Torch(version="2.10.0+xpu", available=False), gpus(PANTHER_LAKE), CLEAR, id="2.10 is not 2.1"),
        pytest.param(XPU_2_9, gpus(PANTHER_LAKE, B580), CLEAR, id="a card that it knows beside one that it does not"),
        pytest.param(Torch(version="2.9.0+xpu", available=True), gpus(PANTHER_LAKE), CLEAR, id="it is available all the same"),
        pytest.param(
            Torch(version="2.6.0.post0+xpu", available=False), gpus(ARROW_LAKE), CLEAR, id="the build that was made for Arrow Lake"
        ),
        pytest.param(
            Torch(version="2.9.0+cpu", available=False), gpus(PANTHER_LAKE), CLEAR, id="the CPU wheel, of which another rule speaks"
        ),
        pytest.param(XPU_2_9, gpus(WILDCAT_LAKE), CLEAR, id="a GPU for which it is not settled"),
        pytest.param(XPU_2_9, gpus(UHD_620), CLEAR, id="a UHD-only machine"),
        pytest.param(XPU_2_9, gpus(), CLEAR, id="no Intel GPU"),
    ],
)
def test_torch_too_old(torch, devices, status):
    assert run("torch-too-old", torch=torch, devices=devices).status is status


@pytest.mark.parametrize(
    ("torch", "beside", "wanted"),
    [
        pytest.param("2.6.0+xpu", "torchvision==0.20.1", "2.5", id="an older torchvision"),
        pytest.param("2.13.0+xpu", "torchvision==0.29.2", "2.14", id="a torchvision too new for this torch"),
        pytest.param("2.15.0+xpu", "torchvision==0.29.0", "2.14", id="the last torchvision for one torch alone"),
        pytest.param("2.6.0+xpu", "torchvision==0.19.1", "2.4", id="the torchvision of a release without XPU wheels"),
        pytest.param("2.13.0+xpu", "torchaudio==2.10.0", "2.10", id="the last torchaudio for one torch alone"),
        pytest.param("2.10.0+xpu", "torchaudio==2.11.0", "2.11", id="a torchaudio too new for this torch"),
        pytest.param("2.13.0+xpu", "torchaudio==2.11.0+xpu", None, id="torchaudio 2.11 beside torch 2.13"),
        pytest.param("2.14.0+xpu", "torchaudio==2.11.1", None, id="torchaudio 2.11.1 beside torch 2.14"),
        pytest.param("2.14.0a0+git6047e1c", "torchaudio==2.11.0a0+c0cbdb9", None, id="both built from source"),
        pytest.param("2.15.0+xpu", "torchvision==0.29.2", None, id="torchvision 0.29.2 beside torch 2.15"),
        pytest.param("2.14.0+xpu", "torchvision==0.29.0+xpu", None, id="the pair of 2.14"),
        pytest.param("2.7.1+xpu", "torchvision==0.22.1+xpu", None, id="the pair of 2.7"),
        pytest.param("2.1.0a0+cxx11.abi", "torchvision==0.16.0a0", None, id="Intel's own pair"),
        pytest.param("2.3.1+cxx11.abi", "torchvision==0.18.0+cxx11.abi", None, id="the pair that Intel's file names"),
        pytest.param("2.3.1.post0+cxx11.abi", "torchaudio==2.3.0+cxx11.abi", None, id="torchaudio as Intel's file names it"),
        pytest.param("2.8.0a0+git1234abc", "torchvision==0.23.0a0+5678def", None, id="source builds"),
        pytest.param("2.13.0a0+gitf71f589", "torchvision==0.27.0a0+499ca51", None, id="source builds that are not of one day"),
        pytest.param("2.16.0.dev20261101+xpu", "torchvision==0.29.0.dev20261101+xpu", None, id="nightly builds"),
        pytest.param("2.15.0+xpu", "torchvision==0.30.0", None, id="a torchvision that is not known yet"),
        pytest.param("2.9.0+xpu", "torchaudio==0.13.1", None, id="a torchaudio from before it counted as torch does"),
    ],
)
def test_torchvision_torchaudio_mismatch(torch, beside, wanted):
    findings = run("torchvision-torchaudio-mismatch", packages=installed(f"torch=={torch}", beside)).findings
    assert [f"belongs to torch {wanted}," in finding.message for finding in findings] == ([True] if wanted else [])


def test_both_are_named_where_both_are_wrong():
    packages = installed("torch==2.9.0+xpu", "torchvision==0.20.1", "torchaudio==2.5.1")
    assert len(run("torchvision-torchaudio-mismatch", packages=packages).findings) == 2


@pytest.mark.parametrize(
    ("packages", "status"),
    [
        pytest.param(installed("triton==3.3.0", "pytorch-triton-xpu==3.3.0"), FOUND, id="the CUDA Triton over the older name"),
        pytest.param(installed("triton==3.7.1", "triton-xpu==3.7.2"), FOUND, id="the CUDA Triton over the newer name"),
        pytest.param(installed("triton-windows==3.5.0", "triton-xpu==3.7.2"), FOUND, id="the Windows build for CUDA"),
        pytest.param(
            installed("triton==3.8.0+xpu", "triton-windows==3.5.0", "triton-xpu==3.8.0"), FOUND, id="the shim, and the Windows build too"
        ),
        pytest.param(installed("triton==3.8.0+xpu", "triton-xpu==3.8.0"), CLEAR, id="Intel's empty shim"),
        pytest.param(installed("triton-xpu==3.7.2"), CLEAR, id="the XPU build alone"),
        pytest.param(installed("triton==3.6.0", "torch==2.10.0"), CLEAR, id="the CUDA Triton of a CUDA torch"),
        pytest.param(installed("triton==3.7.1", complete=False), CLEAR, id="a paste that names one"),
    ],
)
def test_triton_over_xpu_triton(packages, status):
    assert run("triton-over-xpu-triton", packages=packages).status is status


@pytest.mark.parametrize(
    ("packages", "pinned"),
    [
        pytest.param(
            installed("torch==2.10.0+xpu", "pytorch-triton-xpu==3.5.0", "triton-xpu==3.6.0"), "triton-xpu==3.6.0", id="after an upgrade"
        ),
        pytest.param(
            installed("torch==2.9.1+xpu", "pytorch-triton-xpu==3.5.0", "triton-xpu==3.7.2"), "pytorch-triton-xpu==3.5.0", id="torch 2.9"
        ),
        pytest.param(installed("pytorch-triton-xpu==3.5.0", "triton-xpu==3.7.2+git12"), "triton-xpu==3.7.2", id="no torch to go by"),
        pytest.param(installed("torch==2.9.1+xpu", "pytorch-triton-xpu==3.5.0"), None, id="the older name alone"),
        pytest.param(installed("torch==2.13.0+xpu", "triton-xpu==3.7.2"), None, id="the newer name alone"),
    ],
)
def test_xpu_tritons_overlap(packages, pinned):
    findings = run("xpu-tritons-overlap", packages=packages).findings
    assert [f"pip install {pinned} " in finding.fixes[0].commands[1] for finding in findings] == ([True] if pinned else [])


@pytest.mark.parametrize(
    ("packages", "torch", "system", "status"),
    [
        pytest.param(installed("triton==3.7.1"), "2.13.0+xpu", LINUX, FOUND, id="the CUDA Triton in its place"),
        pytest.param(installed(), "2.9.0+xpu", WINDOWS, FOUND, id="Windows, from torch 2.7 on"),
        pytest.param(installed("triton-xpu==3.7.2"), "2.13.0+xpu", LINUX, CLEAR, id="it is there"),
        pytest.param(installed("pytorch-triton-xpu==3.5.0"), "2.9.0+xpu", LINUX, CLEAR, id="it is there under its former name"),
        pytest.param(installed(), "2.6.0+xpu", LINUX, FOUND, id="torch 2.6 on Linux"),
        pytest.param(installed(), "2.6.0+xpu", WINDOWS, CLEAR, id="torch 2.6 on Windows, which has none"),
        pytest.param(installed(), "2.6.0+xpu", None, CLEAR, id="torch 2.6 on a machine that is not known"),
        pytest.param(installed(python="3.13.1"), "2.5.1+xpu", LINUX, CLEAR, id="torch 2.5 on Python 3.13, which has none"),
        pytest.param(installed(), "2.13.0+cpu", LINUX, CLEAR, id="the CPU wheel"),
        pytest.param(installed(), "2.8.0a0+git1234abc", LINUX, CLEAR, id="a source build"),
        pytest.param(installed(), "2.1.0a0+cxx11.abi", LINUX, CLEAR, id="Intel's own build"),
        pytest.param(installed(complete=False), "2.13.0+xpu", LINUX, CLEAR, id="a paste says nothing of what is missing"),
    ],
)
def test_xpu_triton_missing(packages, torch, system, status):
    assert run("xpu-triton-missing", packages=packages, torch=Torch(version=torch), system=system).status is status


@pytest.mark.parametrize(
    ("packages", "system", "status"),
    [
        pytest.param(installed("torch==2.13.0+xpu", "bitsandbytes==0.49.2"), LINUX, FOUND, id="linked with the oneAPI of the year before"),
        pytest.param(installed("torch==2.9.0+xpu", "bitsandbytes==0.47.0"), LINUX, FOUND, id="without an XPU library"),
        pytest.param(installed("torch==2.9.0+xpu", "bitsandbytes==0.48.0"), WINDOWS, FOUND, id="Windows, two releases before its library"),
        pytest.param(installed("torch==2.9.0+xpu", "bitsandbytes==0.48.0"), LINUX, CLEAR, id="the first with an XPU library"),
        pytest.param(installed("torch==2.13.0+xpu", "bitsandbytes==0.50.0"), LINUX, CLEAR, id="the first for oneAPI 2026"),
        pytest.param(installed("torch==2.13.0+cu130", "bitsandbytes==0.46.0"), LINUX, CLEAR, id="a CUDA torch"),
        pytest.param(installed("torch==2.13.0+xpu"), LINUX, CLEAR, id="without it"),
    ],
)
def test_bitsandbytes_without_xpu(packages, system, status):
    assert run("bitsandbytes-without-xpu", packages=packages, system=system).status is status


@pytest.mark.parametrize(
    ("packages", "devices", "status"),
    [
        pytest.param(installed(python="3.8.20"), gpus(A770), FOUND, id="Python 3.8"),
        pytest.param(installed(python="3.16.0"), gpus(A770), FOUND, id="a Python that has no wheels yet"),
        pytest.param(installed(python="3.11.9"), gpus(A770), CLEAR, id="Python 3.11"),
        pytest.param(installed("torch==2.4.1", python="3.8.20"), gpus(A770), CLEAR, id="a torch is there"),
        pytest.param(installed(python="3.8.20"), gpus(UHD_620), CLEAR, id="a UHD-only machine"),
        pytest.param(installed(python="3.8.20", complete=False), gpus(A770), CLEAR, id="a paste says nothing of what is missing"),
        pytest.param(installed(), gpus(A770), CLEAR, id="a listing that does not tell its Python"),
    ],
)
def test_python_without_xpu_wheels(packages, devices, status):
    assert run("python-without-xpu-wheels", packages=packages, devices=devices).status is status


@pytest.mark.parametrize(
    ("installed_", "packages", "status"),
    [
        pytest.param(False, installed("numpy==2.1.2"), FOUND, id="no torch"),
        pytest.param(True, installed("torch==2.9.0+xpu"), CLEAR, id="a torch"),
        pytest.param(None, installed(), CLEAR, id="nobody looked"),
        pytest.param(False, installed("ipex-llm==2.2.0", "bigdl-core-cpp==2.6.0"), CLEAR, id="ipex-llm[cpp], which needs none"),
    ],
)
def test_torch_missing(installed_, packages, status):
    assert run("torch-missing", torch=Torch(installed=installed_), packages=packages).status is status
