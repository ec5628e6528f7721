"""Variables that a text names beside the harm they are known to do, and failures that are known to end with a variable."""

from __future__ import annotations

import re

from xpudoctor import Log, Match
from xpudoctor_checks import _log
from xpudoctor_checks._drivers import table

_SLOW = (
    r"\bslow\w{0,4}\b|\btakes? (?:\d{1,4}|minutes|ages|hours)|\bperformance\b|\bthroughput\b|\bhalf (?:the|of|as)\b|慢|速度"
    r"|\b\d[\d.]{0,6} ?(?:t/s|tok(?:en)?s?/s(?:ec)?|it/s|s/it|ms/tok\w{0,2}|tps)\b"
)
_WRONG = (
    r"garbage|gibberish|garbled|nonsense|\bwrong\b|\bnans?\b|\bincorrect|G{6,}|!{6,}|,{4,}|\baccura|\bprecision\b|relative error|乱码"
    r"|\bblack image"
)
_HANGS = (
    r"\b(?:hangs?|hanging|hung|stuck|freez\w{1,3}|frozen|deadlock|time[sd]? ?out)\b|DEVICE_LOST|engine reset|卡在|卡住|卡死|\bwrong sums?"
)
_DIES = r"\bfail|\bcrash|\berror\b|\bassert|segfault|segmentation|terminated|exit status|\babort|core dumped|崩溃|报错"
_TOLD = {
    "slow": re.compile(f"(?i){_SLOW}"),
    "wrong": re.compile(f"(?i){_WRONG}"),
    "hangs": re.compile(f"(?i){_HANGS}"),
    "dies": re.compile(f"(?i){_DIES}"),
    "memory": re.compile(r"(?i)out of memory|\bOOM\b|OUT_OF_(?:DEVICE|HOST)_MEMORY|reserved|leak"),
    "slow_or_wrong": re.compile(f"(?i){_SLOW}|{_WRONG}"),
    "wrong_or_lost": re.compile(f"(?i){_WRONG}|GGML_ASSERT|engine reset|DEVICE_LOST"),
}
# A variable that is told to help does no harm.
_HELPS = re.compile(
    r"\b[A-Za-z_\d]{8,60}\W{1,3}[\w:.]{1,20}\W{0,3}(?:(?:→|->|=>)[^\n]{0,12}(?i:normal|ok|works|fine|good)"
    r"|(?i:it )?(?i:helps|fixes|works|starts|solves|right)\b)"
    r"|(?i:forced to (?:run|use)|(?:if i|when i) (?:export|set)\b[^\n]{0,120}\b(?:starts|works|ok|fine))"
)


def _pattern(text: str) -> re.Pattern[str]:
    return _TOLD.get(text) or re.compile(text)


_HARMS = tuple((re.compile(row["variable"]), _pattern(row["told"]), row["does"]) for row in table("variables")["harm"])
_WANTS = tuple(
    (tuple(_pattern(text) for text in row["told"]), _pattern(row["unless"]) if "unless" in row else None, row["variable"])
    for row in table("variables")["want"]
)


def variable_with_its_harm(log: Log) -> Match | None:
    for variable, symptom, harm in _HARMS:
        named = _log.first(log, variable)
        told = named and _log.first(log, symptom)
        if named and told and not _HELPS.search(named[0].text):
            return Match(named[0], told[0], variable=named[1]["variable"], harm=harm)
    return None


def variable_known_to_be_wanted(log: Log) -> Match | None:
    for told, unless, variable in _WANTS:
        seen = [found for found in (_log.first(log, pattern) for pattern in told) if found]
        if len(seen) == len(told) and not (unless and _log.first(log, unless)):
            return Match(*(line for line, _ in seen), variable=variable, said=seen[0][1][0].strip()[:80])
    return None
