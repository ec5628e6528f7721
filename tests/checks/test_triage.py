"""The ladder as a whole: of what was seen on one machine, one cause stands first, and what follows from it stands under it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xpudoctor.diagnosis.checks import collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Finding, Report
from xpudoctor.diagnosis.rules import Confidence, Rule, Severity
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.diagnosis.triage import arrange
from xpudoctor.facts.devices import Devices
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.runtime import LevelZero, LevelZeroDevice, Library, Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import ImportOutcome, Torch, XpuDevice
from xpudoctor.testing import gpus, installed, variables

CHECKS = collect([package_source("xpudoctor_checks")])
A770, UHD_630 = "56a0", "9bc5"
NODE = {"kernel_driver": "i915", "render_node": "/dev/dri/renderD128", "node_group": "render", "accessible": True, "node_missing": False}
BAR = {"bar": 16 * 1024**3, "memory": 16 * 1024**3, "address": "0000:03:00.0"}
LOADER, DRIVER = "/usr/lib/x86_64-linux-gnu/libze_loader.so.1", "/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1"
ARC = LevelZeroDevice("Intel(R) Arc(TM) A770 Graphics", A770, integrated=False, driver_version="1.6.33578")
HERE = (Library("libze_loader.so.1", LOADER, "system"), Library("libze_intel_gpu.so.1", DRIVER, "system"))
IMPORTED = ImportOutcome("torch", ok=True, stage="done", seconds=2.1)
IPEX = ImportOutcome("intel_extension_for_pytorch", stage="importing")
WELL = Torch(
    installed=True, version="2.9.0+xpu", xpu="20250201", libraries=("c10_xpu", "torch_xpu"), plain=IMPORTED, compiled=True, available=True,
    count=1, devices=(XpuDevice(0, "Intel(R) Arc(TM) A770 Graphics"),),
)  # fmt: skip
NO_XPU = replace(WELL, available=False, count=0, devices=())
LINUX = System(
    os="linux", distribution="ubuntu", kernel="6.14.0-24-generic", kernel_parameters=("quiet",), wsl=0, container="", root=False,
    groups=("u", "render"), granted_groups=("u", "render"), memory=64 * 1024**3, swap=0, shared_memory=32 * 1024**3,
)  # fmt: skip


def level_zero(libraries: tuple[Library, ...] = HERE, opencl: tuple[str, ...] = (), **fields: object) -> Runtime:
    return Runtime(level_zero=replace(LevelZero(loader=LOADER, gpu_driver=DRIVER), **fields), libraries=libraries, opencl_gpus=opencl)


LISTED = level_zero(stage="done", drivers=1, devices=(ARC,), opencl=(A770,))
BLIND = level_zero(stage="init", result="0x78000001")
PACKAGES = installed("torch==2.9.0+xpu", "pytorch-triton-xpu==3.5.0", "numpy==2.1.2", python="3.11.9", environment="venv")
HEALTHY = Snapshot(LINUX, PACKAGES, gpus(A770, **NODE, **BAR), LISTED, WELL, variables())


def machine(**sections: object) -> Snapshot:
    """Return the healthy machine with these sections in place of its own."""
    return replace(HEALTHY, **sections)


def failing(error: str = "", **fields: object) -> Torch:
    """Return the torch of the healthy machine, whose import fails."""
    plain = ImportOutcome("torch", stage="importing", error=error)
    return replace(WELL, **{"plain": plain, "compiled": None, "available": None, "count": None, "devices": (), **fields})


def torch(version: str, **fields: object) -> dict[str, object]:
    """Return the two sections that tell of a torch without XPU."""
    files = replace(NO_XPU, version=version, xpu=None, libraries=(), compiled=False, **fields)
    return {
        "torch": files,
        "packages": installed(f"torch=={version.partition('+')[0]}", "numpy==2.1.2", python="3.11.9", environment="venv"),
    }


def errors(report: Report) -> list[str]:
    return [finding.rule.id for finding in report.causes if finding.severity is Severity.ERROR]


def under(report: Report) -> set[str]:
    return {finding.rule.id for finding in report.consequences(report.findings[0])}


def absent(library: str) -> str:
    return f"ImportError: {library}: cannot open shared object file: No such file or directory"


def test_a_healthy_machine_has_nothing():
    report = examine(HEALTHY, CHECKS)
    assert [finding.rule.id for finding in report.findings] == []
    assert [result.note for result in report.results if result.status.value == "crashed"] == []


CUDA = torch("2.13.0+cu130", cuda="13.0", plain=ImportOutcome("torch", stage="importing", error=absent("libcudnn.so.9")), available=None)
CLASH = (
    "ImportError: /opt/intel/oneapi/compiler/2025.1/lib/libur_loader.so.0: version `LIBUR_LOADER_0.10' not found (required by libsycl.so.8)"
)
GLIBCXX = f"/opt/conda/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by {DRIVER})"
IPEX_2_8 = installed("torch==2.9.0+xpu", "intel-extension-for-pytorch==2.8.10+xpu", "pytorch-triton-xpu==3.5.0", environment="venv")
IPEX_2_6 = installed("torch==2.9.0+xpu", "intel-extension-for-pytorch==2.6.10+xpu", "pytorch-triton-xpu==3.5.0", environment="venv")
WITHOUT_RUNTIME = Packages(
    (Package("torch", "2.9.0+xpu", requires=("intel-sycl-rt==2025.2.1",)), Package("pytorch-triton-xpu", "3.5.0")), complete=True
)
SHUT = {**NODE, "accessible": False, "node_error": "EACCES"}
UHD = gpus(UHD_630, kernel_driver="i915", render_node="/dev/dri/renderD128", accessible=True)


@pytest.mark.parametrize(
    ("snapshot", "cause", "follows"),
    [
        pytest.param(machine(**torch("2.13.0+cpu")), "torch-not-xpu-build", {"torch-xpu-unavailable"}, id="the CPU wheel"),
        pytest.param(machine(**CUDA), "torch-not-xpu-build", {"cuda-libraries-missing", "torch-import-fails"}, id="the CUDA wheel"),
        pytest.param(
            machine(torch=failing(absent("libsycl.so.8"))), "sycl-library-missing", {"torch-import-fails"}, id="a SYCL library is missing"
        ),
        pytest.param(
            machine(torch=failing(absent("libsycl.so.8")), packages=WITHOUT_RUNTIME),
            "runtime-wheel-missing",
            {"sycl-library-missing", "torch-import-fails"},
            id="a runtime wheel is missing",
        ),
        pytest.param(machine(torch=failing(CLASH)), "oneapi-hides-wheel-runtime", {"torch-import-fails"}, id="a sourced oneAPI"),
        pytest.param(
            machine(torch=failing("ModuleNotFoundError: No module named 'sympy'")),
            "torch-import-fails",
            set(),
            id="a Python module is missing",
        ),
        pytest.param(
            machine(torch=failing(plain=ImportOutcome("torch", stage="importing", signal="SIGSEGV"))),
            "torch-import-crashes",
            set(),
            id="the import dies",
        ),
        pytest.param(
            machine(
                torch=failing(
                    "RuntimeError: Failed to load the backend extension: intel_extension_for_pytorch.",
                    bare=IMPORTED,
                    ipex=replace(IPEX, error="AttributeError: x"),
                ),
                packages=IPEX_2_6,
            ),
            "ipex-torch-mismatch",
            {"torch-backend-autoload-fails", "torch-import-fails", "ipex-import-fails", "ipex-end-of-life"},
            id="the autoload trap",
        ),
        pytest.param(
            machine(torch=replace(WELL, ipex=replace(IPEX, exit_status=127)), packages=IPEX_2_8),
            "ipex-torch-mismatch",
            {"ipex-import-fails", "ipex-end-of-life"},
            id="IPEX for another torch",
        ),
        pytest.param(
            machine(runtime=level_zero((), stage="loader", loader="", gpu_driver="", opencl=(A770,)), torch=NO_XPU),
            "level-zero-loader-missing",
            {"gpu-only-in-opencl", "torch-xpu-unavailable"},
            id="no Level Zero loader",
        ),
        pytest.param(
            machine(runtime=level_zero((), stage="loader", loader="", gpu_driver=""), torch=failing(absent("libze_loader.so.1"))),
            "level-zero-loader-missing",
            {"torch-import-fails"},
            id="no Level Zero loader, and the import needs it",
        ),
        pytest.param(
            machine(runtime=level_zero(HERE[:1], stage="init", gpu_driver="", result="0x78000001", opencl=(A770,)), torch=NO_XPU),
            "gpu-driver-missing",
            {"level-zero-sees-no-gpu", "gpu-only-in-opencl", "torch-xpu-unavailable"},
            id="a loader without GPU driver",
        ),
        pytest.param(
            machine(runtime=level_zero(stage="init", gpu_driver="", result="0x78000001", ending=GLIBCXX), torch=NO_XPU),
            "libstdcxx-too-old",
            {"level-zero-does-not-load", "level-zero-sees-no-gpu", "torch-xpu-unavailable"},
            id="libstdc++ is too old",
        ),
        pytest.param(
            machine(runtime=level_zero(stage="init", gpu_driver="", ending=absent("libigdgmm.so.12")), torch=NO_XPU),
            "level-zero-does-not-load",
            {"level-zero-sees-no-gpu", "torch-xpu-unavailable"},
            id="a GPU driver that does not load",
        ),
        pytest.param(
            machine(
                runtime=level_zero(stage="drivers", gpu_driver=None, ending="died of SIGSEGV"),
                torch=failing(plain=ImportOutcome("torch", stage="available", signal="SIGSEGV")),
            ),
            "level-zero-crashes",
            {"level-zero-sees-no-gpu", "torch-xpu-fails"},
            id="the driver crashes",
        ),
        pytest.param(
            machine(
                devices=gpus(A770, **SHUT, **BAR), system=replace(LINUX, groups=("u",), granted_groups=("u",)), runtime=BLIND, torch=NO_XPU
            ),
            "no-render-permission",
            {"level-zero-sees-no-gpu", "torch-xpu-unavailable"},
            id="no permission",
        ),
        pytest.param(
            machine(devices=gpus(A770, **SHUT, **BAR), system=replace(LINUX, groups=("u",)), runtime=BLIND, torch=NO_XPU),
            "render-group-not-in-session",
            {"level-zero-sees-no-gpu", "torch-xpu-unavailable"},
            id="no permission before the next login",
        ),
        pytest.param(
            machine(
                devices=gpus(A770, **{**NODE, "accessible": None, "node_missing": True}, **BAR),
                system=replace(LINUX, container="docker"),
                runtime=BLIND,
                torch=NO_XPU,
            ),
            "device-not-in-container",
            {"level-zero-sees-no-gpu", "torch-xpu-unavailable"},
            id="a container without the device",
        ),
        pytest.param(
            machine(
                devices=Devices(dxg=False),
                system=replace(LINUX, wsl=2),
                runtime=level_zero(stage="init", result="0x78000001"),
                torch=NO_XPU,
            ),
            "wsl-gpu-missing",
            {"torch-xpu-unavailable"},
            id="WSL without its GPU",
        ),
        pytest.param(
            machine(environment=variables(ZE_AFFINITY_MASK="3"), runtime=level_zero(stage="done", drivers=1, unmasked=1), torch=NO_XPU),
            "affinity-mask-hides-gpu",
            {"torch-xpu-unavailable"},
            id="a mask",
        ),
        pytest.param(
            machine(environment=variables(ONEAPI_DEVICE_SELECTOR="opencl:gpu"), torch=NO_XPU),
            "selector-hides-gpu",
            {"torch-xpu-unavailable"},
            id="a selector",
        ),
        pytest.param(
            machine(devices=gpus(A770, **{**NODE, "kernel_driver": "", "render_node": ""}, **BAR), runtime=BLIND, torch=NO_XPU),
            "gpu-without-driver",
            {"torch-xpu-unavailable"},
            id="no kernel driver",
        ),
        pytest.param(
            machine(devices=UHD, runtime=BLIND, torch=NO_XPU),
            "gpu-unsupported",
            {"torch-xpu-unavailable"},
            id="a GPU that is not supported",
        ),
        pytest.param(
            machine(runtime=BLIND, torch=NO_XPU), "level-zero-sees-no-gpu", {"torch-xpu-unavailable"}, id="a driver that finds nothing"
        ),
        pytest.param(machine(torch=NO_XPU), "torch-xpu-unavailable", set(), id="unknown"),
    ],
)
def test_one_error_is_the_cause(snapshot, cause, follows):
    report = examine(snapshot, CHECKS)
    assert errors(report) == [cause]
    assert report.findings[0].rule.id == cause
    assert under(report) == follows


def test_no_gpu_explains_that_torch_has_none():
    report = examine(machine(devices=gpus(), runtime=level_zero((), stage="loader", loader="", gpu_driver=""), torch=NO_XPU), CHECKS)
    assert [(finding.rule.id, finding.explained_by) for finding in report.findings] == [
        ("no-intel-gpu", None), ("torch-xpu-unavailable", "no-intel-gpu"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "snapshot",
    [
        pytest.param(machine(devices=gpus(), runtime=Runtime(), **torch("2.13.0+cpu")), id="a CPU torch without an Intel GPU"),
        pytest.param(
            machine(devices=UHD, runtime=level_zero((), stage="loader", loader="", gpu_driver=""), **torch("2.13.0+cpu")), id="UHD only"
        ),
        pytest.param(Snapshot(packages=installed("transformers==4.48.3", complete=False)), id="a paste of one line"),
        pytest.param(Snapshot(), id="nothing at all"),
        pytest.param(
            machine(
                packages=installed(
                    "torch==2.1.0a0+cxx11.abi",
                    "intel-extension-for-pytorch==2.1.10+xpu",
                    "numpy==1.26.4",
                    "ipex-llm==2.2.0",
                    "bigdl-core-xe-21==2.6.0",
                    "transformers==4.37.0",
                    "tokenizers==0.15.2",
                    "protobuf==5.29.5",
                ),
                torch=Torch(installed=True, version="2.1.0a0+cxx11.abi", libraries=(), plain=IMPORTED, ipex=replace(IPEX, ok=True)),
            ),
            id="the stack of ipex-llm[xpu] as Intel made it",
        ),
    ],
)
def test_no_error_is_told_where_nothing_is_broken(snapshot):
    report = examine(snapshot, CHECKS)
    assert [finding.rule.id for finding in report.findings if finding.severity is Severity.ERROR] == []


def test_two_faults_of_their_own_stand_side_by_side():
    blind = level_zero(HERE[:1], stage="init", gpu_driver="", result="0x78000001")
    report = examine(machine(**torch("2.13.0+cpu"), runtime=blind), CHECKS)
    assert errors(report) == ["torch-not-xpu-build", "gpu-driver-missing"]
    assert under(report) == {"torch-xpu-unavailable"}


RULES = {check.rule.id: check.rule for check in CHECKS}


@pytest.mark.parametrize("name", RULES)
def test_what_a_rule_explains_is_a_rule(name):
    assert set(RULES[name].explains) <= set(RULES) - {name}


@pytest.mark.parametrize("name", RULES)
def test_no_rule_explains_itself_by_way_of_others(name):
    seen, ahead = set(), set(RULES[name].explains)
    while ahead:
        seen |= ahead
        ahead = {other for rule in ahead for other in RULES[rule].explains} - seen
    assert name not in seen


ERROR, WARNING, INFO = Severity
CERTAIN, LIKELY, POSSIBLE = Confidence


def finding(
    name: str, severity: Severity = ERROR, confidence: Confidence = CERTAIN, explains: tuple[str, ...] = (), message: str = ""
) -> Finding:
    return Finding(Rule(name, name, name, name, severity, confidence, name, (), explains=explains), message or name)


def shown(*findings: Finding) -> list[str]:
    """Return the messages in order, each with that of what explains it."""
    return [f"{one.explained_by} > {one.message}" if one.explained_by else one.message for one in arrange(findings)]


@pytest.mark.parametrize(
    ("findings", "order"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param((finding("a", INFO), finding("b", WARNING), finding("c")), ["c", "b", "a"], id="the worst first"),
        pytest.param((finding("a", ERROR, POSSIBLE), finding("b", ERROR, LIKELY), finding("c")), ["c", "b", "a"], id="the surest first"),
        pytest.param((finding("a", WARNING, CERTAIN), finding("b", ERROR, POSSIBLE)), ["b", "a"], id="how bad before how sure"),
        pytest.param((finding("b"), finding("a")), ["b", "a"], id="else the order of the tables"),
        pytest.param((finding("a"), finding("b", explains=("a",))), ["b", "b > a"], id="a consequence stands under its cause"),
        pytest.param(
            (finding("c"), finding("a", explains=("b",)), finding("b", explains=("c",))), ["a", "a > c", "a > b"], id="a chain"
        ),
        pytest.param(
            (finding("x"), finding("a", ERROR, LIKELY, ("x",)), finding("b", ERROR, CERTAIN, ("x",))), ["b", "b > x", "a"],
            id="two that explain it: the weightier one",
        ),
        pytest.param((finding("a", explains=("z",)), finding("b")), ["a", "b"], id="what it explains was not found"),
        pytest.param(
            (finding("a", explains=("b",), message="a1"), finding("a", explains=("b",), message="a2"), finding("b")), ["a1", "a > b", "a2"],
            id="one rule found two things: the consequences stand once",
        ),
        pytest.param(
            (finding("a", explains=("b",)), finding("b", message="b1"), finding("b", message="b2")), ["a", "a > b1", "a > b2"],
            id="two consequences of one rule",
        ),
        pytest.param((finding("a", explains=("a",)),), ["a"], id="a rule that explains itself"),
    ],
)  # fmt: skip
def test_arrange(findings, order):
    assert shown(*findings) == order


@pytest.mark.parametrize(
    "findings",
    [
        pytest.param((finding("a", explains=("b",)), finding("b", explains=("a",))), id="two in a circle"),
        pytest.param((finding("a", explains=("b",)), finding("b", explains=("c",)), finding("c", explains=("a",))), id="three in a circle"),
        pytest.param((finding("a", explains=("b",)), finding("b", explains=("a", "c")), finding("c")), id="one that hangs on a circle"),
    ],
)
def test_arrange_loses_nothing_in_a_circle(findings):
    assert sorted(one.message for one in arrange(findings)) == sorted(one.message for one in findings)
