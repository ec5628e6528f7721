"""The OpenCL drivers that are registered, and whether their libraries are there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from xpudoctor.facts.runtime import OpenClDriver
from xpudoctor.probes import _files, _registry, _search_path

_VENDORS = "etc/OpenCL/vendors"
_KHRONOS = r"SOFTWARE\Khronos\OpenCL\Vendors"


def opencl_drivers(prefix: str | None = None, root: Path = Path("/")) -> tuple[OpenClDriver, ...]:
    """Return the drivers that an OpenCL loader would open, in its order; `prefix` is the folder of the environment that is examined."""
    if sys.platform == "win32":
        return tuple(_windows())
    files = [file for folder in _vendor_folders(prefix or sys.prefix, root) for file in _icd_files(folder)]
    named = (_search_path.of_variable("OCL_ICD_FILENAMES"), "OCL_ICD_FILENAMES")
    listed = [OpenClDriver(str(path), _present(str(path), prefix), named[1]) for path in named[0]]
    return (*listed, *(_of_icd_file(file, prefix) for file in dict.fromkeys(files)))


def _vendor_folders(prefix: str, root: Path) -> Iterator[Path]:
    chosen = os.environ.get("OCL_ICD_VENDORS")
    if chosen:
        # It replaces the usual folder, and may name a single file.
        yield Path(chosen)
        return
    # Conda's own loader looks into its environment only, the system's into /etc only: which of them is loaded is not known here.
    for place in (os.environ.get("CONDA_PREFIX"), prefix):
        if place and Path(place) != Path("/usr"):
            yield Path(place) / _VENDORS
    yield root / _VENDORS


def _icd_files(folder: Path) -> tuple[Path, ...]:
    if folder.suffix == ".icd":
        return (folder,)
    return tuple(path for path in _files.entries(folder) or () if path.suffix == ".icd")


def _of_icd_file(file: Path, prefix: str | None) -> OpenClDriver:
    text = _files.text(file)
    library = (text or "").partition("\n")[0].strip()
    return OpenClDriver(library, None if text is None else _present(library, prefix), str(file))


def _present(library: str, prefix: str | None) -> bool:
    if not library:
        return False
    if Path(library).is_absolute():
        return _files.exists(Path(library))
    folders = (*_search_path.of_variable(), Path(prefix or sys.prefix) / "lib", *_search_path.system_folders())
    return any(_files.exists(folder / library) for folder in folders)


def _windows() -> Iterator[OpenClDriver]:
    """The class key is what drivers of today use, the list of Khronos what older ones and the CPU runtime use."""
    from xpudoctor.probes import _windows_devices

    for key in _registry.subkeys(_windows_devices.DISPLAY_CLASS) or ():
        library = _registry.text(key, "OpenCLDriverName")
        if library:
            yield OpenClDriver(library, _windows_present(library), rf"HKLM\{key}\OpenCLDriverName")
    for library in _registry.names(_KHRONOS) or ():
        # The value is 0 where the driver is switched on.
        if _registry.number(_KHRONOS, library) == 0:
            yield OpenClDriver(library, _windows_present(library), rf"HKLM\{_KHRONOS}")


def _windows_present(library: str) -> bool:
    path = Path(library)
    return _files.exists(path if path.is_absolute() else _files.system_folder() / path)
