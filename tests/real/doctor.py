"""The doctor, run as a real process, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

# What the shell of whoever runs the tests may hold, and a test did not ask for.
_OURS = ("PYTHON", "PYTEST", "COV_", "ONEAPI_", "ZE_", "ZES_", "SYCL_", "NEO", "UR_", "TORCH_", "LD_LIBRARY_PATH")
_LONGEST = 120.0


@dataclass(frozen=True)
class Visit:
    """One run of the doctor."""

    status: int
    stdout: str
    stderr: str
    seconds: float

    @cached_property
    def report(self) -> dict[str, Any]:
        """The JSON report; fails with what was said where there is none."""
        assert self.stdout.startswith("{"), f"no report, exit status {self.status}: {self.stderr[-2000:]}"
        report: dict[str, Any] = json.loads(self.stdout)
        return report

    @property
    def rules(self) -> list[str]:
        """The rules that found something, in the order of the report."""
        return [finding["rule"] for finding in self.report["findings"]]

    @property
    def errors(self) -> list[str]:
        """The messages of severity error."""
        return [f"{one['rule']}: {one['message']}" for one in self.report["findings"] if one["severity"] == "error"]

    @property
    def crashed(self) -> list[str]:
        """The checks that ended in an exception."""
        return [f"{one['rule']}: {one['note']}" for one in self.report["results"] if one["status"] == "crashed"]

    def seen(self, *path: str | int) -> Any:
        """What stands at this place of the snapshot, None where nothing does."""
        value: Any = self.report["snapshot"]
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def visit(
    *arguments: str | Path,
    before: Sequence[str] = (),
    env: Mapping[str, str | None] = MappingProxyType({}),
    cwd: str | Path = "/",
    encoding: str = "utf-8",
    program: Sequence[str] = (sys.executable, "-m", "xpudoctor"),
) -> Visit:
    """Run the doctor, inside of other commands (`before`) and with these variables (None takes one out)."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    start = time.monotonic()
    ended = subprocess.run(
        [*before, *program, *map(str, arguments)],
        env={name: value for name, value in {**ours, **env}.items() if value is not None},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LONGEST,
        check=False,
    )
    seconds = time.monotonic() - start
    return Visit(ended.returncode, ended.stdout.decode(encoding), ended.stderr.decode(encoding, "backslashreplace"), seconds)


def check(python: str | Path, *arguments: str, before: Sequence[str] = (), env: Mapping[str, str | None] = MappingProxyType({})) -> Visit:
    """Check an environment and answer in JSON."""
    return visit("check", "--python", python, "--format", "json", *arguments, before=before, env=env)
