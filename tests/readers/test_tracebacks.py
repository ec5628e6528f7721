"""What the paths and words of a paste tell of the system."""

from __future__ import annotations

import pytest

from xpudoctor.facts.log import Line
from xpudoctor.readers import tracebacks


@pytest.mark.parametrize(
    ("texts", "system"),
    [
        pytest.param(["Windows laptop, Intel Arc"], "windows", id="in a word"),
        pytest.param(["ollama-ipex-llm-2.3.0b20250429-win.zip"], "windows", id="an archive"),
        pytest.param(["libsvml.so is missing"], "linux", id="a library"),
        pytest.param(["works on Windows", "fails on Linux"], None, id="words of both"),
        pytest.param(["the GPU hangs"], None, id="no word"),
    ],
)
def test_words_tell_the_system_where_no_path_does(texts, system):
    seen = tracebacks.read([Line(number, text) for number, text in enumerate(texts, 1)]).system
    assert (seen.os if seen else None) == system
