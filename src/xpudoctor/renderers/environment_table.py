"""The environment as a table of a dozen rows: what a maintainer looks at first."""

from __future__ import annotations

from collections.abc import Iterator

from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.runtime import Runtime
from xpudoctor.facts.sizes import gib
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System

_STACK = (
    "intel-extension-for-pytorch ipex-llm bigdl-llm torchvision torchaudio pytorch-triton-xpu triton-xpu triton transformers accelerate "
    "vllm optimum-intel bitsandbytes torchao auto-round llama-cpp-python intel-sycl-rt dpcpp-cpp-rt numpy protobuf sentencepiece"
).split()
_LONGEST = 400


def rows(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield name and value of what is known."""
    for name, value in _all(snapshot):
        if value:
            yield name, value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"


def _all(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    if snapshot.system:
        yield "System", _system(snapshot.system)
        yield "Memory", _joined(gib(snapshot.system.memory), snapshot.system.swap is not None and f"{gib(snapshot.system.swap)} swap")
    if packages := snapshot.packages:
        yield "Python", " ".join(filter(None, (packages.python, packages.environment and f"({packages.environment})")))
    if torch := snapshot.torch:
        state = {True: "available", False: "not available", None: ""}[torch.available]
        yield "torch", _joined(torch.version or (torch.installed is False and "not installed"), state and f"xpu {state}")
        yield "torch devices", _joined(*(f"{device.name} {gib(device.memory)}".strip() for device in torch.devices))
    if packages:
        yield "Packages", _joined(*(f"{found.name} {found.version}" for name in _STACK if (found := packages.get(name))))
    if snapshot.devices:
        for gpu in snapshot.devices.gpus:
            yield "GPU", _gpu(gpu)
        if snapshot.devices.complete and not snapshot.devices.gpus:
            yield "GPU", "no Intel GPU on the bus"
    if snapshot.runtime:
        yield from _runtime(snapshot.runtime)
    if snapshot.environment:
        yield "Variables", _joined(*(f"{name}={value}" for name, value in snapshot.environment.variables.items()))


def _system(system: System) -> str:
    wsl, container = system.wsl and f"WSL {system.wsl}", system.container and f"in {system.container}"
    return _joined(system.name, system.build and f"build {system.build}", system.kernel, system.architecture, wsl, container)


def _gpu(gpu: Gpu) -> str:
    access = {True: "accessible", False: "no access", None: ""}[gpu.accessible]
    driver = _joined(gpu.kernel_driver, gpu.driver_version and f"driver {gpu.driver_version}")
    node = " ".join(filter(None, (gpu.render_node, access)))
    return _joined(gpu.fact.value, driver, gpu.memory and gib(gpu.memory), gpu.bar and f"BAR {gib(gpu.bar)}", node)


def _runtime(runtime: Runtime) -> Iterator[tuple[str, str]]:
    if zero := runtime.level_zero:
        seen = (f"{device.name} {device.driver_version}".strip() for device in zero.devices)
        yield "Level Zero", _joined(zero.stage and f"reached {zero.stage}", zero.result, zero.ending, *seen)
    yield "OpenCL", _joined(*(runtime.opencl_gpus or ()))
    yield "Driver packages", _joined(*(f"{package.name} {package.version}" for package in runtime.driver_packages or ()))
    yield "oneAPI", _joined(*(runtime.oneapi_installed or ()), runtime.oneapi_sourced and f"sourced: {', '.join(runtime.oneapi_sourced)}")


def _joined(*values: object) -> str:
    return ", ".join(str(value) for value in values if value)
