"""What pip (or uv) says that it did not find, and whether only the xpu index has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor import Log
from xpudoctor_checks import _log

_MISSING = re.compile(
    r"(?:Could not find a version that satisfies the requirement|No matching distribution found for) "
    r"(?P<wanted>[\w.-]{1,60}(?:[=<>~!][\w.=<>~!,*+-]{0,60})?)"
)
_OFFERED = re.compile(r"\(from versions: (?P<versions>[^)]{0,2000})")
_NAME = re.compile(r"[\w.-]{1,60}")
_XPU_ONLY = ("pytorch-triton-xpu", "triton-xpu", "intel-extension-for-pytorch", "oneccl-bind-pt")
_STACK = (*_XPU_ONLY, "torch", "torchvision", "torchaudio", "ipex-llm", "bigdl-llm")
_CORE = "bigdl-core-"
# Builds that only Intel or PyTorch's xpu index publish: +xpu, +cxx11.abi, 2.1.0a0, 2.3.1.post0.
_XPU_BUILD = re.compile(r"\+xpu|cxx11|\d(?:a0|\.post\d)")
# The newest Python that a release of IPEX has wheels for.
_IPEX_PYTHON = {"1": "3.10", "2.0": "3.11", "2.1": "3.11", "2.3": "3.11", "2.5": "3.12"}
_IPEX_RELEASE = re.compile(r"(?:pytorch|torch)==(?P<release>1|2\.\d)\b")


def unfound(log: Log) -> Iterator[tuple[_log.Line, str, str]]:
    """Yield what was not found of the stack, each with the versions that were offered in its place."""
    for line, match in _log.every(log, _MISSING):
        offered = _OFFERED.search(line.text)
        name = _distribution(match["wanted"])
        if name in _STACK or name.startswith(_CORE):
            yield line, match["wanted"], offered["versions"] if offered else ""


def of_xpu_index(wanted: str) -> bool:
    """Say whether a requirement can be met by a special index only."""
    name = _distribution(wanted)
    return name in _XPU_ONLY or name.startswith(_CORE) or _XPU_BUILD.search(wanted) is not None


def holds_xpu_builds(versions: str) -> bool:
    """Say whether what was offered came from a special index."""
    return _XPU_BUILD.search(versions) is not None


def newest_python(wanted: str) -> str:
    """Return the newest Python that there can be a wheel for."""
    name = _distribution(wanted)
    ipex = name == "intel-extension-for-pytorch" or "cxx11" in wanted or "a0" in wanted
    release = _IPEX_RELEASE.search(wanted)
    if ipex and release:
        return _IPEX_PYTHON.get(release["release"], "3.13")
    return "3.12" if ipex or name.startswith(_CORE) or name in ("ipex-llm", "bigdl-llm") else "3.14"


def _distribution(wanted: str) -> str:
    name = _NAME.match(wanted)
    return name[0].lower().replace("_", "-") if name else ""
