"""The snippets of docs/ci.md, run as they stand there; and the hook for pre-commit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.ci.runner import action
from tests.probes.patients import VERSION, XPU, make

ROOT = Path(__file__).parent.parent.parent


def block(name: str) -> str:
    """Return what stands in the fence under this mark."""
    found = re.search(rf"<!-- ci: {name} -->\n```\w+\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found, name
    return found[1]


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A folder as a job finds it: its environment has a torch of the version that is required."""
    one = make(tmp_path / ".venv")
    one.distribution("torch", "2.9.1+xpu")
    one.torch(XPU, VERSION.replace("2.6.0", "2.9.1"))
    python = tmp_path / ".venv" / "bin" / "python3"
    if not python.exists():
        python.symlink_to(one.python)
    return tmp_path


def run(shell: list[str], script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "XPUDOCTOR": str(ROOT), **variables}
    ended = subprocess.run(
        [*shell, script], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    assert "\x1b" not in ended.stdout
    return ended


def rules(folder: Path) -> dict[str | None, list[str]]:
    """Return what became of each rule, out of the JUnit report."""
    return {case.get("name"): [child.tag for child in case] for case in ElementTree.parse(folder / "xpudoctor.xml").iter("testcase")}


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    steps: list[dict[str, Any]] = yaml.safe_load(block("github"))["jobs"]["preflight"]["steps"]
    checkout, preflight = (step["uses"] for step in steps)
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout)
    assert preflight == "OWNER/xpudoctor/.github/actions/preflight@COMMIT"
    assert set(steps[1]["with"]) <= set(action()["inputs"])


@pytest.mark.real
def test_the_gitlab_job(job: Path) -> None:
    data = yaml.safe_load(block("gitlab"))["preflight"]
    ended = run(["bash", "-eo", "pipefail", "-c"], "\n".join(data["script"]), job)
    assert ended.returncode in (0, 1), ended.stderr
    reports = data["artifacts"]["reports"]
    entries = json.loads((job / reports["codequality"]).read_text(encoding="utf-8"))
    assert rules(job)["requirement-not-met"] == []
    failed = [name for name, tags in rules(job).items() if "failure" in tags]
    assert set(failed) <= {entry["check_name"] for entry in entries}
    assert ended.returncode == bool(failed)
    assert reports["junit"] == "xpudoctor.xml"


@pytest.mark.real
def test_the_jenkins_stage(job: Path) -> None:
    stage = block("jenkins")
    script = re.search(r"sh '''\n(.*?)'''", stage, re.DOTALL)
    assert script
    ended = run(["sh", "-xec"], textwrap.dedent(script[1]).replace("torch~=2.9", "torch~=2.10"), job)
    assert ended.returncode == 1, ended.stderr
    assert "torch~=2.10 is required; torch: 2.9.1+xpu." in " ".join(ended.stdout.split())
    for name in re.findall(r"(?:junit |pattern: )'([^']+)'", stage):
        assert (job / name).stat().st_size
    assert rules(job)["requirement-not-met"] == ["failure"]


@pytest.mark.real
def test_the_line_of_the_dockerfile(job: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / ".ci" / "pyz.py"), str(job / "xpudoctor.pyz")], check=True, capture_output=True)
    line = block("docker").replace("\\\n", "").strip()
    mount = re.fullmatch(r"RUN --mount=type=bind,source=xpudoctor\.pyz,target=(\S+) +(.*)", line)
    assert mount
    script = mount[2].replace(mount[1], str(job / "xpudoctor.pyz"))
    path = f"{job / '.venv' / 'bin'}:/usr/bin:/bin"
    good = run(["sh", "-c"], script, job, PATH=path)
    assert good.returncode == 0, good.stdout
    bad = run(["sh", "-c"], script.replace("torch~=2.9", "torch~=2.10"), job, PATH=path)
    assert bad.returncode == 1
    assert "requirement-not-met" in bad.stdout


def test_the_hook_is_a_valid_one() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"]] == [hook["id"] for repo in yaml.safe_load(block("pre-commit"))["repos"] for hook in repo["hooks"]]


@pytest.mark.real
def test_the_hook_stops_a_commit(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("torch==2.9.1\nintel-extension-for-pytorch==2.8.10+xpu\n", encoding="utf-8")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    # The hook of what is committed here, in an environment that pre-commit makes for it.
    command = [sys.executable, "-m", "pre_commit", "try-repo", "--color", "never", str(ROOT), "xpudoctor", "--all-files", "--verbose"]
    env = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    stopped = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert stopped.returncode == 1, stopped.stderr
    assert "requirements.txt:2:" in stopped.stdout
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    subprocess.run([*git, "add", "."], check=True)
    passed = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert passed.returncode == 0, passed.stdout
