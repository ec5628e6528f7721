"""The stage that Level Zero reached, and what OpenCL lists, with Intel's own driver and GPUs that it makes up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.probes.patients import Patient
from xpudoctor.probes.level_zero import level_zero
from xpudoctor.probes.opencl import opencl_gpus
from xpudoctor.probes.runtime import runtime

CAPTURE = {"NEOReadDebugKeys": "1", "SetCommandStreamReceiver": "1", "AUBDumpCaptureFileName": "/dev/null"}
A770 = {"ProductFamilyOverride": "dg2", "ForceDeviceId": "56a0"}
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
LOADER = f"{LIBRARIES}/libze_loader.so.1.8.0"
DRIVER = f"{LIBRARIES}/libze_intel_gpu.so.1.3.24595"


def pretend(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in {**CAPTURE, **variables}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.real
@pytest.mark.parametrize(
    ("variables", "ids", "integrated", "opencl"),
    [
        pytest.param(A770, ["56a0"], False, ("56a0",), id="Arc A770"),
        pytest.param({"ProductFamilyOverride": "pvc"}, ["0bd5"], False, ("0bd5",), id="Max"),
        pytest.param({"ProductFamilyOverride": "mtl", "ForceDeviceId": "7d55"}, ["7d55"], None, ("7d55",), id="Meteor Lake"),
        pytest.param({**A770, "CreateMultipleRootDevices": "4"}, ["56a0"] * 4, False, ("56a0",) * 4, id="four cards"),
        pytest.param({"ProductFamilyOverride": "bdw"}, [], None, ("1602",), id="Broadwell, which only OpenCL sees"),
    ],
)
def test_gpus(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], ids: list[str], integrated: bool | None, opencl: object) -> None:
    pretend(monkeypatch, **variables)
    seen = level_zero(sys.executable, 10)
    assert [gpu.pci_id for gpu in seen.devices] == ids
    assert (seen.loader, seen.gpu_driver, seen.ending) == (LOADER, DRIVER, "")
    assert (seen.stage, seen.result, seen.drivers) == (("done", "", 1) if ids else ("init", "0x78000001", None))
    for gpu in seen.devices:
        assert gpu.driver_version == "1.3.24595"
        assert gpu.integrated in (integrated, False)
        assert gpu.memory is not None
        assert gpu.largest_allocation is not None
        assert gpu.memory >= gpu.largest_allocation > 2**31
    assert opencl_gpus(sys.executable, 10) == opencl


@pytest.mark.real
def test_no_gpu() -> None:
    seen = level_zero(sys.executable, 10)
    assert (seen.stage, seen.result, seen.loader, seen.gpu_driver) == ("init", "0x78000001", LOADER, DRIVER)
    assert seen.unmasked is None
    assert opencl_gpus(sys.executable, 10) == ()


@pytest.mark.real
def test_a_mask_that_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, **A770, ZE_AFFINITY_MASK="7")
    seen = level_zero(sys.executable, 10)
    assert (seen.devices, seen.unmasked) == ((), 1)


@pytest.mark.real
def test_a_driver_that_writes_to_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, **A770, SetCommandStreamReceiver="2", PrintDebugSettings="1", PrintDebugMessages="1")
    assert [gpu.pci_id for gpu in level_zero(sys.executable, 10).devices] == ["56a0"]


@pytest.mark.real
def test_other_pythons(monkeypatch: pytest.MonkeyPatch, other: Patient) -> None:
    pretend(monkeypatch, **A770)
    assert [gpu.pci_id for gpu in level_zero(other.python, 10).devices] == ["56a0"]
    assert opencl_gpus(other.python, 10) == ("56a0",)


def elsewhere(prepare: str, tmp_path: Path) -> Any:
    """Look from a private view of the file system, where `prepare` has taken a library away."""
    layer = f"mount -t tmpfs none {tmp_path} && mkdir {tmp_path}/up {tmp_path}/work && "
    layer += f"mount -t overlay -o lowerdir={LIBRARIES},upperdir={tmp_path}/up,workdir={tmp_path}/work none {LIBRARIES} && "
    script = "import json, sys; from xpudoctor.probes.level_zero import level_zero; from xpudoctor.probes.opencl import opencl_gpus\n"
    script += "from xpudoctor.facts.codec import to_json; print(json.dumps([to_json(level_zero(None, 10)), opencl_gpus(None, 10)]))"
    command = ["unshare", "-m", "sh", "-c", f'{layer} {prepare} && "$0" -c "$1"', sys.executable, script]
    ended = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **CAPTURE, **A770}, timeout=60, check=False)
    if "denied" in ended.stderr or "not permitted" in ended.stderr:
        pytest.skip("needs root")
    assert not ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.real
@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        pytest.param(
            f"rm {DRIVER}", {"stage": "init", "result": "0x78000001", "loader": LOADER, "gpu_driver": ""}, id="a loader without driver"
        ),
        pytest.param(f"rm {LOADER}", {"stage": "loader", "loader": "", "gpu_driver": DRIVER}, id="a driver without loader"),
        pytest.param(f"rm {LOADER} {DRIVER}", {"stage": "loader", "loader": "", "gpu_driver": ""}, id="neither"),
        pytest.param(
            f"rm {LIBRARIES}/libigdgmm.so.12*",
            {
                "stage": "init",
                "result": "0x78000001",
                "loader": LOADER,
                "gpu_driver": "",
                "ending": "libigdgmm.so.12: cannot open shared object file: No such file or directory",
            },
            id="a driver that misses a library of its own",
        ),
        pytest.param(
            f": > {LOADER}",
            {
                "stage": "loader",
                "loader": "",
                "gpu_driver": DRIVER,
                "ending": f"OSError: {LIBRARIES[4:]}/libze_loader.so.1: file too short",
            },
            id="an empty loader",
        ),
    ],
)
def test_libraries_that_are_missing(tmp_path: Path, prepare: str, expected: dict[str, str]) -> None:
    seen, gpus = elsewhere(prepare, tmp_path)
    assert seen == expected
    assert gpus == ([] if "igdgmm" in prepare else ["56a0"])


@pytest.mark.real
def test_no_opencl_loader(tmp_path: Path) -> None:
    assert elsewhere(f"rm {LIBRARIES}/libOpenCL.so*", tmp_path)[1] is None


@pytest.mark.skipif(not shutil.which("gcc"), reason="the loader has to be compiled")
@pytest.mark.parametrize(
    ("body", "stage", "ending"),
    [
        pytest.param("*(volatile int *)0 = 0;", "init", "died of SIGSEGV", id="a crash"),
        pytest.param("sleep(60);", "init", "did not end within the time limit", id="a hang"),
        pytest.param('write(1, "noise", 5); _exit(3);', "init", "ended with exit status 3", id="an end of the process"),
    ],
)
def test_a_loader_that_misbehaves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, stage: str, ending: str) -> None:
    library = tmp_path / "libze_loader.so.1"
    source = f"#include <unistd.h>\nint zeInit(int flags) {{ {body} return 0; }}"
    subprocess.run(["gcc", "-shared", "-fPIC", "-w", "-x", "c", "-o", str(library), "-"], input=source.encode(), check=True)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    seen = level_zero(sys.executable, 1 if "limit" in ending else 20)
    assert (seen.loader, seen.stage, seen.ending) == (str(library), stage, ending)


def test_an_interpreter_that_is_not_there() -> None:
    with pytest.raises(RuntimeError, match="No such file"):
        level_zero("/nowhere/python", 1)


@pytest.mark.skipif(not shutil.which("gcc"), reason="the libraries have to be compiled")
@pytest.mark.parametrize("body", ["", "*(volatile int *)0 = 0;", "sleep(60);"], ids=["no fault", "a crash", "a hang"])
def test_opencl_is_asked_whatever_level_zero_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    functions = {
        "libze_loader.so.1": f"#include <unistd.h>\nint zeInit(int flags) {{ {body} return 1; }}",
        "libOpenCL.so.1": "int clGetPlatformIDs(unsigned n, void *p, unsigned *count) { if (count) *count = 0; return 0; }",
    }
    for library, source in functions.items():
        command = ["gcc", "-shared", "-fPIC", "-w", "-x", "c", "-o", str(tmp_path / library), "-"]
        subprocess.run(command, input=source.encode(), check=True)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    seen = runtime(None, 1 if "sleep" in body else 20)
    assert seen.opencl_gpus == ()
    assert seen.level_zero is not None
    assert bool(seen.level_zero.ending) is bool(body)
