"""The words of `when`, each where it holds and where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from xpudoctor import System, Torch
from xpudoctor.diagnosis.conditions import compile_when
from xpudoctor.testing import gpus, installed, log, variables


@pytest.mark.parametrize(
    ("when", "sections", "holds"),
    [
        pytest.param({"packages": ["torch>=2.6"]}, {"packages": installed("torch==2.6.0+xpu")}, True, id="in the range"),
        pytest.param({"packages": ["torch>=2.6"]}, {"packages": installed("torch==2.5.1")}, False, id="below the range"),
        pytest.param({"packages": ["torch>=2.6"]}, {"packages": installed("torch==2.7.0a0+git1")}, True, id="a pre-release counts"),
        pytest.param({"packages": ["torch>=2.6"]}, {"packages": installed("torch==unknown")}, False, id="a version that is none"),
        pytest.param({"packages": ["!torch"]}, {"packages": installed("numpy==1")}, True, id="surely absent"),
        pytest.param({"packages": ["!torch"]}, {"packages": installed("numpy==1", complete=False)}, False, id="not seen is not absent"),
        pytest.param({"packages": ["a", "b"]}, {"packages": installed("a==1")}, False, id="all have to hold"),
        pytest.param({"environment": {"X": "1|on"}}, {"environment": variables(X="ON")}, True, id="a variable, upper or lower case"),
        pytest.param({"environment": {"X": "1"}}, {"environment": variables(X="12")}, False, id="the whole value"),
        pytest.param({"environment": {"X": ".*"}}, {"environment": variables()}, False, id="a variable that is not set"),
        pytest.param({"system": {"kernel": "<6.12"}}, {"system": System(kernel="6.8.0-45")}, True, id="a range of kernels"),
        pytest.param({"system": {"kernel": "<6.12"}}, {"system": System()}, False, id="an unknown kernel"),
        pytest.param({"system": {"long_paths": False}}, {"system": System(long_paths=False)}, True, id="off"),
        pytest.param({"system": {"long_paths": False}}, {"system": System()}, False, id="unknown is not off"),
        pytest.param({"devices": {"family": ["bmg", "lnl"]}}, {"devices": gpus("56a0", "e20b")}, True, id="one GPU of several"),
        pytest.param(
            {"devices": {"family": "bmg", "name": "Arc A770"}}, {"devices": gpus("56a0", "e20b")}, False, id="not spread over two"
        ),
        pytest.param({"log": "DEVICE_LOST"}, {"log": log("fine", "UR_RESULT_ERROR_DEVICE_LOST")}, True, id="a line of the log"),
        pytest.param({"log": ["one", "two"]}, {"log": log("one")}, False, id="both lines are wanted"),
        pytest.param({"torch": {"available": False}}, {"torch": Torch(available=False)}, True, id="a field of torch"),
    ],
)
def test_a_word_of_when(when: dict[str, Any], sections: dict[str, Any], holds: bool) -> None:
    assert (compile_when(when, {}, "here")(**sections) is not None) is holds


def test_what_holds_is_shown_and_fills_the_message() -> None:
    decide = compile_when({"packages": ["ipex-llm"], "environment": {"X": ".*"}}, {}, "here")
    match = decide(packages=installed("ipex-llm==2.2.0"), environment=variables(X="7"))
    assert match
    assert match.values == {"ipex_llm": "2.2.0", "X": "7"}
    assert [(fact.name, fact.value) for fact in match.evidence] == [("ipex-llm", "2.2.0"), ("X", "7")]


@pytest.mark.parametrize(
    ("system", "holds"),
    [
        pytest.param(System(os="linux"), False, id="a fact that contradicts withdraws it"),
        pytest.param(System(os="windows"), True, id="a fact that agrees does not"),
        pytest.param(None, True, id="what is not known says nothing"),
    ],
)
def test_unless(system: System | None, holds: bool) -> None:
    decide = compile_when({"log": "WinError 126"}, {"system": {"os": "linux"}}, "here")
    assert (decide(log=log("OSError: [WinError 126]"), system=system) is not None) is holds


def test_a_log_fills_the_message_and_is_shown_with_its_line() -> None:
    match = compile_when({"log": r"(?P<library>libsycl\.so\.\d): cannot"}, {}, "here")(
        log=log("a", "ImportError: libsycl.so.8: cannot open")
    )
    assert match
    assert match.values == {"library": "libsycl.so.8"}
    assert match.evidence[0].source == "line 2"
