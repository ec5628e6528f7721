"""What pip (or uv) says that it did not find, whether only the xpu index has it, and which Python it can be for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Log
from xpudoctor_checks import _log, _releases

_MISSING = re.compile(
    r"(?:Could not find a version that satisfies the requirement|No matching distribution found for) "
    r"(?P<wanted>[\w.-]{1,60}(?:[=<>~!][\w.=<>~!,*+-]{0,60})?)"
)
_OFFERED = re.compile(r"\(from versions: (?P<versions>[^)]{0,2000})")
_NAME = re.compile(r"[\w.-]{1,60}")
_RELEASE = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,2}(?![\w.]*\+)")
_XPU_ONLY = ("pytorch-triton-xpu", "triton-xpu", "intel-extension-for-pytorch", "oneccl-bind-pt")
_STACK = (*_XPU_ONLY, "torch", "torchvision", "torchaudio", "ipex-llm", "bigdl-llm")
_CORE = "bigdl-core-"
# Builds that only Intel or PyTorch's xpu index publish: +xpu, +cxx11.abi, 2.1.0a0, 2.3.1.post0.
_XPU_BUILD = re.compile(r"\+xpu|cxx11|\d(?:a0|\.post\d)")
# The newest Python that a release of IPEX has wheels for.
_IPEX_PYTHON = {"1": "3.10", "2.0": "3.11", "2.1": "3.11", "2.3": "3.11", "2.5": "3.12"}
_PINNED = re.compile(r"(?:pytorch|torch)==(?P<release>(?P<major>\d)\.\d{1,2})\b")
_INTEL_PINNED = re.compile(r"intel[-_]extension[-_]for[-_]pytorch==[12]\.[0-3]\.")
_INTEL_BUILT = re.compile(r"(\d{1,2}\.\d{1,3})\.\d{1,3}\+xpu")
# The first public torch that a Python has wheels of: what pip offers tells the Python that runs.
# https://github.com/pytorch/pytorch/blob/main/RELEASE.md
_FIRST_TORCH = (("2.9", "3.14"), ("2.5", "3.13"), ("2.2", "3.12"), ("1.13", "3.11"), ("1.11", "3.10"))


def unfound(log: Log) -> Iterator[tuple[_log.Line, str, str]]:
    """Yield what was not found of the stack, each with the versions that were offered in its place."""
    for line, match in _log.every(log, _MISSING):
        offered = _OFFERED.search(line.text)
        name = distribution(match["wanted"])
        if name in _STACK or name.startswith(_CORE):
            yield line, match["wanted"], offered["versions"] if offered else ""


def of_xpu_index(wanted: str) -> bool:
    """Say whether a requirement can be met by a special index only."""
    name = distribution(wanted)
    return name in _XPU_ONLY or name.startswith(_CORE) or _XPU_BUILD.search(wanted) is not None


def holds_xpu_builds(versions: str) -> bool:
    """Say whether what was offered came from a special index."""
    return _XPU_BUILD.search(versions) is not None


def pinned(wanted: str) -> Version | None:
    """Return the release of torch or IPEX that is asked for."""
    release = _PINNED.search(wanted)
    return Version(release["release"]) if release else None


def has_wheels(wanted: str, python: Version) -> bool:
    """Say whether there can be a wheel of it for this Python."""
    name, release = distribution(wanted), pinned(wanted)
    ipex = name == "intel-extension-for-pytorch" or "cxx11" in wanted or "a0" in wanted
    if release and not ipex:
        oldest, newest = _releases.pythons(release)
        return oldest <= python <= newest
    if release:
        newest = Version(_IPEX_PYTHON.get("1" if release.major == 1 else str(release), "3.13"))
    else:
        newest = Version("3.12" if ipex or name.startswith(_CORE) or name in ("ipex-llm", "bigdl-llm") else "3.14")
    return Version("3.8") <= python <= newest


def python_of(wanted: str, versions: str) -> Version | None:
    """Return the Python that is offered these versions of torch, where they begin with one that came for it."""
    offered = [Version(found) for found in _RELEASE.findall(versions)]
    if _INTEL_PINNED.match(wanted) and (built := _INTEL_BUILT.findall(versions)) and min(map(Version, built)) >= Version("2.5"):
        return Version("3.12")  # Intel's index has older ones, and those have no wheels after Python 3.11.
    if distribution(wanted) != "torch" or len(offered) < 2 or holds_xpu_builds(versions):
        return None
    return next((Version(python) for first, python in _FIRST_TORCH if min(offered) >= Version(first)), None)


def distribution(wanted: str) -> str:
    """Return the name of what is asked for, as PEP 503 compares it."""
    name = _NAME.match(wanted)
    return name[0].lower().replace("_", "-") if name else ""
