"""Which versions a text says work, and which do not: a newer one that works tells of an old fault, an older one of a new fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import Version

from xpudoctor import Fact, Log, Match, System
from xpudoctor_checks import _log
from xpudoctor_checks._log_machine import kernel

_CLAUSE = re.compile(r"[;()|\u3002\uff0c\uff1b]|,(?=\s)|\.\s|\bbut\b|\bwhile\b|\bwhereas\b|->")
_BACK = re.compile(r"(?i)\b(?:roll(?:ing|ed)?[ -]?back|downgrad(?:e|ed|ing)|(?:go(?:ing)?|went) back|revert(?:ed|ing)?)\b|降级|回退")
_BADLY = re.compile(
    r"(?i)\b(?:no longer|not|never|doesn.t|does not|don.t|isn.t|stopped|hardly) (?:\w+ )?"
    r"(?:work|fine|good|ok\b|stable|right|detect|found|list)"
    r"|\bslow(?:er|ly)?\b|\bbr(?:eaks?|oken?)\b|\bfail|(?<!\bno )(?<!without )\bcrash"
    r"|\bhangs?\b|\bregress|\bwrong\b|\bbad\b|\bthrow|\berrors?\b|\bbsod|崩溃|报错"
)
_WELL = re.compile(
    r"(?i)\b(?:works?|worked|working|fine|fast|good|ok|okay|stable|correct|right|pass(?:es|ed)?|helps?|helped|solve[sd]|fixed|unaffected)\b"
    r"|\blists (?:it|all|both)\b|\bno (?:issue|problem)s?\b|正常"
)
_FROM_THEN_ON = re.compile(r"(?i)\b(?:since|after|introduced in|beginning with)\b")
_KERNEL = re.compile(
    r"(?i)\b(?:linux|kernel)\b[ :=v-]{0,4}(?:version )?v?([4-7]\.\d{1,2}(?:\.\d{1,3})?)"
    r"|\b([4-7]\.\d{1,2}(?:\.\d{1,3})?)[-\w.]{0,24} (?:linux )?kernel"
)
_KERNEL_BARE = re.compile(r"(?<![\w.])([4-7]\.\d{1,2}(?:\.\d{1,3})?)(?=[-+\s]|\.x\b|$)(?!\.\d)")
_WINDOWS = re.compile(r"(?<![\d.])(?:(?:3[0-2]\.0\.)?101\.)?(\d{4})(?![\d.]|-\d)")
_WINDOWS_FULL = re.compile(r"(?<![\d.])(?:3[0-2]\.0\.)?101\.(\d{4})(?!\d)")
_NEO = re.compile(r"(?<![\d.])(2[0-9]\.\d\d)(?:\.(\d{5}))?(?:\.\d{1,3})?(?![\d.]\d)")
_KERNEL_SAID = re.compile(r"(?i)kernel|\blinux\b")
_NEO_SAID = re.compile(r"(?i)compute.?runtime|\bneo\b|opencl-icd|\bopencl\b|libze|level.?zero|runtime|driver")
_DRIVER_SAID = re.compile(rf"(?i:{_NEO_SAID.pattern[4:]})|{_KERNEL_SAID.pattern[4:]}", re.IGNORECASE)
_PROGRAM = re.compile(
    r"(?i)\b(?P<build>b)(\d{4,5})\b"
    r"|\b(?P<name>build|version|torch|pytorch|vllm|ollama|triton|transformers|llama\.cpp|comfyui)[ :=v]{1,3}"
    r"(\d{1,5}(?:\.\d{1,3}){0,2})(?![\d.]\d)"
    r"|(?<![\w.])(\d\.\d{1,3}(?:\.\d{1,2})?(?:\.dev\d{8})?(?:\+xpu)?)(?![\d.]\d)"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A version of one component, with what is said of it: True works, False does not, None is in use."""

    version: Version
    well: bool | None
    fact: Fact
    name: str = ""


