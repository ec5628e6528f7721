"""A runner of composite actions, as far as ours needs one: inputs, outputs, their expressions, each `run` by bash as it is written."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ACTION = Path(__file__).parent.parent.parent / ".github" / "actions" / "preflight" / "action.yml"
_NAME = re.compile(r"\$\{\{ ((?:inputs|steps)\.[\w.-]+) \}\}")


def action() -> dict[str, Any]:
    """Return the action as it is written."""
    data: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return data


@dataclass
class Run:
    """One run of the action with these inputs in a folder; the steps whose outputs are `known` are left out."""

    folder: Path
    inputs: Mapping[str, str]
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""
    status: int = 0
    summary: str = ""

    def __post_init__(self) -> None:
        (self.folder / "temp").mkdir(exist_ok=True)
        for step in action()["runs"]["steps"]:
            if "run" in step and step["id"] not in self.known and not self.status:
                self._step(step)
        file = self.folder / "summary"
        self.summary = file.read_text(encoding="utf-8") if file.exists() else ""

    def value(self, text: str) -> str:
        """Return a text of the action with its expressions filled in; a name that there is not fails."""
        return _NAME.sub(lambda match: self._named(*match[1].split(".")), text)

    def _named(self, kind: str, name: str, *rest: str) -> str:
        if kind == "steps":
            return self.known.get(name, {}).get(rest[1], "")
        return self.inputs.get(name, action()["inputs"][name]["default"])

    def _step(self, step: Mapping[str, Any]) -> None:
        script, output = self.folder / "step.sh", self.folder / f"output-{step['id']}"
        script.write_text(step["run"], encoding="utf-8")
        output.touch()
        env = {
            **os.environ,
            **{name: self.value(text) for name, text in step.get("env", {}).items()},
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ACTION.parent),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder / "temp"),
        }
        # What `shell: bash` means.
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        ended = subprocess.run(
            command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", timeout=300
        )
        self.log += ended.stdout + ended.stderr
        self.status = ended.returncode
        lines = output.read_text(encoding="utf-8").splitlines()
        self.known[step["id"]] = dict(line.split("=", 1) for line in lines)
