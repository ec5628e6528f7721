"""Every form of a paste in every dressing that people give it tells the same facts, with the lines where they stand.

A form is a file of the folder `forms`: the paste as it was printed, and below it each fact that it states, with its line. Its first
line may name the prompt it stands at, with the command that printed it, or `each` and the prompt before each of its lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.readers.told import facts
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.readers import read
from xpudoctor.readers.intake import lines

MARK = "===== facts =====\n"
# What the table of GPUs knows of an id is no matter of reading, and what torch printed is kept as it stood.
_NOT_READ = ("family", "kind", "memory", "properties")
_CHINESE = "\u6211\u7684\u663e\u5361\u4e0d\u5de5\u4f5c\u4e86\uff0c\u65e5\u5fd7\u5982\u4e0b\uff1a"


class Form(NamedTuple):
    """A paste: its lines, what it states, and the prompt that it stands at."""

    lines: list[str]
    told: list[str]
    prompt: str = ""


class Dressed(NamedTuple):
    """A paste as bytes, and how far down its first line is."""

    data: bytes
    shift: int = 0


def form(path: Path) -> Form:
    """Return the form in a file."""
    text, _, told = path.read_text(encoding="utf-8").partition(MARK)
    rows, prompt = text.removesuffix("\n").split("\n"), ""
    if rows[0].startswith("prompt: "):
        prompt = rows.pop(0).removeprefix("prompt: ").strip("'")
    return Form(rows, told.splitlines(), prompt)


def listed(snapshot: Snapshot, shift: int) -> list[str]:
    """Return the facts of a snapshot as a form lists them, its lines counted from the first one of the paste."""
    return [
        f"{fact.line - shift if fact.line else fact.source}: {fact.path} = {fact.value!r}"
        for fact in facts(snapshot)
        if fact.field not in _NOT_READ or not hasattr(fact.holder, "pci_id")
    ]


def _each(change: Callable[[str], str], encoding: str = "utf-8", end: str = "\n") -> Callable[[Form], Dressed]:
    return lambda form: Dressed(end.join(map(change, form.lines)).encode(encoding))


def _within(before: str, after: str, each: str = "", encoding: str = "utf-8") -> Callable[[Form], Dressed]:
    """Put the lines between others, and something before each of them."""
    return lambda form: Dressed((before + "\n".join(each + line for line in form.lines) + after).encode(encoding), before.count("\n"))


def _prompted(form: Form) -> Dressed:
    if not form.prompt.startswith("each "):
        return Dressed("\n".join([form.prompt, *form.lines]).encode(), 1)
    return Dressed("\n".join(form.prompt.removeprefix("each ") + line for line in form.lines).encode())


def _coloured(line: str) -> str:
    return re.sub(r"\S+", "\x1b[1;32m\\g<0>\x1b[0m", line) + "\x1b[K"


DRESSINGS: dict[str, Callable[[Form], Dressed]] = {
    "alone": _each(str),
    "in a fence": _within("Hello,\n\n```shell\n", "\n```\n\nThanks"),
    "quoted": _each("> {}".format),
    "quoted in a point of a list": _within("- It says:\n\n", "\n", "     >   > "),
    "quoted with its fence": _within("> > ```\n", "\n> > ```\n\nI see.", "> > "),
    "at a prompt": _prompted,
    "UTF-16, as PowerShell writes it": _each(str, "utf-16", "\r\n"),
    "UTF-16 without its mark": _each(str, "utf-16-le"),
    "GBK below a Chinese line": _within(f"{_CHINESE}\n\n", "\n", encoding="gbk"),
    "with the line ends of Windows": _each(str, end="\r\n"),
    "in colours": _each(_coloured),
    "with the escapes of HTML": _each(html.escape),
    "copied from a web page": _each(lambda line: line.replace("  ", "\xa0 ")),
    "folded": _within("<details><summary>Output</summary>\n\n```\n", "\n```\n\n</details>"),
    "in the source of a page": lambda form: Dressed(("<pre><code>" + html.escape("\n".join(form.lines)) + "</code></pre>").encode()),
    "indented as code": _within("It says:\n\n", "\n\nThat is all.", "    "),
    "in a point of a list": _within("1. What it says:\n\n   ```\n", "\n   ```\n", "   "),
}
FORMS = {path.stem: form(path) for path in sorted((Path(__file__).parent / "forms").glob("*.txt"))}
CELLS = [(name, dressing) for name in FORMS for dressing in DRESSINGS if FORMS[name].prompt or dressing != "at a prompt"]


@pytest.mark.parametrize(("name", "dressing"), CELLS)
def test_a_form_tells_the_same_in_every_dressing(name: str, dressing: str) -> None:
    told = FORMS[name]
    data, shift = DRESSINGS[dressing](told)
    log = lines(data, "paste")
    said = [line.text.strip() for line in log.lines[shift : shift + len(told.lines)]]
    assert said == [line.text.strip() for line in lines("\n".join(told.lines).encode()).lines]
    assert listed(read(log.lines), shift) == told.told


@pytest.mark.parametrize("name", FORMS)
def test_a_form_between_two_others_tells_the_same(name: str) -> None:
    told = FORMS[name]
    before, after = ["Name: tiktoken", "Version: 0.12.0", ""], ["", "export UR_L0_DEBUG=1"]
    others = {
        "-1: packages.installed[tiktoken].name = 'tiktoken'",
        "-1: packages.installed[tiktoken].version = '0.12.0'",
        f"{len(told.lines) + 2}: environment.variables[UR_L0_DEBUG] = '1'",
    }
    mixed = listed(read(lines("\n".join([*before, *told.lines, *after]).encode()).lines), len(before))
    assert set(mixed) == {*told.told, *others}
