"""What the surroundings do to a program: the system's libraries, and the login it is started from."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Log, Match, Packages, System, fact, leading_version
from xpudoctor_checks import _log
from xpudoctor_checks._log_machine import FAILURE, not_found

# https://sourceware.org/glibc/wiki/Release/2.41 and what ships it
_FIRST_WITH_2_41 = {"ubuntu": Version("25.04"), "debian": Version("13"), "fedora": Version("42")}
_SYCL_DLL = re.compile(r"(?i)(?<![a-z_])(?P<name>sycl|mkl_sycl_blas\.)(?P<number>\d)\.dll")
_SYCL_MISSING = re.compile(
    r"(?i)(?:missing|not found|cannot find|could not find|no such|\u627e\u4e0d\u5230|\u7f3a\u5c11)[^\n]{0,60}?"
    r"(?<![a-z_])(?P<name>sycl|mkl_sycl_blas\.)(?P<number>\d)\.dll"
    r"|(?<![a-z_])(?P<second>sycl|mkl_sycl_blas\.)(?P<other>\d)\.dll[^\n]{0,30}(?:missing|not found|\u627e\u4e0d\u5230)"
)
# How a program is started: by a login that has no seat, or for another user; and by one that has a seat, or by hand.
_WITHOUT_SEAT = (
    r"(?:over|via|by|through|in|from) (?:an? |the )?(?:ssh|remote)|\bssh\b|remote[ -]ssh|vs ?code|\b(?:vnc|xrdp|tmux|rustdesk)\b"
    r"|\b(?:service|systemd\w{0,8}|daemon|unit|timer|cron(?:tab| job)?|jupyter(?:hub)?|gunicorn|www-data|self-hosted runner|slurm)\b"
    r"|\b(?:non-root|normal user|without sudo|students?|colleagues?|other users?|app user|another (?:user|account))\b|远程"
)
_WITH_SEAT = (
    r"\b(?:local(?:ly)?|desktop|console|gnome|kde|plasma|root|sudo|at the machine|by hand|manually|interactive(?:ly)?|terminal)\b"
    r"|\b(?:same|my|own) (?:account|user|shell|login|terminal|session|(?:virtual)?env\w{0,6})\b|\b(?:log|logged) in\b"
    r"|\bas myself\b|\bsu -l?\b"
    r"|\bfor me\b|\bover ssh\b|本地|桌面"
)
_DENIED_SESSION = re.compile(
    rf"(?i)(?:{_WITHOUT_SEAT})[^\n]{{0,90}}(?:\bfalse\b|\b(?:not|n.t) (?:found|available|detected|ok|work\w{{0,4}}|registered|listed)"
    r"|\b(?:0|zero|no) (?:devices?|xpus?|gpus?|sycl)|\bfails?\b|\bnothing\b|\bzero\b|\b(?:is|to|=|->|:) ?0\b|\bno gpu"
    r"|\bxpu not\b|失败|找不到)"
)
_ALLOWED_SESSION = re.compile(
    rf"(?i)(?:{_WITH_SEAT})[^\n]{{0,80}}(?:\btrue\b|\bworks?\b|\bfound\b|is (?:available|detected)|\b(?:shows?|sees?|lists?"
    rf"|prints? [1-9])\b"
    r"|\bok\b|\bgood\b|\bpass(?:es)?\b|\bfine\b|正常)"
)
# Two environments differ in more than in the right to the node.
_OTHER_PYTHON = re.compile(
    r"sys\.executable|\d\+cpu\b|\bother (?:venv|environment)\b|\bLD_LIBRARY_PATH\b[^\n]{0,20}\b(?:differ|not|empty|unset)"
)
_GROUP_NAMED = re.compile(
    r"(?i)(?P<said>\b(?:groups?|gid|getent|usermod|gpasswd|adduser|id|group_add|supplementa\w{1,8}|newgrp|sg|chown|chgrp"
    r"|owner)\b[^\n]{0,60}\brender\b(?! node)[^\n]{0,30}"
    r"|\brender\b[^\n]{0,12}\b(?:group|gid|members?)\b[^\n]{0,30}|\b(?:getfacl|setfacl|uaccess|nogroup)\b[^\n]{0,40})"
)
_IN_GROUP = re.compile(
    r"(?i)\b(?:am|is|are|user|i.m|already|being|member)\b[^\n]{0,24}\b(?:in|of)\b[^\n]{0,40}\brender\b|\d\(render\)"
    r"|\bgroups?\b[^\n]{0,40}\brender\b[^\n]{0,30}\b(?:ok|fine|yes|✓|done|set|right|checked)\b"
    r"|\brender\b[^\n]{0,24}\b(?:ok|fine|yes|done)\b|\bgroups: ?[^\n]{0,24}\brender\b"
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
    if not (denied and allowed) or _log.first(log, _OTHER_PYTHON):
        return None
    return Match(denied[0], allowed[0], denied=denied[0].text.strip()[:80])


def render_group_in_question(log: Log) -> Match | None:
    failed, said = not_found(log) or _log.first(log, FAILURE), _log.first(log, _GROUP_NAMED)
    if not (failed and said) or _log.first(log, _IN_GROUP):
        return None
    return Match(said[0], failed[0], said=said[1]["said"].strip())
