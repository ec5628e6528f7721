from __future__ import annotations

import pytest

from xpudoctor.readers import gpu_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Intel ARC B580", [("e20b", "bmg", "discrete")], id="the id that every driver of the family knows"),
        pytest.param("a770", [("56a0", "dg2", "discrete")], id="a bare number under a label"),
        pytest.param("Intel(R) Arc(TM) A770 Graphics", [("56a0", "dg2", "discrete")], id="as the driver prints it"),
        pytest.param("2x Intel Arc Pro B60", [("e211", "bmg", "discrete")] * 2, id="two cards, the number before"),
        pytest.param("Arc A770 x2", [("56a0", "dg2", "discrete")] * 2, id="two cards, the number behind"),
        pytest.param("2\xd7 Intel Arc A770 (DG2, rev 08)", [("56a0", "dg2", "discrete")] * 2, id="a code name beside its card"),
        pytest.param("Intel Arc B580 [8086:b080]", [("b080", "ptl", "integrated")], id="the id is right and the name is wrong"),
        pytest.param("Intel(R) Graphics [0x56a5]", [("56a5", "dg2", "discrete")], id="an id in brackets"),
        pytest.param(
            "Intel Corporation Battlemage G21 [Intel Graphics]", [("", "bmg", "discrete")], id="a code name tells the family only"
        ),
        pytest.param("Core Ultra 7 258V", [("64a0", "lnl", "integrated")], id="the processor of a laptop"),
        pytest.param("Intel Core Ultra 125H", [("7d55", "mtl", "integrated")], id="a processor without its tier"),
        pytest.param("Core Ultra 9 285K", [], id="a desktop processor need not show its GPU"),
        pytest.param("Arc 140V (Core Ultra 258V)", [("64a0", "lnl", "integrated")], id="a GPU and its processor are one"),
        pytest.param("Intel(R) Iris(R) Xe Graphics", [("", "", "integrated")], id="a name of several families"),
        pytest.param("Intel(R) UHD Graphics 770", [("4680", "adl", "integrated")], id="several ids of one family"),
        pytest.param("UHD 730", [("", "", "integrated")], id="several ids of two families"),
        pytest.param("Intel Data Center GPU Max 1100", [("0bd9", "pvc", "datacenter")], id="a data centre GPU"),
        pytest.param("device_id=0xBDA", [("0bda", "pvc", "datacenter")], id="an id without its leading nought"),
        pytest.param("Arc B770", [("", "bmg", "discrete")], id="a card that is not in the table"),
        pytest.param(
            "Arc A770 and UHD 770", [("56a0", "dg2", "discrete"), ("4680", "adl", "integrated")], id="a card and the GPU beside it"
        ),
        pytest.param("NVIDIA A100, RTX A4000", [], id="cards of another maker"),
        pytest.param("AMD iGPU", [], id="a GPU of another maker"),
        pytest.param("requirements-bmg.txt", [], id="a code name in a file name"),
        pytest.param("Intel Arc", [("", "", "")], id="hardly anything"),
    ],
)
def test_a_label_names_gpus(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(gpu.pci_id, gpu.family, gpu.kind) for gpu in gpu_names.labelled(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("conda create -n a770 python=3.11", id="a bare number"),
        pytest.param("[TorchAO][BMG] performance drop", id="a code name"),
        pytest.param("0:00.0 Host bridge [8086:4660]", id="an Intel device that is no GPU"),
        pytest.param("IPEX-GPU-ARC770-Windows-Build", id="a part of a path"),
    ],
)
def test_running_text_names_none(text: str) -> None:
    assert gpu_names.named(text) == ()
