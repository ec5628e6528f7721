"""What the files of a project install: each layout, with the place of each line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects.folder import project
from xpudoctor.projects import _poetry

XPU = "https://download.pytorch.org/whl/xpu"


def told(folder: Path, files: dict[str, str]) -> list[tuple[str, str, list[str], list[tuple[str, str]]]]:
    """Return each installation in plain words."""
    return [
        (i.name, i.meant_for, [f"{d.name}{d.specifier}@{d.fact.source}" for d in i.dependencies], [(x.url, x.role) for x in i.indexes])
        for i in project(folder, files).installations
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"requirements.txt": f"# torch\n--extra-index-url {XPU}\ntorch==2.9.0+xpu  # the GPU\nNumPy <2 ; python_version > '3'\n"},
            [("requirements.txt", "", ["torch==2.9.0+xpu@requirements.txt:3:1", "numpy<2@requirements.txt:4:1"], [(XPU, "extra")])],
            id="requirements with an index",
        ),
        pytest.param(
            {"requirements.txt": "-r more/base.txt\ntorch\n", "more/base.txt": "numpy\n", "requirements/base.in": "six\n"},
            [
                ("requirements.txt", "", ["torch@requirements.txt:2:1"], []),
                ("requirements/base.in", "", ["six@requirements/base.in:1:1"], []),
            ],
            id="a file of another name is not read",
        ),
        pytest.param(
            {"requirements.txt": "-r requirements-base.txt\ntorch\n", "requirements-base.txt": "-r requirements.txt\nnumpy\n"},
            [],
            id="two that include each other stand for nothing",
        ),
        pytest.param(
            {"requirements-xpu.txt": "-r requirements-base.txt\ntorch\n", "requirements-base.txt": "numpy\n"},
            [("requirements-xpu.txt", "xpu", ["torch@requirements-xpu.txt:2:1", "numpy@requirements-base.txt:1:1"], [])],
            id="what is included belongs to the one that includes it",
        ),
        pytest.param(
            {"requirements_cuda.txt": "torch\n", "requirements-dev.txt": "pytest\n"},
            [
                ("requirements-dev.txt", "dev", ["pytest@requirements-dev.txt:1:1"], []),
                ("requirements_cuda.txt", "cuda", ["torch@requirements_cuda.txt:1:1"], []),
            ],
            id="names that say what for",
        ),
        pytest.param(
            {"requirements.txt": "torch==2.1.0 \\\n    --hash=sha256:00\n./local.whl\ngit+https://x.org/y.git\n"},
            [("requirements.txt", "", ["torch==2.1.0@requirements.txt:1:1"], [])],
            id="hashes, paths and addresses",
        ),
        pytest.param(
            {"run.sh": f'python -m pip install "torch>=2.6" --index-url {XPU} && pip install $MORE numpy\n'},
            [("run.sh", "", ["torch>=2.6@run.sh:1:24"], [(XPU, "only")]), ("run.sh", "", ["numpy@run.sh:1:106"], [])],
            id="two commands in one line",
        ),
        pytest.param(
            {"run.sh": "# pip install torch\nif true; then\n  uv pip install torch\nfi\n"},
            [("run.sh", "branch", ["torch@run.sh:3:18"], [])],
            id="a comment, and a branch",
        ),
        pytest.param(
            {"Dockerfile": f"FROM ubuntu\nRUN pip install \\\n    torch \\\n    --index-url={XPU}\n"},
            [("Dockerfile", "", ["torch@Dockerfile:3:5"], [(XPU, "only")])],
            id="a Dockerfile with lines that go on",
        ),
        pytest.param(
            {"Dockerfile": "FROM nvidia/cuda:12\nRUN pip install torch\n"},
            [("Dockerfile", "cuda", ["torch@Dockerfile:2:17"], [])],
            id="an image for another device",
        ),
        pytest.param(
            {"environment.yml": "dependencies:\n  - python=3.11\n  - conda-forge::numpy=1.26\n  - pip:\n    - torch==2.6\n"},
            [
                ("environment.yml", "", ["numpy==1.26.*@environment.yml:3:5"], []),
                ("environment.yml", "", ["torch==2.6@environment.yml:5:7"], []),
            ],
            id="conda and pip in one file",
        ),
        pytest.param(
            {"setup.cfg": "[options]\ninstall_requires =\n    torch>=2\n[options.extras_require]\nxpu =\n    triton-xpu\n"},
            [
                ("setup.cfg", "", ["torch>=2@setup.cfg:3:5"], []),
                ("setup.cfg [xpu]", "xpu", ["torch>=2@setup.cfg:3:5", "triton-xpu@setup.cfg:6:5"], []),
            ],
            id="setup.cfg with an extra",
        ),
        pytest.param(
            {"requirements-gpu.txt": "torch\n", "install.sh": f"pip install -r requirements-gpu.txt --index-url {XPU}\n"},
            [("install.sh", "", [], [(XPU, "only")]), ("requirements-gpu.txt", "", ["torch@requirements-gpu.txt:1:1"], [(XPU, "only")])],
            id="a command tells the index of the file that it installs",
        ),
    ],
)
def test_what_is_installed(tmp_path: Path, files: dict[str, str], expected: list[object]) -> None:
    assert sorted(map(str, told(tmp_path, files))) == sorted(map(str, expected))


UV = f"""[project]
dependencies = ["torch>=2.6", 'numpy']
requires-python = ">=3.10"
[project.optional-dependencies]
cuda = ["xformers"]
[dependency-groups]
dev = ["pytest"]
[[tool.uv.index]]
name = "pytorch-xpu"
url = "{XPU}"
explicit = true
[tool.uv.sources]
torch = [{{ index = "pytorch-cu", marker = "x" }}, {{ index = "pytorch-xpu" }}]
"""


def test_a_pyproject_of_uv(tmp_path: Path) -> None:
    found = project(tmp_path, {"pyproject.toml": UV})
    base, cuda, dev = found.installations
    assert [(i.name, i.meant_for, i.installer) for i in (base, cuda, dev)] == [
        ("pyproject.toml", "", "uv"), ("pyproject.toml [extra cuda]", "cuda", "uv"), ("pyproject.toml [group dev]", "dev", "uv"),
    ]  # fmt: skip
    torch = base.get("torch")
    assert torch
    assert (torch.index, torch.fact.source, torch.fact.value) == (XPU, "pyproject.toml:2:17", "dependencies = [\"torch>=2.6\", 'numpy']")
    assert [(i.url, i.role, i.name) for i in base.indexes] == [(XPU, "named", "pytorch-xpu")]
    assert [(p.specifier, p.fact.source) for p in found.python] == [(">=3.10", "pyproject.toml:3:1")]


def test_a_pyproject_of_poetry(tmp_path: Path) -> None:
    source = f'[[tool.poetry.source]]\nname = "x"\nurl = "{XPU}"\npriority = "supplemental"\n'
    text = f'[tool.poetry.dependencies]\npython = "^3.11"\ntorch = "^2.6"\n\n{source}'
    (poetry,) = project(tmp_path, {"pyproject.toml": text}).installations
    assert [(d.name, d.specifier, d.fact.source) for d in poetry.dependencies] == [("torch", ">=2.6,<3", "pyproject.toml:3:1")]
    assert [(i.url, i.role) for i in poetry.indexes] == [(XPU, "supplemental")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^2.6.1", ">=2.6.1,<3"), ("^0.4", ">=0.4,<0.5"), ("^0.0.3", ">=0.0.3,<0.0.4"), ("~2.6", ">=2.6,<2.7"), ("~2", ">=2,<3"),
        ("2.6.0", "==2.6.0"), ("*", ""), (">=2,<3", ">=2,<3"), ("^1", ">=1,<2"),
    ],
)  # fmt: skip
def test_how_poetry_states_versions(text: str, expected: str) -> None:
    assert _poetry.specifier(text) == expected


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        pytest.param("pyproject.toml", "[project\n", "not TOML", id="broken TOML"),
        pytest.param("requirements.txt", "torch = 2.0\n", "not a requirement: torch = 2.0", id="a line that pip refuses"),
        pytest.param("setup.cfg", "torch\n", "not a configuration file", id="no section"),
        pytest.param("app.py", "import torch\nx.cuda(\n", "not Python", id="broken Python"),
        pytest.param("a.ipynb", "{", "not JSON", id="broken JSON"),
        pytest.param("b.ipynb", "[]", "not a notebook", id="no cells"),
        pytest.param("c.py", "x = 'cuda\0'", "not Python", id="a null byte"),
    ],
)
def test_what_is_broken_is_said_with_its_place_and_the_rest_goes_on(tmp_path: Path, file: str, text: str, told: str) -> None:
    found = project(tmp_path, {file: text, "requirements/more.txt": "torch\n"})
    (fact,) = found.unread
    assert fact.place
    assert fact.place.file == file
    assert told in fact.value
    assert [i.name for i in found.installations] == ["requirements/more.txt"]
