"""How a project is started: containers, servers, variables; and which files are looked at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.projects.folder import project
from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.project import Project
from xpudoctor.projects import _walk, _yaml, read

COMPOSE = """services:
  llm:  # the server
    image: "intel/ipex-llm:latest"
    devices:
    - /dev/dri:/dev/dri
    group_add: [video, "992"]
    user: "1000:1000"
    shm_size: 16g
    environment:
      - ZE_DEBUG=1
    command: >
      vllm: serve
      model
  web:
    image: nginx
"""


def test_the_services_of_a_compose_file(tmp_path: Path) -> None:
    llm, web = project(tmp_path, {"docker-compose.yml": COMPOSE}).containers
    assert (llm.image, llm.devices, llm.groups, llm.user, llm.shared_memory, llm.privileged) == (
        "intel/ipex-llm:latest", ("/dev/dri:/dev/dri",), ("video", "992"), "1000:1000", "16g", False,
    )  # fmt: skip
    assert llm.fact.source == "docker-compose.yml:2:3"
    assert (web.image, web.devices) == ("nginx", ())


@pytest.mark.parametrize("line", ["x-gpu: &gpu {}", "    <<: *gpu", "    image: ${{ matrix.image }}"])
def test_what_an_anchor_brings_is_not_known(tmp_path: Path, line: str) -> None:
    assert project(tmp_path, {"compose.yaml": f"{COMPOSE}{line}\n"}).containers == ()


def test_a_service_that_extends_another_is_not_known(tmp_path: Path) -> None:
    text = "services:\n  a:\n    extends:\n      service: b\n    image: intel/x\n  b:\n    image: y\n"
    assert [c.image for c in project(tmp_path, {"compose.yml": text}).containers] == ["y"]


@pytest.mark.parametrize(
    ("line", "image", "command", "devices", "shared"),
    [
        ("docker run --rm -it --device=/dev/dri --shm-size 16g intel/x serve a", "intel/x", "serve a", ("/dev/dri",), "16g"),
        ("sudo docker run -d --ipc=host -v /a:/b --device /dev/dri intel/x", "intel/x", "", ("/dev/dri",), "host"),
        ("podman run --name x -p 80:80 intel/x && echo done", "intel/x", "", (), ""),
    ],
)
def test_a_container_that_a_script_starts(
    tmp_path: Path, line: str, image: str, command: str, devices: tuple[str, ...], shared: str
) -> None:
    (found,) = project(tmp_path, {"run.sh": f"{line}\n"}).containers
    assert (found.image, found.command, found.devices, found.shared_memory) == (image, command, devices, shared)


@pytest.mark.parametrize("line", ["docker run $ARGS intel/x", "docker run --rm $IMAGE", "# docker run intel/x", "docker build ."])
def test_what_a_variable_holds_is_not_known(tmp_path: Path, line: str) -> None:
    assert project(tmp_path, {"run.sh": line}).containers == ()


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("run.sh", "export ZE_DEBUG=1\n", {"ZE_DEBUG": "run.sh:1:8"}),
        ("run.sh", "if true; then\n  export ZE_DEBUG=1\nfi\n", {}),
        ("run.sh", "# export ZE_DEBUG=1\n", {}),
        ("run.bat", "@echo off\r\nset ZE_DEBUG=1\r\n", {"ZE_DEBUG": "run.bat:2:5"}),
        ("run.ps1", '$env:ZE_DEBUG = "1"\n', {"ZE_DEBUG": "run.ps1:1:6"}),
        (
            "Dockerfile",
            "FROM x\nENV ZE_DEBUG=1 \\\n    SYCL_UR_TRACE=1\n",
            {"ZE_DEBUG": "Dockerfile:2:5", "SYCL_UR_TRACE": "Dockerfile:3:5"},
        ),
        ("app.py", "import os\nos.environ['ZE_DEBUG'] = '1'\n", {"ZE_DEBUG": "app.py:2:13"}),
        ("app.py", "import os\nif x:\n    os.environ['ZE_DEBUG'] = '1'\n", {}),
        ("compose.yml", COMPOSE, {"ZE_DEBUG": "compose.yml:10:9"}),
        ("run.sh", "export HF_TOKEN=hf_abcdefghijklmnop\n", {}),
    ],
)
def test_which_variables_are_set_where(tmp_path: Path, file: str, text: str, expected: dict[str, str]) -> None:
    found = project(tmp_path, {file: text}).environments
    assert {name: str(place) for environment in found for name, place in environment.places.items()} == expected


@pytest.mark.parametrize(
    ("line", "models"),
    [
        ("llama-server -m big.gguf -md big.gguf", ["big.gguf"]),
        ("vllm serve --model x/y --speculative-model=x/y", ["x/y"]),
        ("llama-server -m big.gguf -md small.gguf", []),
        ("llama-server -m big.gguf", []),
    ],
)
def test_a_main_model_as_its_own_draft(tmp_path: Path, line: str, models: list[str]) -> None:
    found = project(tmp_path, {"serve.sh": f"#!/bin/sh\n{line}\n"})
    assert [use.value for source in found.code for use in source.of("own draft")] == models


def test_yaml_is_read_line_by_line() -> None:
    text = "a:\n  - b: 1  # x\n    c: [x, 'y z']\n  -\n    d: \"#1\"\ne: |\n  f: g\nh: i\n"
    assert [(e.path, e.value) for e in _yaml.entries(text) if e.value] == [
        (("a", "-", "b"), "1"), (("a", "-", "c", "-"), "x"), (("a", "-", "c", "-"), "y z"), (("a", "-", "d"), "#1"),
        (("e",), "|"), (("h",), "i"),
    ]  # fmt: skip


SKIPPED = (
    "tests/app.py", "docs/conf.py", "a/node_modules/b.py", ".git/app.py", "venv/app.py", "third_party/app.py", "benchmarks/app.py",
    "test_app.py", "app_test.py", "conftest.py", "ops_cuda.py", "flash_attn_patch.py",
)  # fmt: skip


def test_only_what_is_of_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pyvenv.cfg").write_text("")
    found = project(tmp_path, dict.fromkeys((*SKIPPED, "mine/app.py", "app.py"), "import torch\nx.cuda()\n"))
    assert [source.file for source in found.code] == ["app.py"]


def test_what_is_large_or_no_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text("# cuda\n" + "#" * _walk.LARGEST)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "away.py").symlink_to("/nowhere")
    os.mkfifo(tmp_path / "pipe.py")
    assert read(tmp_path) == Project(tmp_path.name, 0)


def test_no_more_files_are_looked_at_than_a_person_would_wait_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_walk, "MOST", 2)
    (fact,) = project(tmp_path, {f"{name}.py": "x = 'cuda'\n" for name in "abc"}).unread
    assert fact.value == "only the first 2 files were looked at"


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(b"x = '\xff cuda'\n")
    (fact,) = read(tmp_path).unread
    assert (fact.source, fact.value) == ("app.py:1:1", "not UTF-8 (byte 5)")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody, not even root, into a folder of this name, nor read a file of it."""
    scandir, stat, read_bytes = os.scandir, Path.stat, Path.read_bytes

    def refuse(path: object) -> None:
        if "closed" in str(path):
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", lambda path: (refuse(path), scandir(path))[1])
    monkeypatch.setattr(Path, "read_bytes", lambda path: (refuse(path), read_bytes(path))[1])
    monkeypatch.setattr(Path, "stat", lambda path, **how: (refuse(path.parent), stat(path, **how))[1])


@pytest.mark.usefixtures("closed")
def test_what_may_not_be_read_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = project(tmp_path, {"app.py": "import torch\nx.cuda()\n", "closed.py": "x = 'cuda'\n"})
    assert [(fact.source, fact.value) for fact in found.unread] == [("closed.py:1:1", "cannot be read: Permission denied")]
    (tmp_path / "closed").mkdir()
    found = read(tmp_path)
    assert ("closed:1:1", "cannot be entered: Permission denied") in [(fact.source, fact.value) for fact in found.unread]
    assert [source.file for source in found.code] == ["app.py"]


@pytest.mark.usefixtures("closed")
def test_a_project_that_may_not_be_entered_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    with pytest.raises(SnapshotError, match="closed: cannot be entered: Permission denied"):
        read(tmp_path / "closed")
    with pytest.raises(SnapshotError, match="closed/app: Permission denied"):
        read(tmp_path / "closed" / "app")


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="gone: no such folder"):
        read(tmp_path / "gone")