def older_driver_works(log: Log, system: System | None) -> Match | None:
    for name, said in (("Windows driver", _windows(log)), ("GPU driver", _neo(log)), ("Linux", _kernels(log, system))):
        if pair := _pair(said, newer=False):
            return Match(pair[0].fact, pair[1].fact, what=name, works=pair[0].version, fails=pair[1].version)
    return None


def newer_driver_works(log: Log) -> Match | None:
    for name, said in (("Windows driver", _windows(log)), ("GPU driver", _neo(log))):
        if pair := _pair(said, newer=True):
            return Match(pair[0].fact, pair[1].fact, what=name, works=pair[0].version, fails=pair[1].version)
    return None


def newer_kernel_works(log: Log, system: System | None) -> Match | None:
    pair = _pair(_kernels(log, system), newer=True)
    return Match(pair[0].fact, pair[1].fact, works=pair[0].version, fails=pair[1].version) if pair else None


def older_release_works(log: Log) -> Match | None:
    said = list(_said(log, _PROGRAM, unless=_DRIVER_SAID))
    well, badly = [one for one in said if one.well], [one for one in said if one.well is False]
    pair = next(((good, bad) for good in well for bad in badly if good.version != bad.version and _are_of_one(good, bad)), None)
    return Match(pair[0].fact, pair[1].fact, works=pair[0].version, fails=pair[1].version) if pair else None


def _pair(said: list[_Said], *, newer: bool) -> tuple[_Said, _Said] | None:
    """Return a version that works with one that does not, or is in use, on the other side of it."""
    others = [one for one in said if one.well is False] or [one for one in said if one.well is None]
    good = (one for one in said if one.well)
    return next(((one, bad) for one in good for bad in others if (one.version > bad.version) is newer and one.version != bad.version), None)


def _windows(log: Log) -> list[_Said]:
    if not _WINDOWS_FULL.search(log.text):
        return []
    number = re.compile(rf"{_WINDOWS_FULL.pattern}|(?i:driver|version|back to|whql|for me is|with|on) {_WINDOWS.pattern}")
    return list(_said(log, number))


def _neo(log: Log) -> list[_Said]:
    return list(_said(log, _NEO, _NEO_SAID))


def _kernels(log: Log, system: System | None) -> list[_Said]:
    spoken = re.compile(rf"{_KERNEL.pattern}|{_KERNEL_BARE.pattern}")
    said = list(_said(log, spoken, _KERNEL_SAID))
    running = kernel(log, system)
    return [*said, _Said(running[0], None, running[1])] if running else said


def _said(
    log: Log, pattern: re.Pattern[str], where: re.Pattern[str] | None = None, unless: re.Pattern[str] | None = None
) -> Iterator[_Said]:
    """Yield what lines say of the versions in them, of those in which `where` is found, and `unless` is not."""
    for line, _ in _log.every(log, pattern):
        text = line.text[:400]
        if (where and not where.search(text)) or (unless and unless.search(text)):
            continue
        for clause in _CLAUSE.split(text):
            well = _verdict(clause)
            for match in pattern.finditer(clause):
                named = {key: value.lower() for key, value in match.groupdict().items() if value}
                number = next(group for group in match.groups() if group and group[0].isdigit())
                yield _Said(Version(number.removesuffix("+xpu")), well, line.fact, next(iter(named.values()), ""))


def _are_of_one(one: _Said, other: _Said) -> bool:
    """Say whether two versions are of one program; one without a name is of the program that the line speaks of."""
    return one.name == other.name != "" or (not (one.name and other.name) and one.fact == other.fact)


def _verdict(clause: str) -> bool | None:
    """Say whether a part of a sentence tells of something that works."""
    if _BACK.search(clause):
        return True
    if _BADLY.search(clause):
        return False
    return True if _WELL.search(clause) else False if _FROM_THEN_ON.search(clause) else None
