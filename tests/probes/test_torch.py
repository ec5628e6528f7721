"""Whatever importing torch does to its process, the outcome is told as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.probes.patients import XPU, Patient
from xpudoctor.facts.torch import ImportOutcome, XpuDevice
from xpudoctor.probes.torch import torch

AUTOLOAD = "TORCH_DEVICE_BACKEND_AUTOLOAD"
SEGFAULT = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"


def outcome(**fields: object) -> ImportOutcome:
    return replace(ImportOutcome("torch", stage="importing"), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("init", "expected", "output"),
    [
        pytest.param(SEGFAULT, outcome(signal="SIGSEGV"), "Segmentation fault", id="dies of SIGSEGV"),
        pytest.param("import os; os.abort()", outcome(signal="SIGABRT"), "Aborted", id="aborts"),
        pytest.param("print('why'); import os; os._exit(7)", outcome(exit_status=7), "why", id="ends the process"),
        pytest.param("import os; os._exit(0)", outcome(exit_status=0), "", id="ends the process, and says all is well"),
        pytest.param("import sys; sys.exit(127)", outcome(exit_status=127), "", id="calls sys.exit, as IPEX's guard means to"),
        pytest.param("import time; time.sleep(60)", outcome(timed_out=True), "torch/__init__.py", id="hangs"),
        pytest.param(
            "raise ImportError('libsycl.so.8: cannot open shared object file')",
            outcome(error="ImportError: libsycl.so.8: cannot open shared object file"),
            "Traceback",
            id="misses a library",
        ),
        pytest.param("1/0", outcome(error="ZeroDivisionError: division by zero"), "1/0", id="raises"),
        pytest.param(
            "import nothing_of_that_name",
            outcome(error="ModuleNotFoundError: No module named 'nothing_of_that_name'"),
            "",
            id="misses a module",
        ),
        pytest.param("class E(Exception): pass\nraise E", outcome(error="torch.E"), "", id="raises an error of its own without a text"),
        pytest.param(
            "raise ValueError('\\udcff \\x1b[31m')", outcome(error="ValueError: ? \x1b[31m"), "", id="raises bytes that are no text"
        ),
        pytest.param("return", outcome(error="SyntaxError: 'return' outside function"), "", id="is no Python"),
        pytest.param(
            "import os\nfor _ in range(100): os.write(1, b'x' * (1 << 20))\nraise OSError(8, 'noise')",
            outcome(error="OSError: [Errno 8] noise"),
            "OSError",
            id="writes 100 MB and raises",
        ),
        pytest.param(
            "import os, sys; os.close(1); sys.stdout = None; 1/0",
            outcome(error="ZeroDivisionError: division by zero"),
            "",
            id="closes its output",
        ),
        pytest.param(
            "import os; os.system('sleep 300 &'); 1/0", outcome(error="ZeroDivisionError: division by zero"), "", id="leaves a child"
        ),
    ],
)
def test_import_that_fails(patient: Patient, init: str, expected: ImportOutcome, output: str) -> None:
    patient.torch(init)
    seen = torch(patient.python, 2 if expected.timed_out else 20)
    assert seen.plain is not None
    assert replace(seen.plain, output="") == expected
    assert output in seen.plain.output
    assert len(seen.plain.output) <= 2000
    assert (seen.installed, seen.version, seen.xpu, seen.cuda, seen.bare) == (True, "2.6.0+xpu", "20250000", None, None)


@pytest.mark.parametrize(
    ("more", "stage", "ending", "count"),
    [
        pytest.param("", "done", "imports", 2, id="two GPUs"),
        pytest.param("del xpu", "compiled", "imports", None, id="no torch.xpu, as before 2.3"),
        pytest.param("xpu.device_count = lambda: 0", "done", "imports", 0, id="no GPU"),
        pytest.param("xpu.is_available = lambda: 1/0", "available", "imports", None, id="is_available raises"),
        pytest.param(f"def die(): {SEGFAULT}\nxpu.device_count = die", "count", "died of SIGSEGV", None, id="dies while it counts"),
        pytest.param(
            "xpu.get_device_properties = lambda index: __import__('os')._exit(3)",
            "device 0",
            "ended the process with exit status 3",
            2,
            id="dies at a device",
        ),
        pytest.param(
            "import time; xpu.is_available = lambda: time.sleep(60)",
            "available",
            "did not end within the time limit",
            None,
            id="hangs in the driver",
        ),
    ],
)
def test_steps_after_the_import(patient: Patient, more: str, stage: str, ending: str, count: int | None) -> None:
    patient.torch(f"{XPU}\n{more}")
    seen = torch(patient.python, 2 if "limit" in ending else 20)
    assert seen.plain is not None
    assert (seen.plain.stage, seen.plain.ending, seen.count) == (stage, ending, count)
    assert seen.plain.seconds is not None


def test_devices_and_warnings(patient: Patient) -> None:
    patient.torch(f"{XPU}\nwarnings.warn('old driver')\nimport sys; print('[W129 XPU.cpp:7] Warning: no device', file=sys.stderr)")
    seen = torch(patient.python, 10)
    first = XpuDevice(0, "Intel(R) Arc(TM) A770 Graphics", 16225243136, 123456, "1.6.33578", seen.devices[0].properties)
    assert seen.devices == (first, replace(first, index=1))
    assert first.properties["has_fp64"] == "False"
    assert (seen.compiled, seen.available) == (True, True)
    assert seen.warnings == ("UserWarning: old driver", "no device")
    assert seen.sources["available"] == "torch.xpu.is_available()"
    assert not {"bare", "ipex"} & set(seen.sources)


BROKEN_BACKEND = """
import os
if os.environ.get('TORCH_DEVICE_BACKEND_AUTOLOAD', '1') == '1':
    raise RuntimeError('Failed to load the backend extension: intel_extension_for_pytorch')
"""
ENTRY_POINTS = "[torch.backends]\ndevice_backend = intel_extension_for_pytorch:_autoload\n"


@pytest.mark.parametrize(
    ("entry_points", "setting", "bare"),
    [
        pytest.param(ENTRY_POINTS, None, "imports", id="a backend is loaded by itself"),
        pytest.param("[console_scripts]\nx = y\n", None, None, id="no backend"),
        pytest.param(ENTRY_POINTS, "0", None, id="it is switched off already"),
    ],
)
def test_without_the_autoload(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, entry_points: str, setting: str | None, bare: str | None
) -> None:
    if setting:
        monkeypatch.setenv(AUTOLOAD, setting)
    patient.distribution("intel-extension-for-pytorch", "2.6.10+xpu", files={"entry_points.txt": entry_points})
    patient.torch(BROKEN_BACKEND)
    seen = torch(patient.python, 10)
    assert (seen.bare and seen.bare.ending) == bare


def test_ipex_in_a_child_of_its_own(patient: Patient) -> None:
    patient.torch(XPU)
    patient.module("intel_extension_for_pytorch", init="import os; os.exit(127)")
    seen = torch(patient.python, 10)
    assert seen.plain is not None
    assert seen.plain.ok
    assert seen.ipex is not None
    assert seen.ipex.ending == "AttributeError: module 'os' has no attribute 'exit'"
