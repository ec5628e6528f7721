"""What Python tracebacks tell: how an import of torch or IPEX ended, and on which system."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import ImportOutcome, Torch

_START = re.compile(r"Traceback \(most recent call last\)")
_FRAME = re.compile(r"\s{0,40}File [\"“]?([^\"”]{1,300}?)[\"”]?(?:, line \d+(?:, in (\S+))?|:(\d+)(?:, in (\S+?)\(|\s*$))")
_ERROR = re.compile(r"\s{0,8}((?:[A-Za-z_]\w*\.){0,6}[A-Z]\w*(?:Error|Exception|Interrupt|NotFound)\b):? ?(.*)$")

_INIT = re.compile(r"[\\/](torch|intel_extension_for_pytorch)[\\/]__init__\.py$")
_ABSENT = re.compile(r"No module named '?(torch)'?$")
_LONGEST = 200
_WINDOWS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]:\\(?![\\n])|\[WinError \d|\bPS [A-Z]:")
_LINUX = re.compile(r"(?<![\w.:/~\\>-])/(?:home|usr|opt|root|etc|media)/[\w.]|\w@[\w.-]+:[~/][^\s$#]{0,60}[$#] ")
# Where no path tells: words that are of one system only. A text with words of both says nothing.
_WINDOWS_WORD = re.compile(r"\bwindows\b|\bwin ?1[01]\b|-win(?:_amd64|\.zip)|\w\.(?:exe|bat|dll)\b", re.IGNORECASE)
_LINUX_WORD = re.compile(r"\blinux|ubuntu|debian|fedora|\bwsl|/dev/|\w\.so\b|\bsudo |\bapt(?:-get)? install|\bdocker\b", re.IGNORECASE)
_WSL = re.compile(r"(?<![\w.])/mnt/[a-z]/Users/|/usr/lib/wsl/")


@dataclass(frozen=True, slots=True)
class _Traceback:
    frames: tuple[tuple[str, str], ...]
    error: str
    number: int

    @property
    def importing(self) -> tuple[str, ...]:
        """The packages whose import was under way, the outermost first."""
        inits = (_INIT.search(file) for file, function in self.frames if function in ("<module>", ""))
        return tuple(dict.fromkeys(init[1] for init in inits if init))


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the imports that failed, and the system whose paths stand there."""
    return Snapshot(system=_system(lines), torch=_torch(tuple(_tracebacks(lines))))


def _torch(found: tuple[_Traceback, ...]) -> Torch | None:
    plain = next((trace for trace in found if "torch" in trace.importing), None)
    # IPEX imports torch, and torch loads IPEX by itself: the one below is the one that failed first.
    ipex = next((trace for trace in found if trace.importing[-1:] == ("intel_extension_for_pytorch",)), None)
    absent = next((trace for trace in found if _ABSENT.search(trace.error)), None)
    sources = {name: f"line {trace.number}" for name, trace in (("plain", plain), ("ipex", ipex), ("installed", absent or plain)) if trace}
    if not sources:
        return None
    return Torch(
        installed=False if absent else True if plain else None,
        plain=_outcome("torch", plain),
        ipex=_outcome("intel_extension_for_pytorch", ipex),
        sources=sources,
    )


def _outcome(module: str, trace: _Traceback | None) -> ImportOutcome | None:
    return ImportOutcome(module, stage="importing", error=trace.error) if trace else None


def _tracebacks(lines: Sequence[Line]) -> Iterator[_Traceback]:
    """Yield each traceback that is there to its last line, the error."""
    frames: list[tuple[str, str]] = []
    left = 0
    for line in lines:
        if _START.search(line.text):
            frames, left = [], _LONGEST
        elif left and (frame := _FRAME.match(line.text)):
            frames.append((frame[1], frame[2] or frame[4] or ""))
        elif left and frames and (error := _ERROR.match(line.text)):
            yield _Traceback(tuple(frames), f"{error[1]}: {error[2]}"[:500].rstrip(": "), line.number)
            frames, left = [], 0
        left = max(0, left - 1)


def _system(lines: Sequence[Line]) -> System | None:
    """Return the system by its paths, or by its words where there is no path; all of them have to be of one kind."""
    wsl, windows = _first(_WSL, lines), _first(_WINDOWS, lines)
    if wsl and not windows:
        return System(os="linux", wsl=2, sources=dict.fromkeys(("os", "wsl"), f"line {wsl.number}"))
    linux = _first(_LINUX, lines)
    if not (linux or windows):
        linux, windows = _first(_LINUX_WORD, lines), _first(_WINDOWS_WORD, lines)
    seen = linux or windows
    if seen is None or (linux and windows):
        return None
    return System(os="linux" if linux else "windows", sources={"os": f"line {seen.number}"})


def _first(pattern: re.Pattern[str], lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if pattern.search(line.text)), None)
