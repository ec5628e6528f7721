"""Python environments to look at: as small as they can be, and as broken as they have to be."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

VERSION = """from typing import Optional
__version__ = '2.6.0+xpu'
debug = False
cuda: Optional[str] = None
hip: Optional[str] = None
xpu: Optional[str] = '20250000'
"""
# What a torch with two GPUs does when it is imported.
XPU = """
import types, warnings
class Properties:
    name = "Intel(R) Arc(TM) A770 Graphics"
    total_memory = 16225243136
    driver_version = "1.6.33578"
    has_fp64 = False
xpu = types.SimpleNamespace(
    _is_compiled=lambda: True, is_available=lambda: True, device_count=lambda: 2,
    get_device_properties=lambda index: Properties(), mem_get_info=lambda index: (123456, 16225243136),
)
version = types.SimpleNamespace(xpu="20250000")
"""


@dataclass(frozen=True)
class Patient:
    """A virtual environment, made by hand: `python -m venv` takes longer than most tests."""

    folder: Path
    site: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin/python")

    def distribution(self, name: str, version: str, *lines: str, files: Mapping[str, str] = MappingProxyType({})) -> Path:
        """Add metadata with these lines more, and more files beside it."""
        folder = self.site / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        head = ("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines)
        for file, text in {"METADATA": "\n".join(head) + "\n\nA text.\n", **files}.items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    def module(self, name: str, **files: str) -> Path:
        """Add a package: `init` is its __init__.py, the others are modules of it."""
        folder = self.site / name
        folder.mkdir()
        for file, text in files.items():
            (folder / f"{'__init__' if file == 'init' else file}.py").write_text(text, encoding="utf-8")
        return folder

    def torch(self, init: str, version: str = VERSION) -> Path:
        """Add a torch that does this when it is imported."""
        return self.module("torch", init=f"from torch.version import __version__\n{init}", version=version)


def make(folder: Path, python: str = "") -> Patient:
    """Make a virtual environment of this interpreter, or of another one."""
    real = Path(python or os.path.realpath(sys.executable))
    name = "python{}.{}".format(*sys.version_info) if not python else f"python{'.'.join(real.parents[1].name.split('.')[:2])}"
    site = folder / "lib" / name / "site-packages"
    site.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin/python").symlink_to(real)
    (folder / "pyvenv.cfg").write_text(f"home = {real.parent}\ninclude-system-site-packages = false\n", encoding="utf-8")
    return Patient(folder, site)
