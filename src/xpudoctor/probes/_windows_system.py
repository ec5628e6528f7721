"""Which Windows this is, and what of it the GPU stack needs: long paths, C++ runtime, libuv, scheduling, time-out."""

from __future__ import annotations

from xpudoctor.facts.system import System
from xpudoctor.probes import _files, _interpreter, _registry
from xpudoctor.probes._files import path_folders, system_folder

_WINDOWS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_FILE_SYSTEM = r"SYSTEM\CurrentControlSet\Control\FileSystem"
_GRAPHICS = r"SYSTEM\CurrentControlSet\Control\GraphicsDrivers"
_VISUAL_CPP = (
    r"SOFTWARE\Microsoft\VisualStudio\14.0\VC\Runtimes\x64",
    r"SOFTWARE\WOW6432Node\Microsoft\VisualStudio\14.0\VC\Runtimes\x64",
)
_RUNTIME_DLLS = ("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll")
_WINDOWS_11 = 22000
_TDR_DEFAULT = 2


def windows() -> System:
    """Edition, version and build."""
    number = _registry.text(_WINDOWS, "CurrentBuildNumber")
    revision = _registry.number(_WINDOWS, "UBR")
    name = _registry.text(_WINDOWS, "ProductName")
    if name and number and number.isdigit() and int(number) >= _WINDOWS_11:
        # The registry of Windows 11 still says 10.
        name = name.replace("Windows 10", "Windows 11")
    return System(
        name=name,
        version=_registry.text(_WINDOWS, "DisplayVersion") or _registry.text(_WINDOWS, "ReleaseId"),
        build=f"{number}.{revision}" if number and revision is not None else number,
        sources=dict.fromkeys(("name", "version", "build"), _shown(_WINDOWS)),
    )


def long_paths() -> System:
    """Whether paths of more than 260 characters are allowed: not, where nothing is said."""
    if _registry.names(_FILE_SYSTEM) is None:
        return System()
    enabled = _registry.number(_FILE_SYSTEM, "LongPathsEnabled") == 1
    return System(long_paths=enabled, sources={"long_paths": _shown(_FILE_SYSTEM, "LongPathsEnabled")})


def visual_cpp() -> System:
    """The version of the Visual C++ runtime; empty where a part of it is missing."""
    missing = [name for name in _RUNTIME_DLLS if not _files.exists(system_folder() / name)]
    if missing:
        return System(visual_cpp="", sources={"visual_cpp": f"{system_folder()} lacks {', '.join(missing)}"})
    for key in _VISUAL_CPP:
        version = _registry.text(key, "Version")
        if version and _registry.number(key, "Installed"):
            return System(visual_cpp=version.lstrip("v"), sources={"visual_cpp": _shown(key, "Version")})
    return System(visual_cpp="installed, version unknown", sources={"visual_cpp": f"the DLLs in {system_folder()}"})


def libuv(python: str | None = None) -> System:
    """Where uv.dll is, which some releases of torch need; empty where the loader would find none."""
    prefix = _interpreter.prefix(python)
    places = (prefix / "Library" / "bin", prefix / "Lib" / "site-packages" / "torch" / "lib", prefix, system_folder(), *path_folders())
    found = next((folder / "uv.dll" for folder in places if _files.exists(folder / "uv.dll")), None)
    return System(libuv=str(found or ""), sources={"libuv": r"uv.dll in Library\bin, torch\lib, System32, PATH"})


def graphics() -> System:
    """Whether the GPU schedules its own work, and after how many seconds Windows resets one that does not answer."""
    if _registry.names(_GRAPHICS) is None:
        return System()
    mode = _registry.number(_GRAPHICS, "HwSchMode")
    delay = _registry.number(_GRAPHICS, "TdrDelay")
    source = _shown(_GRAPHICS, "TdrDelay")
    return System(
        gpu_scheduling=None if mode is None else mode == 2,
        tdr_delay=_TDR_DEFAULT if delay is None else delay,
        sources={"gpu_scheduling": _shown(_GRAPHICS, "HwSchMode"), "tdr_delay": source if delay is not None else f"{source} (not set)"},
    )


def _shown(key: str, name: str = "") -> str:
    return rf"HKLM\{key}\{name}".rstrip("\\")
