"""What Python code asks for, read from its syntax tree; nothing of it is run or imported.

The kinds of use: `device` (CUDA by name), `cuda call` (a function of torch.cuda that needs CUDA), `choice` (CUDA or the CPU and nothing
else), `patch` (torch.cuda is put on another device), `import`, `index` (an address of XPU wheels), `quantization`, `float64` (on xpu),
`left on cpu`, `own draft`, `tokenizer`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator

from xpudoctor.facts.environment import Environment
from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.project import Project, Source, Use, located
from xpudoctor.projects import _calls, _cuda, _models, notes, scripts
from xpudoctor.projects._guards import unguarded
from xpudoctor.projects._text import unread

# Where a word of the file itself says that more than CUDA is meant; `any` asks a library which device there is.
_DEVICES = {
    "xpu": re.compile(r"xpu", re.IGNORECASE),
    "cuda": re.compile(r"cuda"),
    "mps": re.compile(r"\bmps\b"),
    "any": re.compile(
        r"torch\.accelerator|current_accelerator|get_accelerator|accelerator\.device|infer_device|privateuseone|torch_npu|torch_device"
    ),
}
# A file that holds none of these has nothing to say, and is not parsed.
_TELLING = re.compile(
    r"cuda|xpu|ipex|intel_extension|load_in_|from_pretrained|protobuf|assistant_model|bigdl|EetqConfig|VptqConfig|HiggsConfig|SpQRConfig"
)
_READERS: tuple[Callable[[list[ast.AST], list[ast.AST]], Iterator[_calls.Found]], ...] = (_calls.imports, _cuda.uses, _models.uses)


def read(file: str, text: str, place: Callable[[int, int], Place] | None = None) -> Project:
    """Return what a file of Python code does; `place` tells where a line and a column of it stand, where that is another file."""
    if not _TELLING.search(text):
        return Project(environments=_environment(file, text) if place is None else ())
    try:
        tree = parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, column = getattr(error, "lineno", 0) or 1, getattr(error, "offset", 0) or 1
        return Project(unread=(unread(file, f"not Python: {getattr(error, 'msg', None) or error}", line, column),))
    rows = text.splitlines()
    where = place or (lambda line, column: Place(file, line, column))
    try:
        every = list(ast.walk(tree))
        nodes = list(unguarded(tree, every))
        found = [Use(kind, value, _fact(rows, spot, where)) for reader in _READERS for kind, value, spot in reader(every, nodes)]
        found += (
            Use("index", match[0], _fact(rows, (text.count("\n", 0, match.start()) + 1, 0), where)) for match in notes.INDEX.finditer(text)
        )
    except RecursionError:
        return Project(unread=(unread(file, "nested too deep"),))
    devices = tuple(name for name, pattern in _DEVICES.items() if pattern.search(text))
    return Project(code=(Source(file, devices, tuple(found)),), environments=_environment(file, text) if place is None else ())


def parsed(text: str) -> ast.Module:
    """Return the syntax tree of a text; the warnings of its author's Python are none of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _fact(rows: list[str], spot: tuple[int, int], where: Callable[[int, int], Place]) -> Fact:
    line, column = spot
    row = rows[line - 1] if line <= len(rows) else ""
    # The tree counts in bytes, an editor in characters.
    column = len(row.encode()[:column].decode(errors="replace"))
    return located("code", row, where(line, column + 1))


def _environment(file: str, text: str) -> tuple[Environment, ...]:
    if "os.environ" not in text:
        return ()
    # What is indented may stand in a branch that is not taken, or in a function that is not called.
    return scripts.environment(file, [line if line.startswith("os.environ") else "" for line in text.splitlines()])
