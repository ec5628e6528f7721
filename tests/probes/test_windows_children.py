"""Children of the doctor on Windows (Wine): how they end, and what the patient scripts see there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.wine import Wine

pytestmark = pytest.mark.real


def told(wine: Wine, script: str) -> Any:
    """Run a script in the Windows Python and return the JSON that it prints last."""
    ended = wine.python(["-c", f"import json, sys\nfrom xpudoctor.facts.codec import to_json\n{script}"])
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.strip().splitlines()[-1])


def test_a_child_is_ended_at_its_limit(wine: Wine) -> None:
    script = """
from xpudoctor.probes._run import run
ended = run([sys.executable, "-c", "print('caf\\u00e9', flush=True); import time; time.sleep(60)"], timeout=2)
missing = run(["no-such-tool"], timeout=2)
print(json.dumps([ended.timed_out, ended.ending, ended.seconds, bool(missing.error)]))
"""
    timed_out, ending, seconds, missing = told(wine, script)
    assert (timed_out, ending, missing) == (True, "did not end within the time limit", True)
    assert 2 <= seconds < 5


def test_packages(wine: Wine) -> None:
    script = """
from xpudoctor.probes.packages import packages
seen = packages(None, 20)
rich = [package.location for package in seen.all("rich")]
print(json.dumps([seen.complete, seen.python, seen.executable, len(seen.installed), rich]))
"""
    complete, python, executable, count, location = told(wine, script)
    assert complete
    assert python == "3.11.9"
    assert executable.endswith(r"cp311\python.exe")
    assert count > 3
    assert location[0].endswith(r"\site")


def test_no_torch_no_level_zero(wine: Wine) -> None:
    script = """
from xpudoctor.probes.torch import torch
from xpudoctor.probes.level_zero import level_zero
print(json.dumps([torch(None, 20).installed, to_json(level_zero(None, 20))]))
"""
    assert told(wine, script) == [False, {"stage": "loader", "loader": "", "gpu_driver": ""}]


def test_gather(wine: Wine) -> None:
    script = """
from xpudoctor.probes.gather import gather
print(json.dumps(gather(None, static=False, timeout=20).to_json(), ensure_ascii=True))
"""
    seen = told(wine, script)
    assert "gaps" not in seen
    assert seen["system"]["os"] == "windows"
