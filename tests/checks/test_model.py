"""The rules about a model that is to run: where they fire, where they stay silent."""

from __future__ import annotations

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.model import PlannedModel
from xpudoctor.testing import run

GIB = 2**30


@pytest.mark.parametrize(
    ("rule", "model", "status"),
    [
        pytest.param("out-of-device-memory", {"need": 16 * GIB, "free": 15 * GIB}, Status.FOUND, id="more than is free"),
        pytest.param("out-of-device-memory", {"need": 15 * GIB, "free": 15 * GIB}, Status.CLEAR, id="just what is free"),
        pytest.param("single-allocation-limit", {"buffer": 5 * GIB, "limit": 4 * GIB}, Status.FOUND, id="a buffer above the limit"),
        pytest.param("single-allocation-limit", {"buffer": 3 * GIB, "limit": 4 * GIB}, Status.CLEAR, id="a buffer below it"),
        pytest.param("single-allocation-limit", {"buffer": 5 * GIB, "limit": None}, Status.CLEAR, id="a device without a limit"),
        pytest.param("host-memory-insufficient", {"host": 16 * GIB, "host_free": 8 * GIB}, Status.FOUND, id="more than the computer has"),
        pytest.param("host-memory-insufficient", {"host": 4 * GIB, "host_free": 8 * GIB}, Status.CLEAR, id="less than it has"),
        pytest.param("host-memory-insufficient", {"host": 4 * GIB, "host_free": None}, Status.CLEAR, id="a computer nobody looked at"),
        pytest.param("draft-model-too-large", {"draft": "d", "draft_size": 6, "size": 10}, Status.FOUND, id="a draft above half"),
        pytest.param("draft-model-too-large", {"draft": "d", "draft_size": 1, "size": 10}, Status.CLEAR, id="a tenth"),
        pytest.param("draft-model-too-large", {"size": 10}, Status.CLEAR, id="no draft"),
    ],
)
def test_a_planned_model(rule: str, model: dict[str, object], status: Status) -> None:
    result = run(rule, model=PlannedModel("m", **model))  # type: ignore[arg-type]
    assert result.status is status
