"""The rules of windows.toml: where each fires, and where it stays clear."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import ImportOutcome, Torch
from xpudoctor.testing import installed, run

IMPORTS = Torch(plain=ImportOutcome("torch", ok=True), ipex=ImportOutcome("intel_extension_for_pytorch", ok=True))


@pytest.mark.parametrize(
    ("system", "status"),
    [
        pytest.param(System(os="windows", long_paths=False), Status.FOUND, id="switched off"),
        pytest.param(System(os="windows", long_paths=True), Status.CLEAR, id="switched on"),
        pytest.param(System(os="windows"), Status.CLEAR, id="not looked at"),
        pytest.param(System(os="linux", long_paths=False), Status.CLEAR, id="Linux"),
    ],
)
def test_windows_long_paths(system, status):
    assert run("windows-long-paths", system=system).status is status


def test_windows_long_paths_gives_the_line_for_powershell():
    fixes = run("windows-long-paths", system=System(os="windows", long_paths=False)).findings[0].fixes
    key = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\FileSystem"
    assert fixes[0].commands == (f'New-ItemProperty -Path "{key}" -Name "LongPathsEnabled" -Value 1 -PropertyType DWORD -Force',)
    assert fixes[0].needs == ("admin",)
    assert fixes[1].commands == ("git config --global core.longpaths true",)


@pytest.mark.parametrize(
    ("system", "sections", "status"),
    [
        pytest.param(System(os="windows", visual_cpp=""), {}, Status.FOUND, id="a part is missing"),
        pytest.param(System(os="windows", visual_cpp="14.44.35211"), {}, Status.CLEAR, id="installed"),
        pytest.param(System(os="windows"), {}, Status.CLEAR, id="not looked at"),
        pytest.param(System(os="windows", visual_cpp=""), {"torch": IMPORTS}, Status.CLEAR, id="torch imports all the same"),
        pytest.param(
            System(os="windows", visual_cpp=""), {"packages": installed(environment="conda")}, Status.CLEAR, id="conda brings its own"
        ),
        pytest.param(System(os="linux", visual_cpp=""), {}, Status.CLEAR, id="Linux"),
    ],
)
def test_visual_cpp_missing(system, sections, status):
    assert run("visual-cpp-missing", system=system, **sections).status is status


@pytest.mark.parametrize(
    ("libuv", "packages", "torch", "status"),
    [
        pytest.param("", ("intel-extension-for-pytorch==2.1.10+xpu",), None, Status.FOUND, id="IPEX 2.1"),
        pytest.param("", ("intel-extension-for-pytorch==2.3.110.post0+xpu",), None, Status.FOUND, id="IPEX 2.3"),
        pytest.param("", ("intel-extension-for-pytorch==2.5.10+xpu",), None, Status.CLEAR, id="IPEX 2.5"),
        pytest.param("C:\\e\\Library\\bin\\uv.dll", ("intel-extension-for-pytorch==2.1.10+xpu",), None, Status.CLEAR, id="it is there"),
        pytest.param(None, ("intel-extension-for-pytorch==2.1.10+xpu",), None, Status.CLEAR, id="not looked at"),
        pytest.param("", ("intel-extension-for-pytorch==2.3.100",), None, Status.CLEAR, id="the CPU build"),
        pytest.param("", ("intel-extension-for-pytorch==2.1.10+xpu",), IMPORTS, Status.CLEAR, id="IPEX imports all the same"),
        pytest.param("", ("torch==2.9.0+xpu",), None, Status.CLEAR, id="no IPEX"),
    ],
)
def test_libuv_missing(libuv, packages, torch, status):
    system = System(os="windows", libuv=libuv)
    assert run("libuv-missing", system=system, packages=installed(*packages), torch=torch).status is status
