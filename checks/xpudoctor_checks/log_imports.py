"""The order of imports, where a text shows it: two orders compared, a variable that is set too late, oneCCL before IPEX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, islice

from xpudoctor import Log, Match
from xpudoctor_checks import _log
from xpudoctor_checks._log import Line
from xpudoctor_checks._log_fails import failed

_IMPORT = re.compile(
    r"(?:(?<=^)|(?<=[;`\"'>.:]\s)|(?<=[;`\"'>])|(?<=^\s\s\s\s))(?:import (?P<modules>[\w., ]{2,80})|from (?P<package>[\w.]{2,60}) import\b)"
)
# A script of that length is compared with itself.
_FEW = 60
_TRACED = re.compile(r"^\s{0,12}File [\"'<]")
_SET = re.compile(r"os\.environ\[\W?(?P<name>ZE_\w{3,40}|ONEAPI_\w{3,40}|SYCL_\w{3,40}|IPEX_\w{3,40}|UR_\w{3,40}|CCL_\w{3,40})\W?\]\s?=")
_LOADS = re.compile(r"^[>.\s]{0,12}(?:import|from) (?P<name>torch|intel_extension_for_pytorch|ipex_llm|vllm|transformers)\b")
_CCL = re.compile(r"^[>.\s]{0,12}(?:import|from) (?:oneccl_bindings_for_pytorch|torch_ccl)\b")
_IPEX_IMPORT = re.compile(r"^[>.\s]{0,12}(?:import|from) (?:intel_extension_for_pytorch|torch_ipex)\b")


def _imports(log: Log) -> Iterator[tuple[Line, str]]:
    quoted = {line.number + 1 for line, _ in _log.every(log, _TRACED)}
    for line in log.lines:
        if line.number in quoted:
            continue
        for found in _IMPORT.finditer(line.text):
            names = (found["package"] or found["modules"]).split(",")
            yield from ((line, name.split()[0].partition(".")[0]) for name in names if name.split())


def _sequences(log: Log) -> Iterator[list[tuple[Line, str]]]:
    """Yield what is imported in one go: a name that comes again begins the next."""
    going: list[tuple[Line, str]] = []
    for line, name in islice(_imports(log), _FEW):
        if any(name == other for _, other in going):
            yield going
            going = []
        going.append((line, name))
    yield going


def imports_in_two_orders(log: Log) -> Match | None:
    fails = failed(log)
    pairs: dict[tuple[str, str], Line] = {}
    for going in _sequences(log) if fails else ():
        for (shown, one), (_, two) in combinations(going, 2):
            if fails and (other := pairs.get((two, one))):
                return Match(shown, other, fails[0], first=one, second=two)
            pairs.setdefault((one, two), shown)
    return None


def variable_set_after_import(log: Log) -> Match | None:
    loaded = _log.first(log, _LOADS)
    for line, found in _log.every(log, _SET) if loaded else ():
        if loaded and line.number > loaded[0].number:
            return Match(line, loaded[0], name=found["name"], module=loaded[1]["name"])
    return None


def oneccl_before_ipex(log: Log) -> Match | None:
    ccl, ipex, fails = _log.first(log, _CCL), _log.first(log, _IPEX_IMPORT), failed(log)
    if ccl is None or ipex is None or fails is None or ccl[0].number > ipex[0].number:
        return None
    return Match(ccl[0], ipex[0], fails[0])
