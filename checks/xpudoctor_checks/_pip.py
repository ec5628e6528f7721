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
_STACK = (*_XPU_ONLY, "torch", "torchvision", "torchaudio", "ipex-llm")
# Builds that only Intel or PyTorch's xpu index publish: +xpu, +cxx11.abi, 2.1.0a0, 2.3.1.post0.
_XPU_BUILD = re.compile(r"\+xpu|cxx11|\d(?:a0|\.post\d)")


def unfound(log: Log) -> Iterator[tuple[_log.Line, str, str]]:
    """Yield what was not found of the stack, each with the versions that were offered in its place."""
    for line, match in _log.every(log, _MISSING):
        offered = _OFFERED.search(line.text)
        if _distribution(match["wanted"]) in _STACK:
            yield line, match["wanted"], offered["versions"] if offered else ""


def of_xpu_index(wanted: str) -> bool:
    """Say whether a requirement can be met by a special index only."""
    return _distribution(wanted) in _XPU_ONLY or _XPU_BUILD.search(wanted) is not None


def _distribution(wanted: str) -> str:
    name = _NAME.match(wanted)
    return name[0].lower().replace("_", "-") if name else ""
