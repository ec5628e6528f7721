"""Readers of what torch printed and raised."""

from __future__ import annotations

import pytest

from xpudoctor.readers import printed, torch_devices, tracebacks
from xpudoctor.testing import log

IPEX = "intel-extension-for-pytorch"
_PROPERTIES = "_XpuDeviceProperties(name='Intel(R) Arc(TM) A770 Graphics', type='gpu', driver_version='1.3.29735+27', total_memory=15473MB)"


def test_device_properties() -> None:
    seen = torch_devices.read(log(f"[0]: {_PROPERTIES}", f"[1]: {_PROPERTIES}", _PROPERTIES).lines)
    assert seen.torch is not None
    assert seen.devices is not None
    assert [(device.index, device.driver_version, device.memory) for device in seen.torch.devices] == [
        (0, "1.3.29735+27", 15473 * 1024**2),
        (1, "1.3.29735+27", 15473 * 1024**2),
    ]
    assert [(gpu.pci_id, gpu.source) for gpu in seen.devices.gpus] == [("56a0", "line 1"), ("56a0", "line 2")]


def test_a_list_of_device_properties_stands_in_one_line() -> None:
    seen = torch_devices.read(log(f"[{_PROPERTIES}, {_PROPERTIES.replace('A770', 'A380')}, {_PROPERTIES}]").lines)
    assert seen.torch is not None
    assert [(device.index, device.name.split()[-2]) for device in seen.torch.devices] == [(0, "A770"), (1, "A380"), (2, "A770")]


@pytest.mark.parametrize(
    ("lines", "available", "count"),
    [
        pytest.param([">>> torch.xpu.is_available()", "a warning", "  return x", "False"], False, None, id="the answer below a warning"),
        pytest.param(["print(torch.xpu.is_available())  # True"], True, None, id="the answer in a comment"),
        pytest.param(["Is XPU available: True"], True, None, id="collect_env"),
        pytest.param([">>> torch.xpu.device_count()", "2"], None, 2, id="a number of devices"),
        pytest.param(["RuntimeError: No XPU devices are available."], False, 0, id="an error that says so"),
        pytest.param(["torch.xpu.is_available() -> False", "torch.xpu.is_available() -> True"], False, None, id="the first answer holds"),
    ],
)
def test_answers(lines: list[str], available: bool | None, count: int | None) -> None:
    torch = torch_devices.read(log(*lines).lines).torch
    assert torch is not None
    assert (torch.available, torch.count) == (available, count)


def test_a_question_in_code_is_no_answer() -> None:
    assert torch_devices.read(log('device = "xpu" if torch.xpu.is_available() else "cpu"').lines).torch is None


_START = "Traceback (most recent call last):"
_TORCH = '  File "/home/user/lib/python3.11/site-packages/torch/__init__.py", line 234, in <module>'
_IPEX = r'  File "C:\env\Lib\site-packages\intel_extension_for_pytorch\__init__.py", line 107, in <module>'


def test_torch_that_does_not_import() -> None:
    seen = tracebacks.read(log(_START, _TORCH, "    _load_global_deps()", "OSError: libmkl_intel_lp64.so.2: cannot open").lines)
    assert seen.torch is not None
    assert seen.torch.plain is not None
    assert (seen.torch.plain.error, seen.torch.plain.stage) == ("OSError: libmkl_intel_lp64.so.2: cannot open", "importing")
    assert seen.torch.sources["plain"] == "line 4"
    assert seen.system is not None
    assert seen.system.os == "linux"


def test_ipex_that_does_not_import() -> None:
    seen = tracebacks.read(log(_START, _IPEX, "    raise err", "OSError: [WinError 193] %1 is not a valid win32 application.").lines)
    assert seen.torch is not None
    assert seen.torch.plain is None
    assert seen.torch.ipex is not None
    assert seen.system is not None
    assert seen.system.os == "windows"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([_START, '  File "/home/u/torch/nn/modules/module.py", line 1, in forward', "RuntimeError: x"], id="an error at work"),
        pytest.param([_START, _TORCH, "and so on"], id="a traceback without its end"),
        pytest.param(["OSError: libmkl_intel_lp64.so.2: cannot open"], id="an error without its traceback"),
    ],
)
def test_no_import_failed(lines: list[str]) -> None:
    assert tracebacks.read(log(*lines).lines).torch is None


def test_paths_of_two_systems_tell_none() -> None:
    assert tracebacks.read(log(r"C:\Users\u\x.py", "/home/u/x.py").lines).system is None


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        pytest.param(["torch.__version__", "'2.9.1+xpu'"], {"torch": "2.9.1+xpu"}, id="asked of the prompt"),
        pytest.param(
            ["print(torch.__version__)", "print(ipex.__version__)", "2.3.1", "2.3.110+xpu"],
            {"torch": "2.3.1", IPEX: "2.3.110+xpu"},
            id="script",
        ),
        pytest.param(
            ["$ python -c 'import torch; print(torch.__version__)'", "OSError: ...", "numpy.__version__", "'2.1.0'"],
            {"numpy": "2.1.0"},
            id="a command that failed",
        ),
        pytest.param(
            ["print(other.__version__)", "print(torch.__version__)", "1.0.2", "2.8.0"], {"torch": "2.8.0"}, id="a package that is not ours"
        ),
        pytest.param(["2.6.0+xpu", "2.6.10+xpu"], {}, id="bare versions of nobody knows what"),
        pytest.param(["print(torch.__version__)", "epoch 1.0"], {}, id="nothing was printed"),
    ],
)
def test_printed_versions(lines: list[str], versions: dict[str, str]) -> None:
    packages = printed.read(log(*lines).lines).packages
    assert {package.name: package.version for package in packages.installed} == versions if packages else not versions
