"""The torch of an environment: what its files say, and what comes of importing it."""

from __future__ import annotations

import ast
import os
import re
import time
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from xpudoctor.facts.torch import ImportOutcome, Torch, XpuDevice
from xpudoctor.probes._patient import AUTOLOAD, answered, ask, is_own
from xpudoctor.probes._run import Ended
from xpudoctor.probes._together import SLACK, taken, together
from xpudoctor.probes.patient.torch_files import files

_LIBRARIES = ("c10_cuda", "c10_xpu", "torch_cuda", "torch_hip", "torch_xpu")
_ASSIGNED = re.compile(r"^(__version__|cuda|hip|xpu)\b[^=\n]*=\s*(?:version\s*=\s*)?(.+?)\s*(?:#.*)?$", re.MULTILINE)
# A warning from C++ goes past Python's warnings when no Python frame waits for it.
_CPP_WARNING = re.compile(r"^\[W[^]\n]*\] (?:Warning: )?(.+)$", re.MULTILINE)
_SHOWN = 2000
# By which a user can verify what came of it; all of it happens in a child process.
_LIVE = {
    "plain": "import torch",
    "bare": f"import torch, with {AUTOLOAD}=0",
    "ipex": "import intel_extension_for_pytorch",
    "compiled": "torch.xpu._is_compiled()",
    "available": "torch.xpu.is_available()",
    "count": "torch.xpu.device_count()",
    "devices": "torch.xpu.get_device_properties(), torch.xpu.mem_get_info()",
    "warnings": "import torch, torch.xpu",
}


def torch(python: str | None, timeout: float, static: bool = False) -> Torch:
    """Look at torch's files, and unless `static` import it, and IPEX beside it, each in a child of its own."""
    if static:
        return _torch(Ended(marks=(files("torch"),)) if is_own(python) else _asked(python, "files", timeout))
    start = time.monotonic()
    parts = {what: partial(_asked, python, what, timeout) for what in ("import", "ipex")}
    seen, gaps = taken(together(parts, timeout + SLACK))
    if "import" in gaps:
        raise RuntimeError(gaps["import"])
    plain, left = seen["import"], timeout - (time.monotonic() - start)
    failed = _outcome("torch", plain).stage == "importing"
    again = failed and not plain.timed_out and os.environ.get(AUTOLOAD) != "0" and left > 1
    return _torch(plain, _asked(python, "bare", left) if again else None, seen.get("ipex"))


def _asked(python: str | None, what: str, timeout: float) -> Ended:
    return answered(ask(python, what, timeout))


def _torch(look: Ended, bare: Ended | None = None, ipex: Ended | None = None) -> Torch:
    said = _said(look.marks)
    if said.get("absent"):
        return Torch(installed=False, ipex=_tried("intel_extension_for_pytorch", ipex))
    live: dict[str, Any] = {
        "plain": _tried("torch", look),
        "bare": _tried("torch", bare),
        "ipex": _tried("intel_extension_for_pytorch", ipex),
        "compiled": said.get("compiled"),
        "available": said.get("available"),
        "count": said.get("count"),
        "devices": _devices(look.marks),
        "warnings": _warnings(look),
    }
    told = _files(said)
    sources = {**told.pop("sources"), **{name: how for name, how in _LIVE.items() if live[name] not in (None, ())}}
    return Torch(installed=True, **told, **live, sources=sources)


def _files(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the files say, and where they are silent what the import said."""
    told = _version_file(said.get("version_text", ""))
    folder, libraries = str(said["location"]), said.get("libraries")
    return {
        "version": told.get("__version__") or said.get("version"),
        "xpu": told.get("xpu") or said.get("xpu"),
        "cuda": told.get("cuda"),
        "hip": told.get("hip"),
        "location": folder,
        "libraries": None if libraries is None else _device_libraries(libraries),
        "sources": {"version": str(Path(folder, "version.py")), "libraries": str(Path(folder, "lib"))},
    }


def _said(marks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {key: value for mark in marks if "device" not in mark for key, value in mark.items()}


def _version_file(text: str) -> dict[str, str | None]:
    told: dict[str, str | None] = {}
    for name, value in _ASSIGNED.findall(text):
        try:
            told[name] = ast.literal_eval(value)
        except (SyntaxError, ValueError):
            continue  # Something computed: then the import has to say it.
    return told


def _device_libraries(names: Iterable[str]) -> tuple[str, ...]:
    stems = {name.partition(".")[0].removeprefix("lib") for name in names if ".so" in name or name.endswith((".dll", ".dylib"))}
    return tuple(name for name in _LIBRARIES if name in stems)


def _tried(module: str, ended: Ended | None) -> ImportOutcome | None:
    """Return the outcome of an import; None where none was tried."""
    return _outcome(module, ended) if ended and any("stage" in mark for mark in ended.marks) else None


def _outcome(module: str, ended: Ended) -> ImportOutcome:
    said = _said(ended.marks)
    finished = bool(said.get("end"))
    imported = "seconds" in said
    return ImportOutcome(
        module=module,
        ok=finished and imported,
        stage=said.get("stage", ""),
        seconds=said.get("seconds"),
        error=said.get("error", ""),
        exit_status=None if finished else ended.exit_status,
        signal="" if finished else ended.signal,
        timed_out=not finished and ended.timed_out,
        output=_output(ended),
    )


def _output(ended: Ended) -> str:
    """Return the last that it wrote, without the lines of a crash report that say nothing."""
    lines = (ended.stdout + ended.stderr).splitlines()
    return "\n".join(line for line in lines if "<frozen importlib" not in line and not line.startswith("Extension modules:"))[-_SHOWN:]


def _devices(marks: Iterable[Mapping[str, Any]]) -> tuple[XpuDevice, ...]:
    seen: dict[int, dict[str, Any]] = {}
    for mark in marks:
        if "device" in mark:
            seen.setdefault(mark["device"], {}).update(mark)
    return tuple(_device(index, said) for index, said in sorted(seen.items()))


def _device(index: int, said: Mapping[str, Any]) -> XpuDevice:
    properties = dict(said.get("properties", {}))
    name, driver = properties.get("name", ""), properties.get("driver_version", "")
    return XpuDevice(index, name, said.get("memory"), said.get("free"), driver, properties)


def _warnings(ended: Ended) -> tuple[str, ...]:
    marked = [str(mark["warning"]) for mark in ended.marks if "warning" in mark]
    return tuple(dict.fromkeys([*marked, *_CPP_WARNING.findall(ended.stderr)]))
