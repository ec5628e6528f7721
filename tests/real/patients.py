"""Real Python environments, broken as their users break them: made once by pip, then cloned with hard links."""

from __future__ import annotations

import fcntl
import hashlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
_PYTHON = (3, 11)


@dataclass(frozen=True)
class Patient:
    """How an environment is made, and the proof that it is broken: what Python says when it runs a line of code in it."""

    name: str
    installs: tuple[str, ...] = ()
    base: Patient | None = None
    wound: Callable[[Path], None] | None = None
    proof: str = ""
    says: str = ""

    @property
    def folder(self) -> str:
        """Where it lies in the cache; another recipe makes another folder."""
        return f"{self.name}-{hashlib.sha256(self._recipe.encode()).hexdigest()[:8]}"

    @property
    def _recipe(self) -> str:
        wound = self.wound.__code__.co_code.hex() if self.wound else ""
        return f"{sys.version} {self.installs} {wound} {self.base._recipe if self.base else ''}"


@dataclass(frozen=True)
class Ward:
    """The folder in which the environments are kept between runs."""

    cache: Path

    def python(self, patient: Patient) -> Path:
        """Return a patient's interpreter; the environment is made where it is not there yet."""
        folder = self.cache / patient.folder
        with _alone(folder.with_suffix(".lock")):
            if not (folder / "ready").exists():
                self._make(patient, folder)
                (folder / "ready").touch()
        return folder / "bin/python"

    def _make(self, patient: Patient, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        if patient.base is None:
            assert sys.version_info[:2] == _PYTHON, f"the wheels of these environments are for Python {_PYTHON}"
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        else:
            # pip replaces files and never writes into them, so that the links are safe.
            subprocess.run(["cp", "-al", self.python(patient.base).parents[1], folder], check=True)
            (folder / "ready").unlink()
        for install in patient.installs:
            _pip(folder, install)
        if patient.wound:
            patient.wound(folder / "lib/python{}.{}/site-packages".format(*_PYTHON))


def _pip(folder: Path, install: str) -> None:
    command = [*_PIP, "--python", str(folder / "bin/python"), "install", "--no-warn-script-location", *shlex.split(install)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"pip install {install}: {ended.stderr[-2000:]}"


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold a lock: with pytest-xdist several processes ask for one environment."""
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
