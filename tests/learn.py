"""Learn what speaks for which cause: `python tests/learn.py` writes signs.tsv and solved.tsv; `--measure` tells how good they are.

It needs scikit-learn (`pip install -e '.[learn]'`). Learned from: solved issues (tests/cases, tests/lessons/solved), what we wrote down of
how each cause shows itself (tests/lessons/written), healthy texts and forms of the tests, and the texts of the rules. Never from
tests/cases/aside: those measure (tests/test_cases.py). To measure, a fifth of the solved issues is put aside, five times; and of the
cases that rules were tuned on, each is judged without the rules that it is a source of.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from xpudoctor.cli import _pasted
from xpudoctor.diagnosis.checks import Check, collect
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.findings import Report
from xpudoctor.diagnosis.sources import package_source
from xpudoctor.facts import toml
from xpudoctor_checks import _likeness, _solved
from xpudoctor_checks._likeness import NOTHING

HERE = Path(__file__).parent
CASES, LESSONS = HERE / "cases", HERE / "lessons"
CHECKS = HERE.parent / "checks" / "xpudoctor_checks"
TABLES = CHECKS / "tables"
# A right answer beside the first one, and what our own words say of a cause, count less than a case; what users wrote counts more.
_ALSO, _OWN, _HEALTHY, _SOLVED = 0.6, 0.2, 0.5, 1.5
# How far single texts are followed; what makes margins into shares (some flatter than fits best, so that fewer texts stay without an
# answer); how much of the usual shares of the causes is taken over; and the least weight that is written down.
_SOFTNESS, _SHARPNESS, _USUAL, _LEAST = 0.2, 5.0, 0.4, 0.1
# Of a solved issue, so many of its rarest words are kept.
_KEPT = 40
_FOLDS = 5


class Example(NamedTuple):
    """A text with its right answers, the `url` of a solved issue. Where rules were `tuned` on it, what they say of it teaches nothing."""

    text: str
    causes: dict[str, float]
    tuned: bool = False
    url: str = ""

    @property
    def solved(self) -> bool:
        """Whether it is a solved issue that no rule was tuned on."""
        return bool(self.url) and not self.tuned


def digest() -> str:
    """Return what stands for the texts as they are."""
    paths = [*sorted(CASES.glob("*.toml")), *sorted(path for path in LESSONS.rglob("*") if path.is_file())]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def cases() -> list[dict[str, Any]]:
    """Return the cases that rules were tuned on."""
    return [toml.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.toml"))]


def examples() -> Iterator[Example]:
    """Yield all texts that are learned from."""
    yield from (Example(case["input"], _right(case["truth"]), tuned=True, url=case["url"]) for case in cases())
    for path in sorted((LESSONS / "solved").glob("*.toml")):
        yield from (Example(one["input"], _right(one), url=one["url"]) for one in toml.loads(path.read_text(encoding="utf-8"))["case"])
    for path in sorted((LESSONS / "written").glob("*.txt")):
        yield from (_written(text, path.stem) for text in path.read_text(encoding="utf-8").split("\n=====\n"))
    for text in (HERE / "healthy.txt").read_text(encoding="utf-8").split("\n=====\n"):
        yield Example(text, {NOTHING: _HEALTHY}, tuned=True)
    for path in sorted((HERE / "readers" / "forms").glob("*.txt")):
        yield Example(path.read_text(encoding="utf-8").partition("===== facts")[0], {NOTHING: _HEALTHY}, tuned=True)
    yield from _own()


def _written(text: str, cause: str) -> Example:
    first, _, rest = text.partition("\n")
    also = first.removeprefix("also: ").split(", ") if first.startswith("also: ") else []
    return Example(rest if also else text, _right({"cause": cause, "also": also}))


def _own() -> Iterator[Example]:
    """Yield what the rules and the vocabulary of causes say in their own words."""
    for path in sorted(CHECKS.glob("*.toml")):
        for rule in toml.loads(path.read_text(encoding="utf-8"))["rule"]:
            if rule.get("cause", rule["id"]) != "harmless-line" and not rule["id"].startswith("alike-"):
                yield Example(f"{rule['title']} {rule['message']} {rule['why']}", {rule.get("cause", rule["id"]): _OWN}, tuned=True)
    for section in toml.loads((CHECKS / "tables" / "causes.toml").read_text(encoding="utf-8")).values():
        if isinstance(section, dict):
            yield from (Example(text, {cause: _OWN}, tuned=True) for cause, text in section.items() if isinstance(text, str))


def _right(truth: dict[str, Any]) -> dict[str, float]:
    return dict.fromkeys(truth.get("also", ()), _ALSO) | {truth["cause"]: 1.0}


def diagnoses(texts: Sequence[str], *, weighed: bool) -> Iterator[Report]:
    """Yield what triage answers to each text, with or without the checks that weigh what the others found."""
    yield from _examined(texts, [check for check in collect([package_source("xpudoctor_checks")]) if weighed or not check.weighs])


def _examined(texts: Sequence[str], checks: Sequence[Check]) -> Iterator[Report]:
    with tempfile.TemporaryDirectory() as folder:
        paste = Path(folder) / "paste.txt"
        for text in texts:
            paste.write_text(text, encoding="utf-8")
            yield examine(_pasted.pasted(paste)[0], checks)


def seen(learned: Sequence[Example]) -> list[list[str]]:
    """Return the signs of each text."""
    reports = diagnoses([example.text for example in learned], weighed=False)
    return [
        _likeness.signs(
            example.text,
            () if example.tuned else [result.rule for result in report.results if result.findings],
            report.snapshot.log is not None and report.snapshot.log.is_of_tests,
        )
        for example, report in zip(learned, reports, strict=True)
    ]


def learn(learned: Sequence[Example], signs: Sequence[list[str]]) -> str:
    """Return the table that these texts, with their signs, teach."""
    from numpy import log as logarithm
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    rare = TfidfVectorizer(analyzer=lambda text: text, min_df=2, sublinear_tf=True)
    texts = rare.fit_transform(signs)
    # Of what only our own rules speak of, nothing general is learned.
    known = {cause for example in learned for cause, count in example.causes.items() if count >= 1}
    rows = [(number, cause, count) for number, example in enumerate(learned) for cause, count in example.causes.items() if cause in known]
    numbers, causes, _ = zip(*rows, strict=True)
    counts = [count * (_SOLVED if learned[number].solved else 1.0) for number, _, count in rows]
    model = LinearSVC(C=_SOFTNESS, random_state=0).fit(texts[list(numbers)], causes, sample_weight=counts)
    weights, usually = _SHARPNESS * model.coef_, _SHARPNESS * model.intercept_
    # How often a cause comes depends on who gathers: what stands for it is how often it came in the sample that was given.
    came, comes = Counter[str](), toml.loads((LESSONS / "shares.toml").read_text(encoding="utf-8"))["came"]
    for _, cause, count in rows:
        came[cause] += count
    shift = {cause: _USUAL * logarithm((comes.get(cause, 0) + 1) / came[cause]) for cause in model.classes_}
    usual = sum(shift.values()) / len(shift)
    before = [f"{cause}:{one + shift[cause] - usual:.2f}" for cause, one in zip(model.classes_, usually, strict=True)]
    lines = [
        "\t".join([sign, f"{rare.idf_[at]:.2f}", *(f"{i}:{one:.1f}" for i, one in enumerate(weights[:, at]) if abs(one) >= _LEAST)])
        for sign, at in rare.vocabulary_.items()
    ]
    return "\n".join([digest(), "\t".join(before), *sorted(line for line in lines if line.count("\t") > 1)]) + "\n"


def remember(learned: Sequence[Example]) -> str:
    """Return the table of the solved issues among these texts."""
    issues = [example for example in learned if example.url]
    said = [_solved.words(_likeness.shortened(example.text)) for example in issues]
    having = Counter(word for one in said for word in one)
    rare = {word: round(_solved.rarity(len(issues), count), 2) for word, count in having.items()}
    rows: dict[str, list[int]] = {word: [] for word in rare}
    lines = []
    for number, (issue, one) in enumerate(zip(issues, said, strict=True)):
        kept = sorted(one, key=lambda word: (-rare[word], word))[:_KEPT]
        for word in kept:
            rows[word].append(number)
        causes = " ".join(sorted(issue.causes, key=issue.causes.__getitem__, reverse=True))
        lines.append(f"{issue.url}\t{causes}\t{sum(rare[word] ** 2 for word in kept):.0f}")
    told = sorted(f"{word}\t{rare[word]}\t{' '.join(map(str, numbers))}" for word, numbers in rows.items())
    return "\n".join([digest(), *lines, "", *told]) + "\n"


def measure(learned: Sequence[Example], signs: Sequence[list[str]]) -> None:
    """Print how triage does on solved issues that were neither learned from nor known to a rule, a fifth of them at a time."""
    told: list[tuple[Example, Report]] = []
    for fold in range(_FOLDS):
        aside = [i for i, example in enumerate(learned) if example.solved and i % _FOLDS == fold]
        rest = [i for i in range(len(learned)) if i not in set(aside)]
        _take_up([learned[i] for i in rest], [signs[i] for i in rest])
        told += zip([learned[i] for i in aside], diagnoses([learned[i].text for i in aside], weighed=True), strict=True)
    _tell("solved issues", told)


def measure_without_own_rules(learned: Sequence[Example], signs: Sequence[list[str]]) -> None:
    """Print how triage does on the cases that rules were tuned on, none learned from, each without the rules that it is a source of.

    A rule that fires on another solved issue stays: it is not of this case alone.
    """
    texts = {case["input"] for case in cases()}
    rest = [i for i, example in enumerate(learned) if example.text not in texts]
    _take_up([learned[i] for i in rest], [signs[i] for i in rest])
    met = {sign for example, found in zip(learned, signs, strict=True) if example.solved for sign in found}
    every = collect([package_source("xpudoctor_checks")])
    told: list[tuple[Example, Report]] = []
    for case in cases():
        left = [one for one in every if one.weighs or case["url"] not in one.rule.links or f"!{one.rule.id}" in met]
        [report] = _examined([case["input"]], left)
        told.append((Example(case["input"], _right(case["truth"])), report))
    _tell("cases without their own rules", told)


def _take_up(learned: Sequence[Example], signs: Sequence[list[str]]) -> None:
    weighed, solved = _likeness.read(learn(learned, signs)), _solved.read(remember(learned))
    _likeness.table, _solved.table = (lambda: weighed), (lambda: solved)
    _likeness.likeness.cache_clear()


def _tell(name: str, told: Sequence[tuple[Example, Report]]) -> None:
    first = three = silent = broken = alarms = healthy = 0
    for example, report in told:
        right = set(example.causes)
        named = list(dict.fromkeys(one.rule.cause for one in report.findings if one.rule.cause != "harmless-line"))
        if example.causes.get(NOTHING) == 1.0:
            healthy, alarms = healthy + 1, alarms + any(one.severity.value == "error" for one in report.findings)
            continue
        broken += 1
        first, three, silent = first + bool(right & set(named[:1])), three + bool(right & set(named[:3])), silent + (not named)
    print(f"{name}: {broken} broken: first {first / broken:.1%}, among three {three / broken:.1%}, silent {silent}")
    print(f"{name}: {healthy} healthy: false alarms {alarms}")


def main() -> None:
    learned = list(examples())
    signs = seen(learned)
    if "--measure" in sys.argv:
        measure(learned, signs)
        measure_without_own_rules(learned, signs)
    else:
        (TABLES / "signs.tsv").write_text(learn(learned, signs), encoding="utf-8")
        (TABLES / "solved.tsv").write_text(remember(learned), encoding="utf-8")


if __name__ == "__main__":
    main()
