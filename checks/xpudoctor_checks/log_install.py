"""Why an installer finds nothing: the system, the Python, the index that was asked, or what that index has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Log, Match, Packages, System, leading_version, minor
from xpudoctor_checks import _log, _pip
from xpudoctor_checks._releases import LAST_IPEX

_SPECIAL = re.compile(
    r"download(?:-r2)?\.pytorch\.org/whl/(?:\w{1,10}/)?xpu|pytorch-extension\.intel\.com|developer\.intel\.com/ipex|\.amazonaws\.com/ipex"
)
_PYTHON = re.compile(r"(?i)\bpython(?:\W{0,3}(?:version|ver|是|为|版本))?\W{0,4}(3\.\d{1,2})(?![\d])|\bcp(3\d{1,2})-cp")
_IPEX_FETCH = re.compile(
    r"(?i)(?P<problem>could not (?:install|find|fetch)[^\n]{0,60}intel[-_]extension[-_]for[-_]pytorch[^\n]{0,60}"
    r"|https?://\S{0,120}intel[-_]extension[-_]for[-_]pytorch[-/]\S{0,80})"
)
_REFUSED = re.compile(r"(?i)\b40[34]\b[^\n]{0,30}(?:error|forbidden|not found|client)|HTTP error 40[34]|returns? 40[34]\b")
# What Linux alone has: oneCCL's bindings, DeepSpeed's XPU part, IPEX before 2.0 with Intel's torch of its time.
_LINUX_ONLY = re.compile(
    r"(?:No matching distribution found for|Could not find a version that satisfies the requirement) "
    r"(?P<package>(?:oneccl[_-]bind[_-]pt|oneccl|impi-(?:rt|devel)|deepspeed|triton|pytorch-triton-xpu|flash[_-]attn|torch(?===1\.1\d\.\da0)"
    r"|(?P<ipex>intel[_-]extension[_-]for[_-](?:pytorch|transformers)))\b)(?P<build>==(?!1\.)[\w.]{1,20}\+)?"
)
_ELSEWHERE = re.compile(
    r"(?i)(?P<system>\bmac ?os(?: ?x)?\b|\bdarwin\b|\bapple silicon\b|\baarch64\b|\b(?:win_)?arm64\b"
    r"|\balpine\b|\bmusl\w{0,12}|\bfreebsd\b)"
)
_WINDOWS = re.compile(r"(?i)\bwindows ?1[01]\b|\b[A-Z]:\\|\bwin_amd64\b")
_LINUX = re.compile(r"(?i)\bubuntu\b|\bwsl ?2?\b|/home/\w|\blinux_x86_64\b(?!\.whl)")
_OLD_LIBC = re.compile(
    r"(?i)(?P<system>\bcentos(?: linux)?(?: release)? ?7|\brhel ?-?7|\bred ?hat[^\n]{0,24} 7\.|\bubuntu ?1[68]\.04|\bdebian ?9\b"
    r"|\bamazon ?linux ?2\b(?!0)|\bglibc[ -]?2\.(?:1\d|2[0-7])\b)"
)


def log_ipex_wheel_gone(log: Log) -> Match | None:
    asked, refused = _log.first(log, _IPEX_FETCH), _log.first(log, _REFUSED)
    if asked is None or refused is None:
        return None
    return Match(asked[0].fact, refused[0].fact, problem=refused[0].text.strip()[:160])


def log_os_without_wheel(log: Log, system: System | None) -> Match | None:
    elsewhere = _log.first(log, _ELSEWHERE)
    for line, wanted, _ in _pip.unfound(log) if elsewhere else ():
        return Match(line.fact, elsewhere[0].fact, package=_pip.distribution(wanted)) if elsewhere else None
    if (system is None or system.os not in ("windows", "darwin")) and not (_log.first(log, _WINDOWS) and not _log.first(log, _LINUX)):
        return None
    for line, match in _log.every(log, _LINUX_ONLY):
        # The public index has IPEX for Linux alone; Intel's has it for Windows as well, from 2.0 on.
        if not match["ipex"] or "==1." in line.text or not (_log.first(log, _SPECIAL) or match["build"]):
            return Match(line.fact, package=match["package"])
    return None


def libc_older_than_wheels(log: Log) -> Match | None:
    old = _log.first(log, _OLD_LIBC)
    line = next((line for line, wanted, _ in _pip.unfound(log) if (_pip.pinned(wanted) or LAST_IPEX) >= Version("2.5")), None)
    return Match(line, old[0], system=old[1]["system"]) if old and line else None


def log_python_without_wheel(log: Log, packages: Packages | None) -> Match | None:
    for line, wanted, _, python, said in _asked(log, packages):
        if python and not _pip.has_wheels(wanted, python):
            return Match(line, *([said] if said else []), requirement=wanted, python=str(python))
    return None


def ipex_never_made(log: Log) -> Match | None:
    for line, wanted, _ in _pip.unfound(log):
        release = _pip.pinned(wanted)
        if release and release > LAST_IPEX and "intel" in _pip.distribution(wanted):
            return Match(line, requirement=wanted)
    return None


def log_wheel_not_in_index(log: Log) -> Match | None:
    for line, wanted, versions in _pip.unfound(log):
        if _pip.of_xpu_index(wanted) and _pip.holds_xpu_builds(versions):
            return Match(line, requirement=wanted)
    return None


def index_gave_nothing(log: Log, packages: Packages | None) -> Match | None:
    special = _log.first(log, _SPECIAL)
    for line, wanted, versions, python, _ in _asked(log, packages):
        public = versions not in ("", "none") and not _pip.holds_xpu_builds(versions)
        if special and public and _pip.of_xpu_index(wanted) and (python is None or _pip.has_wheels(wanted, python)):
            return Match(line, special[0], requirement=wanted)
    return None


def log_index_not_asked(log: Log) -> Match | None:
    if _log.first(log, _SPECIAL):
        return None
    missing = ((line, wanted) for line, wanted, versions in _pip.unfound(log) if not _pip.holds_xpu_builds(versions))
    return next((Match(line, requirement=wanted) for line, wanted in missing if _pip.of_xpu_index(wanted)), None)


def guess_nothing_offered(log: Log) -> Match | None:
    for line, wanted, versions in _pip.unfound(log):
        if versions in ("", "none"):
            return Match(line, requirement=wanted)
    return None


def _asked(log: Log, packages: Packages | None) -> Iterator[tuple[_log.Line, str, str, Version | None, _log.Line | None]]:
    """Yield what was not found, what was offered, and the Python it was wanted for, as a line tells it or the offer shows."""
    known = leading_version(packages.python) if packages and packages.python else None
    said = None if known else _log.first(log, _PYTHON)
    named = Version(minor(known)) if known else Version(said[1][1] or f"3.{said[1][2][1:]}") if said else None
    for line, wanted, versions in _pip.unfound(log):
        yield line, wanted, versions, _pip.python_of(wanted, versions) or named, said[0] if said else None
