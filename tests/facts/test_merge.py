from __future__ import annotations

import pytest

from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.facts.merge import joined, merge
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch

A770 = Gpu("56a0", name="Arc A770", family="dg2", kind="discrete")
UHD = Gpu("4680", name="UHD Graphics 770", family="adl", kind="integrated")


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        pytest.param((A770,), (A770,), 1, id="one card told twice"),
        pytest.param((A770, A770), (A770,), 2, id="two cards of a kind, and one of them told again"),
        pytest.param((A770, UHD), (UHD, A770), 2, id="two GPUs in another order"),
        pytest.param((A770,), (UHD,), 2, id="two GPUs"),
        pytest.param((A770,), (Gpu("", name="Alchemist GPU", family="dg2", kind="discrete"),), 1, id="a card and its code name"),
        pytest.param((UHD,), (Gpu("", name="Intel Arc"),), 2, id="an Arc is no UHD"),
        pytest.param((Gpu("", name="Intel Arc"),), (A770,), 1, id="an Arc, and which"),
    ],
)
def test_gpus_of_two_lists(one: tuple[Gpu, ...], other: tuple[Gpu, ...], count: int) -> None:
    assert len(joined(one, other)) == count


def test_fields_are_joined() -> None:
    driver = Gpu("", name="Intel GPU", driver_version="32.0.101.6559", source="line 9")
    (gpu,) = joined((driver,), (A770,))
    assert (gpu.pci_id, gpu.name, gpu.driver_version) == ("56a0", "Arc A770", "32.0.101.6559")


def test_a_driver_is_rather_the_cards() -> None:
    gpus = joined((UHD, A770), (Gpu("", name="Intel GPU", driver_version="32.0.101.6559"),))
    assert [gpu.driver_version for gpu in gpus] == [None, "32.0.101.6559"]


def test_no_is_an_answer() -> None:
    merged = merge([Snapshot(torch=Torch(available=False)), Snapshot(torch=Torch(available=True))])
    assert merged.torch is not None
    assert merged.torch.available is False


def test_a_list_is_complete_if_one_is() -> None:
    merged = merge([Snapshot(devices=Devices((A770,))), Snapshot(devices=Devices((A770,), complete=True))])
    assert merged.devices == Devices((A770,), complete=True)


def test_a_host_and_its_container_are_not_mixed() -> None:
    host = System(os="linux", distribution="debian", sources={"os": "line 1", "distribution": "line 1"})
    container = System(os="linux", distribution="ubuntu", like=("debian",), version="24.04", memory=1, sources={"version": "line 2"})
    merged = merge([Snapshot(system=host), Snapshot(system=container)]).system
    assert merged == System(os="linux", distribution="debian", memory=1, sources=host.sources)
