"""How a text says that something does not load or fails, and that ipex-llm or an IPEX is meant: what several topics look for."""

from __future__ import annotations

import re

from xpudoctor import Log
from xpudoctor_checks import _log
from xpudoctor_checks._log import Line
from xpudoctor_checks._log_machine import FAILURE

LOADS_NOT = re.compile(
    r"(?P<problem>undefined (?:symbol|reference)|WinError 1(?:26|27|82|14)|procedure could not be found|cannot open shared object"
    r"|Cannot load \S{0,40}mkl|version `\w{1,20}[\d._]{1,8}' not found|DLL load failed|Entry Point Not Found|already initialized"
    r"|[Ss]egmentation fault|[Ss]egfault|has no attribute '\w{1,40}'|cannot import name '\w{1,60}'|not compiled with XPU"
    r"|Torch not compiled|No module named 'torch|_is_compiled\(\)\W{1,6}False)"
)
IPEX_LLM = re.compile(r"(?i)\b(?:ipex[-_.]?llm|bigdl[-_.]?(?:llm|core)|xpu[-_]2[-_.]6\b)")
OTHER_IPEX = re.compile(
    r"(?i)\b(?:ipex|intel[-_]extension[-_]for[-_]pytorch)(?![-_.]?llm)(?:(?:==|[^\d\n]{1,40})(?P<ipex>\d\.\d{1,2}(?:\.\d{1,3})?)|\b)"
)


def failed(log: Log) -> tuple[Line, re.Match[str]] | None:
    """Return the line that says what does not load, or else one that tells of a failure."""
    return _log.first(log, LOADS_NOT) or _log.first(log, FAILURE)
