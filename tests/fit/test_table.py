"""The built-in models and formats: each has its source, and its computed size is the published one."""

from __future__ import annotations

import pytest

from xpudoctor.fit import formats, table
from xpudoctor.fit.backends import backends
from xpudoctor.fit.model import ModelError
from xpudoctor.fit.weights import weigh


@pytest.mark.parametrize("row", table.rows(), ids=lambda row: row.name)
def test_the_weights_are_within_one_percent_of_the_published_size(row: table.Row) -> None:
    model = table.model(row)
    assert model.parameters == pytest.approx(row.parameters, rel=0.01)
    taken = weigh(model, None, backends()["native"]).total
    width = 4 if model.precision == "fp32" else 2
    assert taken == pytest.approx(row.checkpoint or width * row.parameters, rel=0.01)


@pytest.mark.parametrize("row", table.rows(), ids=lambda row: row.name)
def test_each_model_has_a_source_a_date_and_a_known_shape(row: table.Row) -> None:
    assert row.source.startswith("https://")
    assert row.checked >= "2026-11-20"
    assert table.model(row).shape.known
    assert all(table.find(name) is row for name in row.ids)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("google/gemma-7b", "Gemma 7B"),
        ("gemma-7b", "Gemma 7B"),
        ("Phi-3-mini-4k", "Phi-3 mini 4k"),
        ("LLAMA-2-70B-HF", "Llama 2 70B"),
        ("no", None),
    ],
)
def test_a_model_goes_by_its_id_or_a_short_name(name: str, found: str | None) -> None:
    row = table.find(name)
    assert (row.name if row else None) == found


# llama.cpp's own figures for Llama 3.1 8B, in GiB: https://github.com/ggml-org/llama.cpp/blob/master/tools/quantize/README.md.
@pytest.mark.parametrize(
    ("form", "published"),
    [
        ("q2_k", 2.95),
        ("q3_k_s", 3.41),
        ("iq4_xs", 4.17),
        ("q4_k_m", 4.58),
        ("q5_k_m", 5.33),
        ("q6_k", 6.14),
        ("q8_0", 7.95),
        ("f16", 14.96),
    ],
)
def test_gguf_sizes_are_the_published_ones(form: str, published: float) -> None:
    found = weigh(table.model(row("meta-llama/Llama-3.1-8B")), formats.weights(form), backends()["llama.cpp"])
    assert (found.total + found.host) / 2**30 == pytest.approx(published, rel=0.01)


# And of other models, by the sizes of published files: the embedding table weighs differently in each.
@pytest.mark.parametrize(
    ("model", "form", "published"), [("meta-llama/Llama-3.1-70B", "q4_k_m", 42.5e9), ("meta-llama/Llama-2-7b-hf", "q4_k_m", 4.08e9)]
)
def test_gguf_sizes_carry_over_to_other_models(model: str, form: str, published: float) -> None:
    found = weigh(table.model(row(model)), formats.weights(form), backends()["llama.cpp"])
    assert found.total + found.host == pytest.approx(published, rel=0.015)


def row(name: str) -> table.Row:
    found = table.find(name)
    assert found
    return found


def test_an_unknown_format_lists_those_that_there_are() -> None:
    with pytest.raises(ModelError, match=r"--quant q9: not known; there are fp32, fp16.* and exl2-2.0"):
        formats.weights("q9")
    with pytest.raises(ModelError, match="--kv-dtype q9: not known; there are fp32"):
        formats.cache_type("q9")
    with pytest.raises(ModelError, match="EXL2 has 2 to 8"):
        formats.weights("exl2-9.0")


def test_each_format_has_a_backend_and_each_backend_formats_and_a_source() -> None:
    assert set(backends()) == set(formats.BACKENDS)
    for name, one in backends().items():
        assert formats.of_backend(name)
        assert formats.caches_of(name)
        assert one.source.startswith("https://")


def test_int4_keeps_its_tables_and_counts_its_scales() -> None:
    model = table.model(row("google/gemma-7b"))
    taken = weigh(model, formats.weights("int4"), backends()["native"]).total
    layers, words = model.parameters - 256000 * 3072, 256000 * 3072
    # Half a byte a weight, a float16 scale and half a byte of zero point for 128; the shared table stays in 16 bits.
    assert taken == pytest.approx(layers * (0.5 + 2.5 / 128) + 2 * words, rel=1e-4)
