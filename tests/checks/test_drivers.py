"""The rules of drivers.toml: where each fires, and where it stays clear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.runtime import DriverPackage, LevelZero, LevelZeroDevice, Runtime
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import ImportOutcome, Torch
from xpudoctor.testing import gpus, installed, run
from xpudoctor_checks._drivers import build, lists

A770, B580, B60, B70, LUNAR_LAKE, PANTHER_LAKE, MAX_1100, METEOR_LAKE = "56a0", "e20b", "e211", "e223", "64a0", "b080", "0bda", "7d55"
UHD_620, IRIS_XE = "5917", "9a49"
LINUX = System(os="linux", kernel="6.14.0-24-generic")


def packages(*names: str) -> tuple[DriverPackage, ...]:
    rows = (name.partition("=") for name in names)
    return tuple(DriverPackage(name, version, "dpkg") for name, _, version in rows)


def neo(version: str, *more: str) -> Runtime:
    return Runtime(driver_packages=packages(f"libze-intel-gpu1={version}", *more))


def level_zero(*pci_ids: str, version: str = "", names: tuple[str, ...] = ()) -> Runtime:
    found = tuple(LevelZeroDevice("GPU", pci_id, driver_version=version) for pci_id in pci_ids)
    return Runtime(level_zero=LevelZero(stage="done", devices=found), driver_packages=packages(*names))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("23.43.27642.40-1ubuntu3", "27642.40", id="Ubuntu"),
        pytest.param("1.3.29735.27-914~22.04", "29735.27", id="Intel's older repository"),
        pytest.param("1.6.33578+11", "33578.11", id="Level Zero"),
        pytest.param("1.15.38308", "38308.0", id="Level Zero without a patch"),
        pytest.param("2:24.35.30872.24-1.fc41", "30872.24", id="an epoch"),
        pytest.param("26.22.38646.7-1", "38646.7", id="Arch"),
        pytest.param("1.3.0", None, id="no build in it"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_build(text, wanted):
    assert (str(build(text)) if build(text) else None) == wanted


@pytest.mark.parametrize(
    ("devices", "runtime", "status"),
    [
        pytest.param(gpus(B580), neo("23.43.27642.40-1ubuntu3"), Status.FOUND, id="noble's driver and Battlemage"),
        pytest.param(gpus(B70), neo("25.18.33578.6-1"), Status.FOUND, id="a later card of the family"),
        pytest.param(
            gpus(LUNAR_LAKE), Runtime(driver_packages=packages("intel-level-zero-gpu=1.3.29735.27-914~22.04")), Status.FOUND, id="1.3 form"
        ),
        pytest.param(gpus(A770, B70), level_zero(A770, version="1.6.33276+16"), Status.FOUND, id="Level Zero lists the older card only"),
        pytest.param(gpus(B580), neo("24.31.30508.7-1"), Status.CLEAR, id="the first line that knows it"),
        pytest.param(gpus(B60), neo("25.18.33578.6-1"), Status.CLEAR, id="the first line that knows the B60"),
        pytest.param(gpus(B580), level_zero(B580, version="1.3.27642"), Status.CLEAR, id="Level Zero lists it"),
        pytest.param(gpus(A770), neo("22.14.22890-1"), Status.CLEAR, id="a first line that is not certain"),
        pytest.param(gpus(IRIS_XE), neo("23.43.27642.40-1ubuntu3"), Status.CLEAR, id="an old GPU"),
        pytest.param(gpus("ffff"), neo("23.43.27642.40-1ubuntu3"), Status.CLEAR, id="a GPU of no table"),
        pytest.param(gpus(B580), Runtime(), Status.CLEAR, id="no package and no Level Zero was looked at"),
        pytest.param(gpus(B580), neo("git"), Status.CLEAR, id="a version that cannot be read"),
        pytest.param(
            gpus(B580), neo("26.18.38308.1-1", "intel-level-zero-gpu=1.3.29735.27"), Status.CLEAR, id="a newer one beside an older one"
        ),
    ],
)
def test_driver_too_old_linux(devices, runtime, status):
    assert run("driver-too-old-linux", devices=devices, runtime=runtime).status is status


def test_driver_too_old_linux_leaves_windows_alone():
    runtime = level_zero(A770, version="1.6.33276")
    assert run("driver-too-old-linux", devices=gpus(A770, B70), runtime=runtime, system=System(os="windows")).status is Status.CLEAR


def test_driver_too_old_linux_fits_the_distribution():
    system = System(os="linux", distribution="ubuntu", like=("debian",))
    finding = run("driver-too-old-linux", devices=gpus(B580), runtime=neo("23.43.27642.40-1ubuntu3"), system=system).findings[0]
    assert finding.message == "GPU driver 23.43.27642.40-1ubuntu3 is older than Arc B580: line 24.31 is the first that knows it."
    assert finding.fixes[0].commands[0] == "sudo add-apt-repository -y ppa:kobuk-team/intel-graphics"
    assert len(finding.fixes[0].commands) == 2


@pytest.mark.parametrize(
    ("devices", "runtime", "torch", "status"),
    [
        pytest.param(gpus(METEOR_LAKE), neo("23.43.27642.40-1ubuntu3"), "torch==2.7.0+xpu", Status.FOUND, id="noble's driver, torch 2.7"),
        pytest.param(gpus(A770), neo("24.52.32224.14-1"), "torch==2.9.0+xpu", Status.FOUND, id="the driver of torch 2.7 with 2.9"),
        pytest.param(gpus(A770), neo("24.52.32224.14-1"), "torch==2.7.1+xpu", Status.CLEAR, id="the driver of that time"),
        pytest.param(gpus(A770), neo("25.05.32567.19-1"), "torch==2.14.0+xpu", Status.CLEAR, id="nothing newer is asked for"),
        pytest.param(gpus(MAX_1100), neo("23.43.27642.69-1"), "torch==2.9.0+xpu", Status.CLEAR, id="Max stays on its long-term line"),
        pytest.param(gpus(A770), neo("23.43.27642.40-1"), "torch==2.9.0+cpu", Status.CLEAR, id="a CPU wheel"),
        pytest.param(gpus(A770), neo("23.43.27642.40-1"), "torch==2.5.1+xpu", Status.CLEAR, id="an older torch"),
        pytest.param(gpus(A770), Runtime(), "torch==2.9.0+xpu", Status.CLEAR, id="no package was looked at"),
    ],
)
def test_driver_too_old_for_torch(devices, runtime, torch, status):
    assert run("driver-too-old-for-torch", devices=devices, runtime=runtime, packages=installed(torch), system=LINUX).status is status


@pytest.mark.parametrize(
    ("devices", "kernel", "runtime", "status"),
    [
        pytest.param(gpus(A770, kernel_driver="i915"), "6.8.7", None, Status.FOUND, id="the hang of 6.8.5 to 6.8.9"),
        pytest.param(gpus(B580), "6.16.9", level_zero(), Status.FOUND, id="xe of 6.16.9"),
        pytest.param(gpus(B580), "6.16.9", level_zero(B580), Status.CLEAR, id="a card that works on 6.16.9"),
        pytest.param(gpus(LUNAR_LAKE, kernel_driver="xe"), "6.18.2", neo("25.48.36300.8-1"), Status.FOUND, id="25.48 on 6.18"),
        pytest.param(gpus(B580, B580, kernel_driver="xe"), "6.17.0", neo("26.09.37435.12-1"), Status.FOUND, id="two cards before 7.1"),
        pytest.param(gpus(PANTHER_LAKE), "6.17.2-1-pve", neo("26.14.37833.4-1"), Status.FOUND, id="Panther Lake with 26.14"),
        pytest.param(gpus(B70), "7.0.0-29-generic", neo("26.27.39122.12-1~26.04~ppa1"), Status.FOUND, id="26.27, twelfth patch"),
        pytest.param(gpus(B70), "7.0.0", level_zero(B70, version="1.15.39122+12"), Status.FOUND, id="the same by Level Zero"),
        pytest.param(
            gpus(IRIS_XE, kernel_driver="i915"),
            "6.8.1",
            level_zero(names=("intel-level-zero-gpu=1.3.28454.6",)),
            Status.FOUND,
            id="i915 of 6.8, and no GPU listed",
        ),
        pytest.param(gpus(IRIS_XE, kernel_driver="i915"), "6.8.1", neo("24.05.28454.6-1"), Status.CLEAR, id="Level Zero was not asked"),
        pytest.param(
            gpus(IRIS_XE, kernel_driver="i915"), "6.8.0-45-generic", level_zero(IRIS_XE, version="1.3.27642"), Status.CLEAR, id="it works"
        ),
        pytest.param(gpus(A770, kernel_driver="i915"), "6.8.0-45-generic", None, Status.CLEAR, id="Ubuntu's 6.8"),
        pytest.param(gpus(A770, kernel_driver="i915"), "6.8.12-1-pve", None, Status.CLEAR, id="repaired in 6.8.10"),
        pytest.param(gpus(LUNAR_LAKE, kernel_driver="xe"), "6.17.12", neo("25.48.36300.8-1"), Status.CLEAR, id="25.48 on 6.17"),
        pytest.param(gpus(LUNAR_LAKE, kernel_driver="xe"), "6.18.2", None, Status.CLEAR, id="the driver was not seen"),
        pytest.param(gpus(B580, kernel_driver="xe"), "6.17.0", neo("26.09.37435.12-1"), Status.CLEAR, id="one card"),
        pytest.param(gpus(B580, B580, kernel_driver="xe"), "7.1.0", neo("26.09.37435.12-1"), Status.CLEAR, id="two cards on 7.1"),
        pytest.param(
            gpus(B580, B580, kernel_driver="xe"),
            "6.17.0",
            level_zero(B580, version="1.14.37435+12"),
            Status.CLEAR,
            id="one of two is shown",
        ),
        pytest.param(gpus(B70), "7.0.0", neo("26.27.39122.14-1"), Status.CLEAR, id="the repaired patch"),
        pytest.param(gpus(A770), "7.0.0", neo("26.27.39122.12-1"), Status.CLEAR, id="another family"),
    ],
)
def test_driver_known_bad_linux(devices, kernel, runtime, status):
    system = System(os="linux", kernel=kernel)
    assert run("driver-known-bad-linux", devices=devices, system=system, runtime=runtime).status is status


def test_driver_known_bad_linux_names_its_source():
    finding = run("driver-known-bad-linux", devices=gpus(B70), system=LINUX, runtime=neo("26.27.39122.12-1")).findings[0]
    assert finding.message == "GPU driver 26.27.39122.12 on Arc Pro B70: SYCL programs die of a segmentation fault."
    assert finding.fixes[0].text.endswith("Reported in https://github.com/intel/compute-runtime/issues/971.")


def loaded(loader: str, driver: str, *, ending: str = "died of SIGSEGV") -> Runtime:
    level_zero = LevelZero(stage="devices", ending=ending)
    return Runtime(level_zero=level_zero, driver_packages=packages(f"libze1={loader}", f"libze-intel-gpu1={driver}"))


@pytest.mark.parametrize(
    ("runtime", "torch", "status"),
    [
        pytest.param(loaded("1.27.0-1~24.04~ppa1", "23.43.27642.40-1ubuntu3"), None, Status.FOUND, id="two years apart, and a crash"),
        pytest.param(
            loaded("1.28.2-1", "25.18.33578.6-1", ending=""),
            Torch(plain=ImportOutcome("torch", signal="SIGSEGV")),
            Status.FOUND,
            id="torch died of it",
        ),
        pytest.param(loaded("1.27.0-1", "23.43.27642.40-1", ending=""), None, Status.CLEAR, id="nothing crashed"),
        pytest.param(loaded("1.28.2-1", "26.05.37020.3-1"), None, Status.CLEAR, id="of the same time"),
        pytest.param(loaded("1.16.1-1", "26.05.37020.3-1"), None, Status.CLEAR, id="the loader is the older one"),
        pytest.param(loaded("9.9.9", "26.05.37020.3-1"), None, Status.CLEAR, id="a loader of no table"),
        pytest.param(neo("23.43.27642.40-1"), None, Status.CLEAR, id="no loader package"),
    ],
)
def test_loader_newer_than_driver(runtime, torch, status):
    assert run("loader-newer-than-driver", runtime=runtime, torch=torch).status is status


@pytest.mark.parametrize(
    ("devices", "runtime", "status"),
    [
        pytest.param(gpus(UHD_620), neo("25.18.33578.6-1"), Status.FOUND, id="a current driver"),
        pytest.param(gpus(UHD_620), neo("24.35.30872.22-1"), Status.FOUND, id="the first release without it"),
        pytest.param(gpus(UHD_620), neo("24.31.30508.7-1"), Status.CLEAR, id="a release that still has it"),
        pytest.param(
            gpus(UHD_620), neo("25.31.34666.3-1", "libze-intel-gpu-legacy1-1=24.35.30872.36"), Status.CLEAR, id="legacy1 is there"
        ),
        pytest.param(
            gpus(UHD_620), level_zero(UHD_620, version="1.5.30872", names=("libze-intel-gpu1=25.18.33578.6",)), Status.CLEAR, id="listed"
        ),
        pytest.param(gpus(UHD_620, A770), neo("25.18.33578.6-1"), Status.CLEAR, id="a card beside it"),
        pytest.param(gpus(IRIS_XE), neo("25.18.33578.6-1"), Status.CLEAR, id="a GPU that is not dropped"),
        pytest.param(gpus(UHD_620), Runtime(), Status.CLEAR, id="no package was looked at"),
    ],
)
def test_legacy_gpu_needs_legacy_driver(devices, runtime, status):
    assert run("legacy-gpu-needs-legacy-driver", devices=devices, runtime=runtime, system=LINUX).status is status


def test_a_gpu_that_is_only_named_is_matched_by_its_name() -> None:
    """Two GPUs without an id are not one GPU for that."""
    named = Devices((Gpu("", name="Arc B580", family="bmg"),))
    old = Runtime(driver_packages=packages("libze-intel-gpu1=23.43.27642.40-1ubuntu3"))
    other = replace(old, level_zero=LevelZero(stage="done", devices=(LevelZeroDevice("UHD Graphics", ""),)))
    itself = replace(old, level_zero=LevelZero(stage="done", devices=(LevelZeroDevice("Arc B580", ""),)))
    assert not lists(other, named.gpus[0])
    assert lists(itself, named.gpus[0])
