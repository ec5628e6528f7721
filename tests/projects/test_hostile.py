"""Files that mean harm, or that no person wrote: each is read in little time, and none ends the run."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.projects.folder import project

MANY = 200_000
CELL = {"cell_type": "code", "source": [f"x{n}.cuda()\n" for n in range(5_000)]}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("a.py", "cuda = " + "(" * MANY, id="brackets that never close"),
        pytest.param("a.py", "import torch\nx" + ".to('cuda')" * 20_000, id="a chain without end"),
        pytest.param("a.py", "import torch\ncuda = " + "-" * 5_000 + "1", id="nested operators"),
        pytest.param("a.py", "import torch\n" + "x.cuda()\n" * 20_000, id="one line again and again"),
        pytest.param("a.ipynb", json.dumps({"cells": [CELL]}), id="a notebook in one line"),
        pytest.param("a.ipynb", '{"cells": ' + "[" * MANY, id="nested lists of JSON"),
        pytest.param("compose.yml", "services:\n" + " " * MANY + "a: b\n", id="a deep line of YAML"),
        pytest.param("compose.yml", "services:\n  " + "a" * MANY + " :: " * 1_000, id="a key that does not end"),
        pytest.param("compose.yml", "services:\n" + "- " * MANY, id="a list of lists"),
        pytest.param("run.sh", "pip install " * 50_000, id="commands without end"),
        pytest.param("run.sh", "pip install \\\n" * 50_000, id="a line that goes on"),
        pytest.param("run.sh", "docker run " + "-e A=1 " * 50_000, id="options without end"),
        pytest.param("requirements.txt", "torch" + "=" * MANY + "\n", id="a requirement without end"),
        pytest.param("requirements.txt", "torch==2.1\n" * 20_000, id="a long list"),
        pytest.param(
            "pyproject.toml", f"[project]\ndependencies = {json.dumps([f'a{n}' for n in range(20_000)])}", id="a long list of TOML"
        ),
        pytest.param("pyproject.toml", "a" + "=[" * 5_000, id="nested lists of TOML"),
        pytest.param("setup.cfg", "[options]\ninstall_requires =\n" + "  torch\n" * 20_000, id="a long list of setup.cfg"),
        pytest.param("Dockerfile", "FROM " + "x " * MANY, id="an image without end"),
        pytest.param("README.md", "https://" + "a" * MANY + "/whl/xpu", id="an address without end"),
    ],
)
def test_it_is_read_in_little_time(tmp_path: Path, file: str, text: str) -> None:
    began = time.process_time()
    project(tmp_path, {file: text})
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "[tool]\nuv = 1\npoetry = []",
        "project = 1",
        '[project]\ndependencies = ["torch"]\n[tool.uv]\nindex = 1\nsources = 2',
        '[project]\ndependencies = ["torch"]\n[tool.uv]\nindex = [1]\n[tool.uv.sources]\ntorch = 2',
        "[project]\ndependencies = {}\n[tool.poetry]\nsource = 1\ngroup = 1\n[tool.poetry.dependencies]\ntorch = 1",
    ],
)
def test_tables_of_another_kind_do_no_harm(tmp_path: Path, text: str) -> None:
    found = project(tmp_path, {"pyproject.toml": text})
    assert not found.unread
    assert all(not installation.indexes for installation in found.installations)
