"""How pip and its kin are told what to install: a requirement, an option of a requirements file, the words of a command."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

from packaging.requirements import InvalidRequirement, Requirement

from xpudoctor.facts.fact import Fact
from xpudoctor.facts.packages import canonical
from xpudoctor.facts.project import Dependency, Index, Installation

# Options by what their value is; a value may stand behind `=` or as the next word. (uv knows PyTorch's indexes by the name of a backend.)
_INDEXES = {
    "-i": "only", "--index-url": "only", "--pypi-url": "only", "--default-index": "only", "--torch-backend": "only",
    "--extra-index-url": "extra", "--index": "extra", "-f": "extra", "--find-links": "extra",
}  # fmt: skip
_WITH_VALUE = frozenset(
    "-r --requirement -c --constraint -t --target -p --python --prefix --root --cache-dir --platform --abi --implementation --src "
    "--python-version --only-binary --no-binary --index-strategy --timeout --retries --proxy --trusted-host --log "
    "-C --config-settings --global-option --upgrade-strategy --report --extra --group --python-platform --prerelease -e --editable "
    "--progress-bar".split()
)
_PURPOSES = re.compile(
    r"(?:^|[^a-z])(xpu|intel|arc|sycl|ipex|oneapi|cuda|cu\d{2,3}|nvidia|rocm|hip|amd|cpu|mps|metal|macos|mac|apple|npu|ascend|hpu|gaudi|tpu|"
    r"neuron|musa|mlu|zluda|directml|dml|colab|kaggle|test|tests|testing|dev|develop|docs|doc|lint|ci|style|quality|benchmarks?|build)"
    r"(?=$|[^a-z])"
)
_OURS = frozenset("xpu intel arc sycl ipex oneapi".split())


def meant_for(name: str) -> str:
    """Return the device or the purpose that the name of a file, an extra or a group says; `xpu` for any word of Intel's GPUs."""
    words = _PURPOSES.findall(name.lower())
    return "xpu" if _OURS.intersection(words) else words[-1] if words else ""


def dependency(text: str, fact: Fact, index: str = "") -> Dependency | None:
    """Return what a requirement asks for; None where it is none."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    return Dependency(
        canonical(requirement.name),
        fact,
        str(requirement.specifier),
        tuple(sorted(requirement.extras)),
        str(requirement.marker or ""),
        index,
        requirement.url or "",
    )


def index_option(words: list[str], position: int, fact: Callable[[str], Fact]) -> tuple[Index | None, int]:
    """Return the index that an option at this position names, if it does, and how many words the option takes."""
    name, equals, value = words[position].partition("=")
    takes = 1 if equals or (name not in _INDEXES and name not in _WITH_VALUE) else 2
    if name in _INDEXES:
        value = value if equals else words[position + 1] if position + 1 < len(words) else ""
        return (Index(value, _INDEXES[name], fact(value)) if value else None), takes
    return None, takes


def command(words: list[str], blank: Installation, fact: Callable[[str], Fact]) -> Installation:
    """Return the installation that the words after `pip install` describe; what holds a variable of the shell is not known."""
    dependencies: list[Dependency] = []
    indexes: list[Index] = []
    includes = tuple(value for option, value in pairwise(words) if option in ("-r", "--requirement"))
    position = 0
    while position < len(words):
        word = words[position]
        if word.startswith("-"):
            index, takes = index_option(words, position, fact)
            indexes += [index] if index else []
            position += takes
            continue
        found = None if "$" in word or "%" in word or word in (".", "pip") else dependency(word, fact(word))
        dependencies += [found] if found else []
        position += 1
    return replace(blank, dependencies=tuple(dependencies), indexes=tuple(indexes), includes=includes)


def merged(installations: Iterable[Installation], blank: Installation) -> Installation:
    """Return several installations into one environment as one."""
    rows = tuple(installations)
    return replace(
        blank, dependencies=tuple(d for row in rows for d in row.dependencies), indexes=tuple(i for row in rows for i in row.indexes)
    )
