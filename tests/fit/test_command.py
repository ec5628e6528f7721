"""`xpudoctor fit` as a user calls it: what it prints at each width and in each form, its exit status, its speed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.cli.test_cli import xpudoctor
from tests.fit import files

A770 = ("--gpu", "Arc A770 16GB")


@pytest.mark.parametrize(
    ("quant", "status", "said"),
    [("fp32", 1, "✗ does not fit: "), ("fp16", 1, "✗ does not fit: "), ("int4", 0, "✓ fits: ")],
)
def test_the_status_follows_the_verdict(quant: str, status: int, said: str) -> None:
    ended = xpudoctor("fit", "google/gemma-7b", "--quant", quant, *A770)
    assert (ended.returncode, ended.stderr) == (status, "")
    assert said in ended.stdout
    assert "Load " in ended.stdout


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_line_keeps_to_the_width_but_what_is_to_be_copied(width: int) -> None:
    ended = xpudoctor("fit", "google/gemma-7b", "--quant", "fp16", *A770, COLUMNS=str(width))
    text, _, recipe = ended.stdout.partition("Load the first so:")
    assert recipe
    assert max(map(len, text.splitlines())) <= width


def test_without_unicode_the_bar_is_ascii() -> None:
    ended = xpudoctor("fit", "gemma-7b", "--quant", "fp16", *A770, PYTHONIOENCODING="ascii")
    assert ended.stdout.isascii()
    assert "[####" in ended.stdout


def test_json_has_every_byte(tmp_path: Path) -> None:
    size = files.folder(tmp_path / "m")
    answer = json.loads(xpudoctor("fit", str(tmp_path / "m"), "--memory", "16GB", "--format", "json", "--context", "1000").stdout)
    device = answer["devices"][0]
    assert answer["schema"] == 1
    assert answer["verdict"] == "fits"
    # Two layers of two heads of 16: keys and values of 1000 tokens in two bytes.
    assert (device["parts"]["weights"], device["parts"]["cache"]) == (size, 2 * 2 * 2 * 16 * 1000 * 2)
    assert device["need"] == sum(device["parts"].values()) == device["free"] - device["left"]
    assert answer["largest_context"] == 2048


def test_markdown_is_a_table() -> None:
    text = xpudoctor("fit", "gemma-7b", "--quant", "fp16", *A770, "--format", "markdown").stdout
    assert text.startswith("## xpudoctor fit: ✗ does not fit")
    assert "| Arc A770 | 15.20 GiB |" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("EMPTY",), "no config.json: not the folder of a model"),
        (("CUT.gguf",), "cut off in its header"),
        (("gemma-7b", "--context", "0"), "--context 0: a number from 1"),
        (("gemma-7b", "--memory", "1EB"), "--memory 1EB: no device has that"),
        (("gemma-7b", "--quant", "q9"), "--quant q9: not known; there are fp32"),
        (("gemma-7b", "--gpu", "RTX 4090"), "no Intel GPU is called so"),
        (("gemma-7b", "--gpu", "A770"), "add the size: --gpu 'Arc A770 16GB'"),
        (("gemma-7b", "--gpu", "B580", "--memory", "16GB"), "one of the two"),
        (("gemma-9000",), "no such file or folder, and not in the table"),
    ],
)
def test_bad_input_is_one_line_and_status_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "EMPTY").mkdir()
    files.gguf(tmp_path / "CUT.gguf")
    (tmp_path / "CUT.gguf").write_bytes((tmp_path / "CUT.gguf").read_bytes()[:5000])
    memory = () if {"--gpu", "--memory"} & set(arguments) else ("--memory", "16GB")
    ended = xpudoctor("fit", *arguments, *memory, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("xpudoctor: ")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_local_model_is_answered_in_no_time(tmp_path: Path) -> None:
    files.gguf(tmp_path / "a.gguf")
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        xpudoctor("fit", str(tmp_path / "a.gguf"), "--memory", "16GB")
        seconds.append(time.perf_counter() - began)
    # 0.3 s from an installed wheel on an idle machine; a busy one is given time.
    assert min(seconds) < 1
