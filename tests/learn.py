"""Learn which words speak for which cause: `python tests/learn.py` writes checks/xpudoctor_checks/tables/words.json.

It needs scikit-learn (`pip install -e '.[learn]'`). Learned from: the cases of tests/cases, the healthy texts and forms of the tests, and
the texts of the rules. Never from tests/cases/aside: those measure (tests/test_cases.py).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from xpudoctor.facts import toml
from xpudoctor_checks._likeness import NOTHING, words

HERE = Path(__file__).parent
CASES = HERE / "cases"
CHECKS = HERE.parent / "checks" / "xpudoctor_checks"
TABLE = CHECKS / "tables" / "words.json"
# What speaks for a right answer beside the first one, and what our own words say of a cause, counts less than a case.
_ALSO, _OWN, _HEALTHY = 0.4, 0.2, 0.5
_SOFTNESS, _LEAST = 20.0, 0.3


def digest() -> str:
    """Return what stands for the cases as they are."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(CASES.glob("*.toml")))).hexdigest()[:16]


def examples() -> Iterator[tuple[str, str, float]]:
    """Yield each text with a cause and how much it counts."""
    for path in sorted(CASES.glob("*.toml")):
        case = toml.loads(path.read_text(encoding="utf-8"))
        yield case["input"], case["truth"]["cause"], 1.0
        for other in case["truth"].get("also", ()):
            yield case["input"], other, _ALSO
    for text in (HERE / "healthy.txt").read_text(encoding="utf-8").split("\n=====\n"):
        yield text, NOTHING, _HEALTHY
    for path in sorted((HERE / "readers" / "forms").glob("*.txt")):
        yield path.read_text(encoding="utf-8").partition("===== facts")[0], NOTHING, _HEALTHY
    for path in sorted(CHECKS.glob("*.toml")):
        for rule in toml.loads(path.read_text(encoding="utf-8"))["rule"]:
            if rule.get("cause", rule["id"]) != "harmless-line" and not rule["id"].startswith("alike-"):
                yield f"{rule['title']} {rule['message']} {rule['why']}", rule.get("cause", rule["id"]), _OWN
    for section in toml.loads((CHECKS / "tables" / "causes.toml").read_text(encoding="utf-8")).values():
        if isinstance(section, dict):
            yield from ((text, cause, _OWN) for cause, text in section.items() if isinstance(text, str))


def main() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    cases = Counter(toml.loads(path.read_text(encoding="utf-8"))["truth"]["cause"] for path in CASES.glob("*.toml"))
    # Of one case nothing general is learned.
    known = {cause for cause, count in cases.items() if count > 1}
    texts, causes, counts = zip(*(one for one in examples() if one[1] in known), strict=True)
    rare = TfidfVectorizer(analyzer=words, min_df=2, sublinear_tf=True)
    rare.fit(sorted(set(texts)))
    model = LogisticRegression(C=_SOFTNESS, max_iter=1000).fit(rare.transform(texts), causes, sample_weight=counts)
    rows = {
        word: [
            round(float(rare.idf_[at]), 2),
            {str(i): round(float(one), 1) for i, one in enumerate(model.coef_[:, at]) if abs(one) >= _LEAST},
        ]
        for word, at in sorted(rare.vocabulary_.items())
    }
    before = {str(cause): round(float(one), 2) for cause, one in zip(model.classes_, model.intercept_, strict=True)}
    data = {"cases": digest(), "causes": before, "words": {word: row for word, row in rows.items() if row[1]}}
    TABLE.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace('],"', '],\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
