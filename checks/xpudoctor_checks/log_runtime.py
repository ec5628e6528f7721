"""Which release a missing library belongs to, and what a DLL that does not load is missing: both take more than one line of a log."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Log, Match, Packages, System
from xpudoctor_checks import _log

_LIBRARY = re.compile(
    r"(?P<library>lib(?:sycl|mkl_\w{1,30}|svml|imf|intlc|irng|irc|iomp5|dnnl|pi_level_zero|pi_opencl|ur_loader|ccl|mpi|tbb)"
    r"\.so(?:\.(?P<number>\d{1,2}))?(?:\.[\d.]{1,8})?)"
    r"(?:(?<=\d)\.?\W{0,3}cannot open shared object|\W{0,3}cannot open shared| => not found|:? (?:is |was )?(?:not found|missing)\b|\.{3})"
)
_SOURCED = re.compile(
    r"setvars(?:-vcvarsall)?\.(?:sh|bat)|oneapi-vars|oneAPI environment initialized|/opt/intel/oneapi/(?:compiler|mkl|lib)|\bONEAPI_ROOT="
    r"|oneapi-(?:basekit|hpckit):|\boneAPI\b[^\n]{0,40}\b20(?:2\d)\b"
)
_GENERATIONS = {
    "sycl": {"6": "2023", "7": "2024", "8": "2025", "9": "2026"},
    "mkl_sycl": {"3": "2023", "4": "2024", "5": "2025", "6": "2026"},
}
_WHEEL = re.compile(r"\btorch\W{1,30}(?P<torch>2\.\d{1,2}\.\d[\w.]{0,20})\+xpu|whl/(?:test/|nightly/)?xpu")
_IPEX = re.compile(r"intel[-_]extension[-_]for[-_]pytorch|\bIPEX\b|\bipex\b|ollama|llama|bigdl")
_DLL = re.compile(r"(?:WinError 12[67]|Error loading|DLL load failed)[^\n]{0,300}?(?P<library>[\w-]{1,40}\.(?:dll|pyd))")
_UV = re.compile(r"\buv\.dll|\blibuv\b[^\n]{0,30}(?:missing|not found)|use_libuv was requested|built without libuv")
_TORCH = re.compile(r"\btorch\b\W{1,4}(?:[Vv]ersion\W{1,4})?(?P<torch>[12]\.\d{1,2}\.\d[\w.]{0,20}(?:\+[\w.]{1,12})?)")
# IPEX carries the number of the torch it belongs to.
_OF_IPEX = re.compile(r"(?i)\b(?:ipex|intel[-_]extension[-_]for[-_]pytorch)\b[^\d\n]{1,20}(?P<torch>[12]\.\d{1,2}\.\d)\d{0,2}\b")
_FAILED = re.compile(
    r"undefined symbol|UR error|could not create an engine|[Ss]egmentation fault|WinError 127"
    r"|(?:ImportError|OSError): [^\n]{0,200}lib(?:sycl|ur_loader|mkl_\w{1,30}|ccl|dnnl|pti_view|umf)\.so"
)
_ELSEWHERE = re.compile(
    r"(?i)(?P<where>\b(?:crontab|cron|systemd|systemctl|ExecStart|jupyter(?:lab|hub)?|notebook|ipykernel"
    r"|vs ?code|launch\.json|pycharm|nssm|nohup"
    r"|xsession|sbatch|slurm|task scheduler|windows service|docker exec|su -|sudo (?:-E )?(?:\.(?=/)|python3?))(?=\W|$)|\.desktop\b"
    r"|\b(?:second|other|another|new|first|fresh) (?:tab|terminal|shell|window|session)\b"
    r"|\b(?:works?|ok|fine|runs|starts|loads)\b[^\n]{0,40}\b(?:terminal|shell|console|cmd|prompt|bash)\b)"
)
_XPU_WHEEL = re.compile(r"\btorch[\W_]{0,4}(?P<torch>2\.(?:[6-9]|1\d)\.\d)\+xpu")
_ONEAPI_NEAR = re.compile(
    r"(?i)/opt/intel\b|oneapi (?:command prompt|vars|\d)|\b(?:base ?|tool ?)kit\b|LD_PRELOAD\W{1,3}\S{0,40}oneapi|vars\.sh\b|\bsetvars\b"
)
_CONDA_UV = re.compile(r"conda install[^\n]{0,60}libuv")


def oneapi_library_missing(log: Log, packages: Packages | None) -> Match | None:
    missing = _log.first(log, _LIBRARY)
    if missing is None or _log.first(log, _SOURCED) or _is_wheel(log, packages, missing[1]) or _is_of_old_release(missing[1]):
        return None
    return Match(missing[0], library=missing[1]["library"])


def oneapi_library_of_another_release(log: Log, packages: Packages | None) -> Match | None:
    missing, sourced = _log.first(log, _LIBRARY), _log.first(log, _SOURCED)
    if missing is None or sourced is None or _is_wheel(log, packages, missing[1]):
        return None
    return Match(missing[0], sourced[0], library=missing[1]["library"], generation=_generation(missing[1]))


def oneapi_active_elsewhere(log: Log, packages: Packages | None) -> Match | None:
    missing, where = _log.first(log, _LIBRARY), _log.first(log, _ELSEWHERE)
    if where and missing and not _is_wheel(log, packages, missing[1]):
        return Match(missing[0], where[0], where=where[1]["where"])
    failed, sourced, torch = _log.first(log, _DLL), _log.first(log, _SOURCED), _torch(log, packages)
    old = torch is not None and torch < Version("2.3.dev0")
    return Match(failed[0], where[0], where=where[1]["where"]) if where and failed and sourced and old else None


def oneapi_library_of_other_release(log: Log) -> Match | None:
    missing = _log.first(log, _LIBRARY)
    if missing is None or _log.first(log, _SOURCED):
        return None
    return Match(missing[0], library=missing[1]["library"], generation=_generation(missing[1]))


def wheel_runtime_library_missing(log: Log, packages: Packages | None) -> Match | None:
    missing = _log.first(log, _LIBRARY)
    if missing is None or not _is_wheel(log, packages, missing[1]):
        return None
    return Match(missing[0], library=missing[1]["library"])


def libuv_not_found(log: Log, packages: Packages | None, system: System | None) -> Match | None:
    if system and system.os == "linux":
        return None
    if named := _log.first(log, _UV):
        return Match(named[0], library="torch") if not _log.first(log, _CONDA_UV) else None
    failed, torch = _log.first(log, _DLL), _torch(log, packages)
    old = torch is not None and torch < Version("2.2.dev0")
    in_torch = bool(failed and re.search(r"torch[\\/]lib|torch_cpu|backend_with_compiler|torch_python|c10\.dll", failed[0].text))
    if failed is None or not (old and in_torch) or _log.first(log, _CONDA_UV):
        return None
    return Match(failed[0], library=failed[1]["library"])


def oneapi_missing_for_dll(log: Log, packages: Packages | None) -> Match | None:
    failed, torch = _log.first(log, _DLL), _torch(log, packages)
    if failed is None or torch is None:
        return None
    of_torch = re.search(r"(?:c10|torch)_xpu\.dll", failed[0].text) and torch < Version("2.6.dev0")
    of_ipex = re.search(r"intel-ext-pt|intel_extension_for_pytorch", failed[0].text) and torch < Version("2.3.dev0")
    return Match(failed[0], library=failed[1]["library"]) if of_torch or of_ipex else None


def oneapi_beside_failing_wheel(log: Log, packages: Packages | None) -> Match | None:
    sourced = _log.first(log, _SOURCED) or _log.first(log, _ONEAPI_NEAR)
    failed, torch = _log.first(log, _FAILED), packages.get("torch") if packages else None
    if sourced is None or failed is None:
        return None
    if torch is not None:
        young = torch.local == "xpu" and torch.parsed is not None and torch.parsed >= Version("2.6.dev0")
        return Match(torch, sourced[0], failed[0], torch=torch.version) if young else None
    said = _log.first(log, _XPU_WHEEL)
    return Match(said[0], sourced[0], failed[0], torch=said[1]["torch"]) if said else None


def _is_wheel(log: Log, packages: Packages | None, missing: re.Match[str]) -> bool:
    """Say whether it is the runtime of a +xpu wheel from 2.6 on that is missing."""
    torch = packages.get("torch") if packages else None
    if torch and torch.parsed:
        return torch.local == "xpu" and torch.parsed >= Version("2.6.dev0")
    return bool(_log.first(log, _WHEEL)) and not _log.first(log, _IPEX) and missing["number"] not in ("6", "7")


def _is_of_old_release(missing: re.Match[str]) -> bool:
    """Say whether it is of a release that hardly a machine still has: what wants it is older than the toolkit that is there."""
    return missing["library"].startswith("libsycl") and missing["number"] in ("1", "2", "3", "4", "5")


def _generation(missing: re.Match[str]) -> str:
    """Return the oneAPI release that a library's number stands for."""
    name = missing["library"].removeprefix("lib").partition(".so")[0]
    table = next((table for start, table in reversed(_GENERATIONS.items()) if name.startswith(start)), {})
    year = table.get(missing["number"] or "")
    return f"oneAPI {year}" if year else "of one oneAPI release"


def _torch(log: Log, packages: Packages | None) -> Version | None:
    """Return the release of torch, as a reader saw it or as a line names it."""
    known = packages.version("torch") if packages else None
    seen = None if known else _log.first(log, _TORCH) or _log.first(log, _OF_IPEX)
    return known or (Version(re.split(r"[^\d.]", seen[1]["torch"].rstrip("."))[0].rstrip(".")) if seen else None)
