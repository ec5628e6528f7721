"""Lines that frighten and mean nothing, where one pattern does not do."""

from __future__ import annotations

import re

from xpudoctor import Log, Match, Packages
from xpudoctor_checks import _log

_CUDA = re.compile(r"Torch not compiled with CUDA enabled")
_XPU_TORCH = re.compile(
    r"(?i)\btorch\W{1,40}(?:version\W{1,20})?\d[\w.]{0,30}\+xpu|Is XPU available ?: ?True|_xpu\b|XPU used to build PyTorch ?: ?\d"
)
_ONBOARD = re.compile(r"Intel GPU models onboard")
_NOTHING = re.compile(r"^\W{0,3}N/A\s*$")


def cuda_tests_on_xpu(log: Log, packages: Packages | None) -> Match | None:
    said, test = _log.first(log, _CUDA), _log.first(log, _log.TEST)
    torch = packages.get("torch") if packages else None
    if said is None or test is None or not ((torch and "xpu" in torch.local) or _log.first(log, _XPU_TORCH)):
        return None
    return Match(said[0].fact, *([torch] if torch else []))


def onboard_models_not_listed(log: Log) -> Match | None:
    found = _log.first(log, _ONBOARD)
    if found is None:
        return None
    after = [line for line in log.lines if found[0].number <= line.number <= found[0].number + 1]
    none = next((line for line in after if _NOTHING.search(line.text) or re.search(r"onboard ?:? ?N/A", line.text)), None)
    return Match(none.fact) if none else None


def cuda_wheels_in_xpu_environment(packages: Packages) -> Match | None:
    torch = packages.get("torch")
    if torch is None or not ("xpu" in torch.local or packages.get("triton-xpu") or packages.get("pytorch-triton-xpu")):
        return None
    other = next((package for package in packages.installed if package.name.lower().startswith("nvidia-")), None)
    return Match(other, torch, package=other.name, version=other.version, torch=torch.version) if other else None
