"""Whatever is broken in an environment or around it: the run ends in time, says what it could not see, and judges the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.probes.patients import XPU, Patient

from .doctor import Visit, check, visit

# What a probe is given here, and what the whole run may take: the limit, the grace to end children, the start of Python.
_LIMIT, _LONGEST = 3, 12
_TOOL = '#!/bin/sh\ncd "$(dirname "$0")"\n"$PWD/sleep" 300 &\nsetsid "$PWD/sleep" 300 &\n"$PWD/sleep" 300\n'
_SEGFAULT = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
_NOISE = "import os\nfor _ in range(100): os.write(1, b'x' * (1 << 20))\n"
_DAEMON = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(300)\nraise OSError('left a daemon')"
_SILENT = "import os, sys; os.close(1); os.close(2); sys.stdout = sys.stderr = None; raise OSError('cannot speak')"


def survived(seen: Visit, *rules: str) -> None:
    """It ended in time, in good order, and with these findings first; what else is broken here was judged, too."""
    assert seen.rules[: len(rules)] == list(rules)
    assert "protobuf-too-new-for-sentencepiece" in seen.rules
    assert (seen.crashed, seen.stderr, seen.status) == ([], "", 1)
    assert seen.seconds < _LONGEST


@pytest.mark.parametrize(
    ("init", "rule", "said"),
    [
        pytest.param(_SEGFAULT, "torch-import-crashes", "died of SIGSEGV", id="dies of SIGSEGV"),
        pytest.param("import time; time.sleep(300)", "torch-import-crashes", "did not end within", id="hangs"),
        pytest.param("while True: pass", "torch-import-crashes", "did not end within", id="spins"),
        pytest.param("import os; os._exit(7)", "torch-import-crashes", "exit status 7", id="ends the process"),
        pytest.param("import os; os._exit(0)", "torch-import-crashes", "exit status 0", id="ends the process as if all were well"),
        pytest.param(_NOISE + "raise OSError('noise')", "torch-import-fails", "noise", id="prints 100 MB and fails"),
        pytest.param(_NOISE + _SEGFAULT, "torch-import-crashes", "died of SIGSEGV", id="prints 100 MB and dies"),
        pytest.param(_DAEMON, "torch-import-fails", "left a daemon", id="leaves a daemon that holds its pipes"),
        pytest.param(_SILENT, "torch-import-fails", "cannot speak", id="closes its outputs"),
        pytest.param("raise OSError('\\udcff\\x1b[2J\\x00')", "torch-import-fails", "OSError", id="raises bytes that are no text"),
        pytest.param("def", "torch-import-fails", "SyntaxError", id="is no Python"),
    ],
)
def test_a_torch_that(stand_in: Patient, init: str, rule: str, said: str) -> None:
    stand_in.torch(init)
    seen = check(stand_in.python, "--timeout", str(_LIMIT))
    survived(seen, rule)
    assert said in seen.report["findings"][0]["message"]
    assert "\x1b" not in visit("check", "--python", stand_in.python, "--timeout", str(_LIMIT), "-v").stdout
    assert not running(stand_in.folder)


def test_noise_alone_is_no_fault(stand_in: Patient) -> None:
    stand_in.torch(_NOISE + XPU)
    seen = check(stand_in.python)
    assert seen.seen("torch", "plain", "ok") is True
    survived(seen, "protobuf-too-new-for-sentencepiece")


@pytest.mark.parametrize("tool", ["sycl-ls", "clinfo", "xpu-smi"])
def test_a_tool_that_hangs_with_its_grandchildren(stand_in: Patient, tmp_path: Path, tool: str) -> None:
    (tmp_path / "sleep").symlink_to("/bin/sleep")
    (tmp_path / tool).write_text(_TOOL)
    (tmp_path / tool).chmod(0o755)
    seen = check(stand_in.python, "--timeout", str(_LIMIT), env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    survived(seen)
    assert not running(tmp_path)
    if tool == "sycl-ls":
        assert seen.seen("runtime", "sources", "sycl_ls") == "not seen: did not end within the time limit"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing_behind(stand_in: Patient, number: signal.Signals) -> None:
    stand_in.torch("import time; time.sleep(300)")
    with subprocess.Popen([sys.executable, "-m", "xpudoctor", "check", "--python", stand_in.python], cwd="/") as doctor:
        while len(running(stand_in.folder)) < 2:
            time.sleep(0.02)
        time.sleep(0.5)
        doctor.send_signal(number)
        assert doctor.wait(_LONGEST) == 128 + number
    time.sleep(0.2)
    assert not running(stand_in.folder)


def running(folder: Path) -> list[str]:
    """The command lines of the processes that run something out of this folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return [line for line in found if str(folder) in line]


def _no_metadata(folder: Path) -> None:
    (folder / "METADATA").unlink()


def _empty(folder: Path) -> None:
    (folder / "METADATA").write_bytes(b"")


def _binary(folder: Path) -> None:
    (folder / "METADATA").write_bytes(bytes(range(256)) * 40)


def _a_folder(folder: Path) -> None:
    (folder / "METADATA").unlink()
    (folder / "METADATA").mkdir()


def _a_loop(folder: Path) -> None:
    (folder / "METADATA").unlink()
    (folder / "METADATA").symlink_to("METADATA")


def _nameless(folder: Path) -> None:
    (folder / "METADATA").write_text("Metadata-Version: 2.1\n\nA text.\n")


def _half_a_url(folder: Path) -> None:
    (folder / "direct_url.json").write_text('{"url": "https://')


def _not_a_mapping(folder: Path) -> None:
    (folder / "direct_url.json").write_text("[1, 2]")


_WOUNDS = (_no_metadata, _empty, _binary, _a_folder, _a_loop, _nameless, _half_a_url, _not_a_mapping)


@pytest.mark.parametrize("wound", [pytest.param(one, id=one.__name__.strip("_").replace("_", " ")) for one in _WOUNDS])
def test_damaged_metadata(stand_in: Patient, wound: Callable[[Path], None]) -> None:
    wound(stand_in.distribution("accelerate", "0.37.0"))
    (stand_in.site / ".dist-info").mkdir()
    (stand_in.site / "a-1.0.dist-info").write_text("a file where a folder belongs")
    (stand_in.site / os.fsdecode(b"\xff-1.0.dist-info")).mkdir()
    seen = check(stand_in.python)
    survived(seen)
    assert "package-metadata-damaged" in seen.rules
    assert any("accelerate" in name for name in seen.seen("packages", "damaged"))
