"""The runtime libraries that the loader could pick up, in the order in which it searches."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from xpudoctor.facts.runtime import Library
from xpudoctor.probes import _files, _oneapi, _search_path

_LINUX = tuple(
    f"lib{name}"
    for name in (
        "sycl.so sycl-preview.so ze_loader.so ze_intel_gpu.so ze_intel_gpu_legacy1.so ur_loader.so ur_adapter_ "
        "pi_level_zero.so pi_opencl.so OpenCL.so mkl_sycl mkl_core.so ccl.so svml.so stdc++.so igc.so umf.so iomp5.so"
    ).split()
)
_WINDOWS = tuple(
    (
        "sycl ze_loader.dll ze_intel_gpu64.dll ur_loader.dll ur_win_proxy_loader.dll ur_adapter_ pi_level_zero.dll "
        "pi_win_proxy_loader.dll opencl.dll mkl_sycl mkl_core libiomp5md.dll libmmd.dll svml_dispmd.dll"
    ).split()
)
# What lies under these is the distribution's, not an environment's.
_SYSTEM_HOMES = (Path("/"), Path("/usr"))


def libraries(prefix: str | None = None) -> tuple[Library, ...]:
    """Return each library once, where the loader meets it first; `prefix` is the folder of the environment that is examined."""
    home = Path(prefix or sys.prefix)
    search, names = (_windows_folders(home), _WINDOWS) if sys.platform == "win32" else (_linux_folders(home), _LINUX)
    return found_in(search, names, home)


def found_in(search: Iterable[tuple[Path, str]], names: tuple[str, ...], home: Path) -> tuple[Library, ...]:
    """Return the libraries of these names in these folders, each of which comes with how it got into the search."""
    seen: set[Path] = set()
    found = []
    for folder, origin in search:
        if (real := _files.real(folder)) in seen:  # /lib is a link to /usr/lib today.
            continue
        seen.add(real)
        place = _origin(folder, origin, home)
        for path in sorted(_named(folder, names)):  # As the system compares names: on Windows, whatever their case.
            file = _files.real(path)
            if file not in seen and (sys.platform == "win32" or _search_path.loadable(file)):
                seen.add(file)
                found.append(Library(_soname(path, file), str(file), place))
    return tuple(found)


def _named(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    # Windows writes names as it likes.
    for path in _files.matching(folder, "" if sys.platform == "win32" else names):
        name = path.name.lower() if sys.platform == "win32" else path.name
        if name.startswith(names) and (name.endswith((".so", ".dll")) or ".so." in name):
            yield path


def _soname(path: Path, file: Path) -> str:
    """Return the name that programs ask for: `libsycl.so.8`, of libsycl.so, libsycl.so.8 and libsycl.so.8.0.0."""
    start, found, numbers = file.name.partition(".so.")
    return f"{start}.so.{numbers.split('.')[0]}" if found else path.name


def _origin(folder: Path, origin: str, home: Path) -> str:
    if _oneapi.toolkit(str(folder)):
        return "oneapi"
    if home not in _SYSTEM_HOMES and _files.real(folder).is_relative_to(_files.real(home)):
        return "conda" if _files.is_folder(home / "conda-meta") else "environment"
    return origin


def _linux_folders(home: Path) -> Iterator[tuple[Path, str]]:
    yield from ((folder, "variable") for folder in _search_path.of_variable())
    yield home / "lib", "system" if home in _SYSTEM_HOMES else "environment"
    if not _files.exists(home / "pyvenv.cfg"):
        # `pip install --user` puts the libraries of wheels there, and torch looks for them from its own place.
        yield from ((path, "environment") for path in _search_path.user_folders())
    yield from ((folder, "system") for folder in _search_path.system_folders())


def _windows_folders(home: Path) -> Iterator[tuple[Path, str]]:
    own = (home / "Library" / "bin", home / "Lib" / "site-packages" / "torch" / "lib", home, home / "Scripts")
    yield from ((folder, "environment") for folder in own)
    yield _files.system_folder(), "system"
    yield from ((folder, "variable") for folder in _files.path_folders())
