"""What a text reads like: each cause with its share, by a linear model of what stands in the text.

The table is learned by tests/learn.py from solved issues, from what we wrote down of how each cause shows itself, and from the texts of
the rules. What is right is a matter of chance; so nothing of it is ever more than a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from math import exp, sqrt
from math import log as logarithm

from xpudoctor import Rule
from xpudoctor.facts.log import Line
from xpudoctor.facts.record import Record
from xpudoctor_checks._solved import Issue, nearest

NOTHING = "none"
# Of a long log, its beginning and its end: the texts that were learned from are short.
_HALF = 8_000
_ADDRESS = re.compile(r"0x[0-9a-f]{1,16}")
_VERSION = re.compile(r"\d{1,8}\.\d{1,8}\.\d{1,8}[\w.+]{0,40}")
_WORD = re.compile(r"[a-z_][a-z_0-9-]{1,30}|[\u4e00-\u9fff]")
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,6}(?![\w.])")
_JOINT = re.compile(r"[_-]")
# Stand-ins for what no two texts have in common; and what is no rarer than this stands in most texts, and tells a reader nothing.
_MADE_UP = {"hexid", "version"}
_COMMON = 3.0
# A text that has none of these is of another field, and one of a few words may be of any.
_OF_THE_FIELD = frozenset(
    "intel arc xpu gpu gpus igpu ipex sycl oneapi level-zero level_zero level0 l0 ze ur torch pytorch ollama llama vllm comfyui bigdl"
    " ipex-llm openvino driver model python pip opencl vulkan ggml gguf i915 xe mkl dpcpp icpx dppy cuda onnx llm transformers triton"
    " numpy diffusion tensor npu a310 a380 a580 a750 a770 b50 b60 b570 b580 dg1 dg2 pvc iris uhd neo igc libigc ocloc spirv spir-v dri"
    " renderd128 vaapi qwen qwen2 qwen3 gemma mistral deepseek fp16 int4 quantization inference".split()
)
_FEWEST = 4
# What another right answer of a solved issue counts beside the first one.
_ALSO = 0.4


class Table(Record):
    """`causes` with the weight of each before any sign is read; `rows` in order, a sign a row: its rarity, then its weights by cause."""

    causes: Mapping[str, float]
    rows: Sequence[str]

    def row(self, sign: str) -> tuple[float, dict[int, float]] | None:
        """Return how rare a sign is and what it weighs for the causes, by their number; None for one that nothing is known of."""
        start = f"{sign}\t"
        at = bisect_left(self.rows, start)
        if at == len(self.rows) or not self.rows[at].startswith(start):
            return None
        _, rarity, *weights = self.rows[at].split("\t")
        return float(rarity), {int(cause): float(weight) for cause, _, weight in (one.partition(":") for one in weights)}


class Likeness(Record):
    """How much speaks for each cause (together 1), what each sign of the text speaks for, by the number of the cause, and like issues."""

    shares: Mapping[str, float]
    signs: Mapping[str, Mapping[int, float]]
    alike: Sequence[Issue] = ()


def shortened(text: str) -> str:
    """Return what of a text is weighed."""
    return text if len(text) <= 2 * _HALF else f"{text[:_HALF]}\n{text[-_HALF:]}"


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case; addresses and versions stand for themselves."""
    lower = _VERSION.sub(" version ", _ADDRESS.sub(" hexid ", text.lower()))
    return _WORD.findall(lower)


def signs(text: str, found: Iterable[Rule], of_tests: bool) -> list[str]:
    """Return what is counted.

    Words; those of the first line once more (`1:`); the parts of joined ones (`~`); short numbers (`#`); and what is known of the text
    (`!`): that it tells of tests, and which rules found something, each by itself and as one of its kind for its cause.
    """
    plain = words(text)
    first = (f"1:{word}" for word in words(text.strip().partition("\n")[0]))
    parts = (f"~{part}" for word in plain if "_" in word or "-" in word for part in _JOINT.split(word) if len(part) > 1)
    numbers = (f"#{number}" for number in _NUMBER.findall(text))
    return [*plain, *first, *parts, *numbers, *(sign for rule in found for sign in _of_rule(rule)), *(["!tests"] * of_tests)]


