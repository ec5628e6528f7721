"""How bytes become lines: encodings, wrapping, what is no text, and texts of any length."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpudoctor.facts.codec import SnapshotError
from xpudoctor.readers.intake import LONGEST_LINE, MOST_CHARACTERS, WHOLE_TEXT, lines, read_stream

CHINESE = "找不到指定的模块。\nOSError: [WinError 126]"


def texts(data: bytes | str) -> list[str]:
    log = lines(data.encode() if isinstance(data, str) else data, "paste")
    return [line.text for line in log.lines]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CHINESE.encode(), id="UTF-8"),
        pytest.param(CHINESE.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(CHINESE.encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(b"\xfe\xff" + CHINESE.encode("utf-16-be"), id="UTF-16 of the other order"),
        pytest.param(CHINESE.encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(CHINESE.encode("gbk"), id="GBK, as a Chinese Windows prints"),
    ],
)
def test_every_encoding_gives_the_same_lines(data: bytes) -> None:
    assert texts(data) == CHINESE.split("\n")


def test_each_line_of_a_mixed_text_has_its_encoding() -> None:
    assert texts("模块\n".encode("gbk") + "模块\n".encode() + b"plain\xff\n") == ["模块", "模块", "plain\ufffd"]


@pytest.mark.parametrize("word", ["GGUF", "RIFF", "Rar!", "GIF8", "BZh", "MDMP", "SQLite format"])
def test_a_text_may_begin_with_a_word_that_files_begin_with(word: str) -> None:
    assert texts(f"{word} 加速失败\nmore") == [f"{word} 加速失败", "more"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        pytest.param(b"PK\x03\x04rest", "a zip archive", id="zip"),
        pytest.param(b"\x7fELF\x02\x01", "a Linux program", id="ELF"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a picture", id="PNG"),
        pytest.param(b"MZ\x90\x00\x03\x00", "a Windows program", id="DLL"),
        pytest.param(b"GGUF\x03\x00", "a model", id="GGUF"),
        pytest.param(b"\x1f\x8b\x08\x00", "a gzip archive", id="gzip"),
        pytest.param(bytes(range(32)) * 100, "not a text", id="control characters"),
        pytest.param(bytes(4096), "not a text", id="zeros"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, word: str) -> None:
    with pytest.raises(SnapshotError, match=word) as error:
        lines(data, "paste")
    assert str(error.value).startswith("paste: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("\x1b[31mError\x1b[0m: x", "Error: x", id="colours"),
        pytest.param("[0;31mError[0m: x", "Error: x", id="colours without their escape"),
        pytest.param("\x1b]0;user@host: ~\x07sycl-ls", "sycl-ls", id="a terminal's title"),
        pytest.param("\x1b]8;;https://x\x1b\\torch\x1b]8;;\x1b\\", "torch", id="a link"),
        pytest.param("[opencl:gpu:0] Intel", "[opencl:gpu:0] Intel", id="brackets are no colour"),
        pytest.param("a\x00b\x07c", "abc", id="zeros and bells"),
        pytest.param(" 10%|#  |\r 50%|## |\r100%|###|", "100%|###|", id="a progress bar's last state"),
        pytest.param("> > error: x", "error: x", id="quoted twice"),
        pytest.param("    > >   x", "  x", id="quoted deep in a list, and indented there"),
        pytest.param("```text", "", id="a fence with its language"),
        pytest.param("```RuntimeError: UR error```", "RuntimeError: UR error", id="a fence in the line"),
        pytest.param("<details><summary>Log</summary>", "  Log", id="folded"),
        pytest.param("if a &lt; b &amp;&amp; c: print(&quot;&amp;lt;&quot;)", 'if a < b && c: print("&lt;")', id="the source of a page"),
        pytest.param('{"text": "a &quot;b&quot;"}', '{"text": "a &quot;b&quot;"}', id="entities beside what they stand for"),
        pytest.param("a && b", "a && b", id="ampersands are no entities"),
        pytest.param("$ sycl-ls", "sycl-ls", id="a shell"),
        pytest.param("(base) me@box:~/x$ pip list", "pip list", id="a shell with its environment and host"),
        pytest.param("root@4f2a1b:/workspace# clinfo -l", "clinfo -l", id="root in a container"),
        pytest.param("[me@box dir]$ uname -a", "uname -a", id="a shell in brackets"),
        pytest.param("(llm) E:\\check>env-check.bat", "env-check.bat", id="cmd in an environment"),
        pytest.param("PS C:\\Soft> .\\start.bat", ".\\start.bat", id="PowerShell"),
        pytest.param(">>> import torch", "import torch", id="Python"),
        pytest.param("In [12]: import torch", "import torch", id="IPython"),
        pytest.param("# clinfo -l", "clinfo -l", id="root's prompt before a tool"),
        pytest.param("# export X=1", "# export X=1", id="a comment"),
        pytest.param("C:\\a\\b.py:405: UserWarning: x > y", "C:\\a\\b.py:405: UserWarning: x > y", id="a path is no prompt"),
        pytest.param('  File "a.py", line 3', '  File "a.py", line 3', id="indented"),
        pytest.param("---> 93 from .utils", "---> 93 from .utils", id="an arrow"),
    ],
)
def test_what_was_said_is_left(line: str, said: str) -> None:
    assert texts(line) == [said]


def test_lines_keep_their_numbers() -> None:
    log = lines(b"one\r\n\r\n```\nfour\n", "paste")
    assert [(line.number, line.text) for line in log.lines] == [(1, "one"), (2, ""), (3, ""), (4, "four")]
    assert (log.total, log.name) == (4, "paste")


def test_of_a_long_log_the_start_the_end_and_the_telling_lines_are_kept() -> None:
    rows = [f"step {number} of many" for number in range(100_000)]
    rows[50_000] = "RuntimeError: UR_RESULT_ERROR_DEVICE_LOST"
    log = lines("\n".join(rows).encode(), "paste")
    kept = {line.number: line.text for line in log.lines}
    assert log.total == 100_000
    assert (kept[1], kept[50_001], kept[100_000]) == (rows[0], rows[50_000], rows[-1])
    assert len(kept) < 3_000


def test_of_too_many_telling_lines_the_last_are_kept() -> None:
    log = lines(b"".join(b"error %d\n" % number for number in range(60_000)), "paste")
    assert len(log.lines) <= WHOLE_TEXT
    assert log.lines[-1].text == "error 59999"
    assert [line.number for line in log.lines] == sorted({line.number for line in log.lines})


@pytest.mark.parametrize("total", [WHOLE_TEXT - 1, WHOLE_TEXT, WHOLE_TEXT + 1, WHOLE_TEXT + 500])
def test_around_the_limit_nothing_is_counted_twice(total: int) -> None:
    log = lines(b"error\n" * total)
    assert log.total == total
    assert len({line.number for line in log.lines}) == len(log.lines)
    assert 1_000 <= len(log.lines) <= min(total, WHOLE_TEXT)


def test_between_its_ends_a_long_log_says_the_same_three_times() -> None:
    rows = [f"error in step {number}" for number in range(50_000)]
    rows[30_000] = "RuntimeError: UR_RESULT_ERROR_DEVICE_LOST"
    between = [line.text for line in lines("\n".join(rows).encode()).lines if 600 < line.number < 48_000]
    assert rows[30_000] in between
    assert len(between) <= 4


def test_one_line_of_fifty_megabytes_is_survived() -> None:
    (line,) = lines(b"x" * (50 << 20)).lines
    assert len(line.text) == LONGEST_LINE


def test_few_lines_may_be_too_much_text() -> None:
    log = lines(b"\n".join(b"%04d " % number + b"x" * 1_900 for number in range(3_000)))
    numbers = [line.number for line in log.lines]
    assert sum(len(line.text) for line in log.lines) <= MOST_CHARACTERS
    assert (numbers[0], numbers[-1], log.total) == (1, 3_000, 3_000)
    assert len([number for number in numbers if number > 1_500]) > 2 * len([number for number in numbers if number < 1_500])


def test_what_pip_installed_is_not_cut() -> None:
    (text,) = texts("Successfully installed " + " ".join(f"package{number}-1.{number}" for number in range(400)))
    assert text.endswith("package399-1.399")


class Endless(io.RawIOBase):
    """A log that is as long as wanted, without lying anywhere."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        self.left -= size
        return b"INFO  nothing of note happened here\nERROR UR_RESULT\n" * (size // 50) if self.left >= 0 else b""


def test_memory_is_bounded() -> None:
    tracemalloc.start()
    log = read_stream(Endless(20 << 20), "endless")  # type: ignore[arg-type]  # it reads as a stream does
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert log.total > 700_000
    assert peak < 64 << 20


@pytest.mark.parametrize("part", ["[", "\x1b[", "\x1b]", "> ", "\\a ", "`", "<details ", "\r", "a@b", "(", "$ ", "\x9b0"])
def test_a_megabyte_of_anything_takes_less_than_a_second(part: str) -> None:
    data = part.encode() * ((1 << 20) // len(part.encode()))
    started = time.process_time()
    lines(data)
    lines(data.replace(b" ", b"\n"))
    assert time.process_time() - started < 1


@given(st.binary(max_size=3_000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        log = lines(data, "paste")
    except SnapshotError:
        return
    assert all("\x1b" not in line.text and "\x00" not in line.text and "\n" not in line.text for line in log.lines)


@given(st.lists(st.text(max_size=60), max_size=20))
def test_any_text_keeps_its_number_of_lines(rows: list[str]) -> None:
    data = "\n".join(rows).encode("utf-8", "replace")
    try:
        log = lines(data)
    except SnapshotError:
        return
    assert log.total <= data.count(b"\n") + 1
