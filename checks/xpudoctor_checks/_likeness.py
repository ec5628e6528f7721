"""What a text reads like: the causes of solved issues with such words, each with its share.

The table is learned by tests/learn.py from the cases of tests/cases and the texts of the rules: a linear model of words, each weighed by
how rare it is. What is right is a matter of chance; so nothing of it is ever more than a guess.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from math import exp, sqrt
from math import log as logarithm

from xpudoctor.facts.log import Line
from xpudoctor.facts.record import Record

NOTHING = "none"
# Of a long log, its beginning and its end: the texts that were learned from are short.
_HALF = 8_000
_ADDRESS = re.compile(r"0x[0-9a-f]{1,16}")
_VERSION = re.compile(r"\d{1,8}\.\d{1,8}\.\d{1,8}[\w.+]{0,40}")
_WORD = re.compile(r"[a-z_][a-z_0-9-]{1,30}|[\u4e00-\u9fff]")
# Stand-ins for what no two texts have in common; and what is no rarer than this stands in most texts, and tells a reader nothing.
_MADE_UP = {"hexid", "version"}
_COMMON = 3.0
# A text that has none of these is of another field, and one of a few words may be of any.
_OF_THE_FIELD = frozenset(
    "intel arc xpu gpu igpu ipex sycl oneapi level-zero level_zero torch pytorch ollama llama vllm comfyui bigdl ipex-llm openvino driver"
    " model python pip".split()
)
_FEWEST = 4


class Table(Record):
    """`causes` with the weight of each before any word is read; `words` with their rarity and their weights, by the number of the cause."""

    causes: Mapping[str, float]
    words: Mapping[str, tuple[float, Mapping[int, float]]]


class Likeness(Record):
    """How much of the words speaks for each cause (together 1), and the words of the text as they count."""

    shares: Mapping[str, float]
    words: Mapping[str, float]


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case; addresses and versions stand for themselves."""
    lower = _VERSION.sub(" version ", _ADDRESS.sub(" hexid ", text.lower()))
    return _WORD.findall(lower)


@cache
def table() -> Table:
    """Return what was learned."""
    data = json.loads(resources.files("xpudoctor_checks.tables").joinpath("words.json").read_text(encoding="utf-8"))
    known = {word: (rare, {int(cause): weight for cause, weight in weights.items()}) for word, (rare, weights) in data["words"].items()}
    return Table(data["causes"], known)


@lru_cache(maxsize=1)  # Sixty rules ask about one text.
def likeness(text: str) -> Likeness:
    """Return what a text reads like; nothing where too few of its words are known."""
    short = text if len(text) <= 2 * _HALF else f"{text[:_HALF]}\n{text[-_HALF:]}"
    learned, counted = table(), Counter(words(short))
    known = {word: (1 + logarithm(count)) * learned.words[word][0] for word, count in counted.items() if word in learned.words}
    if len(known) < _FEWEST or _OF_THE_FIELD.isdisjoint(counted):
        return Likeness({}, {})
    length = sqrt(sum(value * value for value in known.values()))
    weighed = {word: value / length for word, value in known.items()}
    scores = list(learned.causes.values())
    for word, value in weighed.items():
        for cause, weight in learned.words[word][1].items():
            scores[cause] += value * weight
    most = max(scores)
    parts = [exp(score - most) for score in scores]
    return Likeness({cause: part / sum(parts) for cause, part in zip(learned.causes, parts, strict=True)}, weighed)


def speaking(found: Likeness, cause: str) -> dict[str, float]:
    """Return the words of the text that speak for a cause, those that speak most first."""
    learned = table()
    number = list(learned.causes).index(cause)
    each = {word: value * learned.words[word][1].get(number, 0.0) for word, value in found.words.items() if _tells(word)}
    return {word: value for word, value in sorted(each.items(), key=lambda item: -item[1]) if value > 0}


def _tells(word: str) -> bool:
    return word not in _MADE_UP and table().words[word][0] > _COMMON


def telling(lines: tuple[Line, ...], spoken: Mapping[str, float]) -> list[Line]:
    """Return the two lines whose words speak most for it, in their order."""
    weighed = [(sum(spoken.get(word, 0.0) for word in set(words(line.text[:400]))), line) for line in (*lines[:200], *lines[200:][-200:])]
    best = sorted((one for one in weighed if one[0] > 0), key=lambda one: -one[0])[:2]
    return sorted((line for _, line in best), key=lambda line: line.number)
