"""The folders that models and their builds fill: how much room is left in them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from xpudoctor.facts.system import Disk, System
from xpudoctor.probes import _files

_MODELS = ("HF_HUB_CACHE", "HF_HOME")
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")


def disks() -> System:
    """The room for downloaded models and for temporary files."""
    wanted = (("Hugging Face cache", model_cache()), ("temporary folder", temporary_folder()))
    seen = tuple(disk for purpose, path in wanted if path is not None and (disk := _disk(purpose, path)) is not None)
    return System(disks=seen, sources={"disks": "free space of the file system"})


def shared_memory(folder: Path = Path("/dev/shm")) -> System:
    """The size of the memory that processes share; containers get 64 MiB by default."""
    if sys.platform == "win32":
        return System()
    figures = os.statvfs(folder)
    return System(shared_memory=figures.f_frsize * figures.f_blocks, sources={"shared_memory": f"df {folder}"})


def model_cache() -> Path | None:
    """Where huggingface_hub keeps models."""
    named = _absolute(*(os.environ.get(name) for name in _MODELS))
    if named is not None:
        return named
    cache = _absolute(os.environ.get("XDG_CACHE_HOME"), "~/.cache")
    return cache / "huggingface" if cache else None


def temporary_folder() -> Path | None:
    """Where temporary files go; the `tempfile` module would write one to find out."""
    usual = (os.path.expandvars(r"%LOCALAPPDATA%\Temp"),) if sys.platform == "win32" else ("/tmp", "/var/tmp")
    named = (_absolute(name) for name in (*map(os.environ.get, _TEMPORARY), *usual))
    return next((path for path in named if path is not None and _files.is_folder(path)), None)


def _absolute(*names: str | None) -> Path | None:
    for name in filter(None, names):
        try:
            path = Path(name).expanduser()
        except RuntimeError:
            # There is no home folder.
            continue
        if path.is_absolute():
            return path
    return None


def _disk(purpose: str, path: Path) -> Disk | None:
    for folder in (path, *path.parents):
        try:
            return Disk(purpose, str(path), shutil.disk_usage(folder).free)
        except (OSError, ValueError):
            # It is not there yet: the folder above will hold it.
            continue
    return None
