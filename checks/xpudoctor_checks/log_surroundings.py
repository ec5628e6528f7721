"""What the surroundings do to a program: the system's libraries, and the login it is started from."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Log, Match, Packages, System, fact, leading_version
from xpudoctor_checks import _log

# https://sourceware.org/glibc/wiki/Release/2.41 and what ships it
_FIRST_WITH_2_41 = {"ubuntu": Version("25.04"), "debian": Version("13"), "fedora": Version("42")}
_SYCL_DLL = re.compile(r"(?i)(?<![a-z_])(?P<name>sycl|mkl_sycl_blas\.)(?P<number>\d)\.dll")
_SYCL_MISSING = re.compile(
    r"(?i)(?:missing|not found|cannot find|could not find|no such|\u627e\u4e0d\u5230|\u7f3a\u5c11)[^\n]{0,60}?"
    r"(?<![a-z_])(?P<name>sycl|mkl_sycl_blas\.)(?P<number>\d)\.dll"
    r"|(?<![a-z_])(?P<second>sycl|mkl_sycl_blas\.)(?P<other>\d)\.dll[^\n]{0,30}(?:missing|not found|\u627e\u4e0d\u5230)"
)
_DENIED_SESSION = re.compile(
    r"(?i)\b(?:ssh|remote|vs ?code|service|systemd|cron|non-root|normal user|without sudo)\b"
    r"[^\n]{0,80}(?:\bfalse\b|not (?:found|available|detected)|\b0 devices|fails?\b)"
)
_ALLOWED_SESSION = re.compile(
    r"(?i)\b(?:local|desktop|console|gnome|kde|root|sudo)\b[^\n]{0,80}(?:\btrue\b|\bworks?\b|\bfound\b|is (?:available|detected))"
)
_IPEX = "intel-extension-for-pytorch"


def glibc_refuses_ipex(packages: Packages, system: System) -> Match | None:
    ipex = packages.get(_IPEX)
    if ipex is None or ipex.parsed is None or not Version("2.0") <= ipex.parsed < Version("2.7") or not _has_glibc_2_41(system):
        return None
    return Match(ipex, fact(system, "name"), system=system.name or "this system", ipex=ipex.version)


def _has_glibc_2_41(system: System) -> bool:
    if system.glibc:
        glibc = leading_version(system.glibc)
        return glibc is not None and glibc >= Version("2.41")
    first = _FIRST_WITH_2_41.get(system.distribution or "")
    version = leading_version(system.version or "")
    return first is not None and version is not None and version >= first


def sycl_dll_of_other_release(log: Log, packages: Packages | None) -> Match | None:
    missing = _log.first(log, _SYCL_MISSING)
    if missing is None:
        return None
    name, number = missing[1]["name"] or missing[1]["second"], missing[1]["number"] or missing[1]["other"]
    for line in log.lines:
        for other in _SYCL_DLL.finditer(line.text):
            if other["name"].lower() == name.lower() and other["number"] != number:
                return Match(missing[0], line, missing=f"{name}{number}.dll", present=other[0])
    runtime = packages.get("intel-sycl-rt") if packages else None
    if runtime and runtime.parsed and name.lower() == "sycl" and {2024: "7", 2025: "8"}.get(runtime.parsed.major, number) != number:
        return Match(missing[0], runtime, missing=f"sycl{number}.dll", present=f"intel-sycl-rt {runtime.version}")
    return None


def gpu_for_one_session_only(log: Log) -> Match | None:
    denied, allowed = _log.first(log, _DENIED_SESSION), _log.first(log, _ALLOWED_SESSION)
    return Match(denied[0], allowed[0], denied=denied[0].text.strip()[:80]) if denied and allowed else None
