"""Whether Windows has the C++ runtime and libuv where torch and IPEX look for them."""

from __future__ import annotations

from packaging.version import Version

from xpudoctor import Match, Packages, System, Torch, fact
from xpudoctor_checks import _stack

_NEEDS_LIBUV_UNTIL = Version("2.4")


def visual_cpp_missing(system: System, packages: Packages | None, torch: Torch | None) -> Match | None:
    if system.os != "windows" or system.visual_cpp != "" or (torch and torch.plain and torch.plain.ok):
        return None
    # conda brings the runtime into the environment.
    if packages and packages.environment == "conda":
        return None
    return Match(fact(system, "visual_cpp"), seen=system.sources.get("visual_cpp") or "The Visual C++ runtime is not in System32")


def libuv_missing(system: System, packages: Packages, torch: Torch | None) -> Match | None:
    ipex = _stack.ipex(packages)
    if system.os != "windows" or system.libuv != "" or ipex is None or ipex.parsed is None or _stack.is_ipex_cpu(ipex):
        return None
    if ipex.parsed >= _NEEDS_LIBUV_UNTIL or (torch and torch.ipex and torch.ipex.ok):
        return None
    return Match(fact(system, "libuv"), ipex, ipex=ipex.version)
