"""What a first run tells of itself: where each rule speaks, and where it stays silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.testing import log, run

FOUND, CLEAR = Status.FOUND, Status.CLEAR

ROWS: list[tuple[str, str, Status]] = [
    ("first-run-far-slower", "step 0: 30.12 s\nstep 1: 0.05 s\nstep 2: 0.05 s", FOUND),
    ("first-run-far-slower", "12.5\n0.2\n0.2\nthat is all", FOUND),
    ("first-run-far-slower", "times: [14.1, 0.03, 0.03, 0.03]", FOUND),
    ("first-run-far-slower", "The first image needs 95 s, the second one 4 s", FOUND),
    ("first-run-far-slower", "The first answer takes 3 minutes.\nafter that 2 s each", FOUND),
    ("first-run-far-slower", "第一次推理要等 90 秒 之后每次 2 秒", FOUND),
    ("first-run-far-slower", "step 0: 0.06 s\nstep 1: 0.05 s\nstep 2: 0.05 s", CLEAR),
    ("first-run-far-slower", "30.1\n29.8\n30.3", CLEAR),
    ("first-run-far-slower", "kernel [512, 1, 1]", CLEAR),
    ("first-run-far-slower", "First token cost 0.93 s, then rest cost 0.09 s", CLEAR),
    ("first-run-far-slower", "the first run takes 20 s, the second one 19 s", CLEAR),
    ("first-run-far-slower", "the first run takes 20 s", CLEAR),
    ("quick-after-first-run", "The first prompt is slow, after that it is fast", FOUND),
    ("quick-after-first-run", "第一次要等几分钟 之后很快", FOUND),
    ("quick-after-first-run", "It was slow, and after that it crashed", CLEAR),
    ("slow-again-at-each-start", "after each restart the same wait of minutes", FOUND),
    ("slow-again-at-each-start", "after a reboot it is found", CLEAR),
    ("compiler-busy", "perf top: 95% libigc.so.1\nit takes 4 minutes", FOUND),
    ("compiler-busy", "the first run: 3 minutes at 0 %, one core busy", FOUND),
    ("compiler-busy", "perf top: 95% libigc.so.1", CLEAR),
    ("compiler-busy", "#3 0x7f libigc.so.1\nSegmentation fault at the first run", CLEAR),
    ("first-run-said-slow", "the first generation takes 2 minutes", FOUND),
    ("first-run-said-slow", "First token cost 12 seconds", CLEAR),
]


@pytest.mark.parametrize(("rule", "text", "status"), ROWS)
def test_a_rule_fires_where_it_should_and_nowhere_else(rule: str, text: str, status: Status) -> None:
    assert run(rule, log=log(*text.split("\n"))).status is status