def _of_rule(rule: Rule) -> tuple[str, str]:
    return f"!{rule.id}", f"!{rule.cause}:{rule.severity.value}:{'guess' if rule.guess else rule.confidence.value}"


@cache
def table() -> Table:
    """Return what was learned."""
    return read(resources.files("xpudoctor_checks.tables").joinpath("signs.tsv").read_text(encoding="utf-8"))


def read(text: str) -> Table:
    """Return the table that a text holds: what it was learned from, the causes, then a sign a row, in order."""
    _, before, *rows = text.rstrip("\n").split("\n")
    return Table({cause: float(weight) for cause, _, weight in (one.partition(":") for one in before.split("\t"))}, rows)


@lru_cache(maxsize=1)  # Seventy rules ask about one text.
def likeness(text: str, found: tuple[Rule, ...], of_tests: bool) -> Likeness:
    """Return what a text reads like in which these rules found something; nothing where too few of its words are known."""
    short = shortened(text)
    learned, counted, alike = table(), Counter(signs(short, found, of_tests)), nearest(short)
    known = {sign: (count, row) for sign, count in counted.items() if (row := learned.row(sign))}
    few = sum(sign[0].isalpha() for sign in known) < _FEWEST or _OF_THE_FIELD.isdisjoint(sign.lstrip("~") for sign in counted)
    if few and not alike:
        return Likeness({}, {})
    weighed = {sign: (1 + logarithm(count)) * rarity for sign, (count, (rarity, _)) in known.items()}
    length = sqrt(sum(value * value for value in weighed.values()))
    speaks = {sign: {cause: weight * weighed[sign] / length for cause, weight in row[1].items()} for sign, (_, row) in known.items()}
    shares = _with_issues(_shares(learned.causes, speaks.values()), alike)
    return Likeness(shares, {sign: spoken for sign, spoken in speaks.items() if _tells(sign, known[sign][1][0])}, alike)


def _with_issues(shares: dict[str, float], alike: Sequence[Issue]) -> dict[str, float]:
    """Give each issue that the text reads like what it weighs, the nearest one last; its first cause gets most of it."""
    for issue in reversed(alike):
        parts = {cause: 1.0 if cause == issue.causes[0] else _ALSO for cause in issue.causes if cause in shares}
        weight, whole = issue.weight, sum(parts.values())
        shares = {cause: (1 - weight) * share + weight * parts.get(cause, 0.0) / whole for cause, share in shares.items()}
    return shares


def _shares(causes: Mapping[str, float], spoken: Iterable[Mapping[int, float]]) -> dict[str, float]:
    scores = list(causes.values())
    for weights in spoken:
        for cause, weight in weights.items():
            scores[cause] += weight
    most = max(scores)
    parts = [exp(score - most) for score in scores]
    return {cause: part / sum(parts) for cause, part in zip(causes, parts, strict=True)}


def _tells(sign: str, rarity: float) -> bool:
    return sign[0] not in "~#!" and sign[1:2] != ":" and sign not in _MADE_UP and rarity > _COMMON


def speaking(found: Likeness, cause: str) -> dict[str, float]:
    """Return the words of the text that speak for a cause, those that speak most first."""
    number = list(found.shares).index(cause)
    each = {word: weights.get(number, 0.0) for word, weights in found.signs.items()}
    return {word: value for word, value in sorted(each.items(), key=lambda item: -item[1]) if value > 0}


def telling(lines: tuple[Line, ...], spoken: Mapping[str, float]) -> list[Line]:
    """Return the two lines whose words speak most for it, in their order."""
    weighed = [(sum(spoken.get(word, 0.0) for word in said), line) for line, said in _said((*lines[:200], *lines[200:][-200:]))]
    best = sorted((one for one in weighed if one[0] > 0), key=lambda one: -one[0])[:2]
    return sorted((line for _, line in best), key=lambda line: line.number)


@lru_cache(maxsize=1)
def _said(lines: tuple[Line, ...]) -> list[tuple[Line, set[str]]]:
    return [(line, set(words(line.text[:400]))) for line in lines]
