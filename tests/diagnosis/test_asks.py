"""What is asked for: what is missing, and only where it would decide."""

from __future__ import annotations

import pytest

from tests.renderers.example import HINT, WRONG
from xpudoctor import System
from xpudoctor.diagnosis.asks import asks
from xpudoctor.diagnosis.findings import Finding
from xpudoctor.facts.runtime import DriverPackage, Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.testing import gpus, installed

KNOWN = Snapshot(
    system=System(os="linux"),
    devices=gpus("56a0"),
    packages=installed("torch==2.6.0+xpu"),
    runtime=Runtime(driver_packages=(DriverPackage("libze1", "1.20"),)),
)


@pytest.mark.parametrize(
    ("snapshot", "findings", "facts"),
    [
        pytest.param(Snapshot(), (Finding(WRONG, "sure"),), [], id="nothing where the cause is certain"),
        pytest.param(KNOWN, (Finding(HINT, "a hint"),), [], id="nothing where all is known"),
        pytest.param(
            Snapshot(system=System(os="linux"), devices=gpus("56a0")),
            (Finding(HINT, "a hint"),),
            ["the versions of the packages", "the version of the GPU driver", "all of it at once"],
            id="what is missing",
        ),
    ],
)
def test_asks(snapshot: Snapshot, findings: tuple[Finding, ...], facts: list[str]) -> None:
    assert [question.fact for question in asks(snapshot, findings)] == facts
