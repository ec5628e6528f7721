"""How Intel GPUs are named in a text: by PCI id, by marketing name, by processor, by code name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from xpudoctor.facts import gpus
from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.gpus import GpuModel
from xpudoctor.readers import _cpu_names

# A text that names more is a test, not a machine; lists of GPUs are compared in pairs.
MOST = 64
_ID = re.compile(r"\b8086:([0-9a-f]{4})\b|\[0x([0-9a-f]{3,4})\]|VEN_8086&DEV_([0-9a-f]{4})|\bdevice_id=0x([0-9a-f]{3,4})\b", re.IGNORECASE)
_MARK = r"(?:\((?:tm|r|c)\)|[™®])?"
_ARC = rf"\barc{_MARK}[ _-]{{0,3}}(?:graphics[ _-]{{1,3}})?(pro[ _-]{{1,3}})?([ab]\d\d\d?[a-z]?|1[34]0[vt])\b"
_DATA_CENTER = r"\b(?:data[ ]?center[ ]gpu[ ])?(max|flex)[ ](?:series[ ])?(1\d\d\d?(?:vg|c|v)?)\b"
_UHD = rf"\b(u?hd){_MARK}[ ]{{0,3}}(?:graphics[ ]{{1,3}})?(p?\d{{3,4}})\b"
_IRIS = rf"\biris{_MARK}[ ]{{0,3}}(?:(xe|plus|pro){_MARK}[ ]{{0,3}})?(?:(max)\b[ ]{{0,3}})?(?:graphics\b[ ]{{0,3}})?(p?[56]\d\d)?"
_NAMED = re.compile(
    rf"(?P<arc>{_ARC})|(?P<dc>{_DATA_CENTER})|(?P<uhd>{_UHD})|(?P<iris>{_IRIS})|(?P<uhd0>\buhd{_MARK}[ ]graphics\b)", re.IGNORECASE
)
_BARE = re.compile(r"(?<![\w.-])(?:([ab]\d{3}[a-z]?)|(b[567][05]))(?![\w.-]\w)", re.IGNORECASE)
_VAGUE = re.compile(
    rf"\b(?:intel{_MARK}[ ]{{1,2}})?arc{_MARK}(?:[ ](?:graphics|gpu|igpu))?\b|\bintel{_MARK}[ ]{{1,2}}(?:graphics|gpu|igpu|xe\b)",
    re.IGNORECASE,
)
_OTHER_VENDOR = re.compile(r"\b(?:nvidia|geforce|rtx|radeon)\b", re.IGNORECASE)
_TIMES = re.compile(r"(?<![\w.])([2-8]) ?[x\xd7*] ?(?=[a-z])|(?<=\w )[x\xd7*] ?([2-8])\b(?!\d)", re.IGNORECASE)
_NOISE = re.compile(r"\((?:r|tm|c)\)|graphics|intel|[^a-z0-9]")
# What the drivers of Windows call the GPUs of newer processors.
_ALIASES = {
    "arc140v": "64a0",
    "arc130v": "64a0",
    "arc140t": "7d51",
    "arc130t": "7d51",
    "arcproa40": "56b1",
    "arcproa50": "56b1",
    "arca310": "56a6",
}


def named(text: str, source: str = "") -> tuple[Gpu, ...]:
    """Return the GPUs that a running text names beyond doubt: by id, or by a full marketing name; each once."""
    return _distinct((*_by_id(text, source), *_by_name(text, source)))


# `no Intel GPU`, `without an Intel GPU`
_DENIED = re.compile(r"(?i)\b(?:no|not an?|without(?: an?)?)\s{1,3}$")


def labelled(text: str, source: str = "") -> tuple[Gpu, ...]:
    """Return the GPUs in a text that is known to tell of a GPU or a machine: short names, code names and `2x` count there."""
    found = _distinct((*_by_id(text, source), *_by_name(text, source)))
    if not found and not _OTHER_VENDOR.search(text):
        found = tuple(_bare(text, source))
    found = _distinct((*found, *_cpu_names.of_processor(text, source), *_cpu_names.of_codename(text, source)))
    if not found and (match := _VAGUE.search(text)) and not _DENIED.search(text[: match.start()]):
        # A card has a number after the mark; the driver of a Core Ultra says just `Intel(R) Arc(TM) Graphics`.
        inside = "igpu" in text.lower() or "(tm) graphics" in match[0].lower()
        found = (Gpu("", name=match[0], kind="integrated" if inside else "", source=source),)
    times = _TIMES.search(text)
    return found * int(times[1] or times[2]) if times and len(found) == 1 else found


def one(text: str, source: str = "") -> Gpu | None:
    """Return the GPU whose name, as a driver or torch prints it, this text is; None where it is no Intel GPU."""
    found = labelled(text, source)
    return found[0] if found else None


def of_id(pci_id: str, source: str = "", name: str = "") -> Gpu:
    """Return the GPU of a PCI device id; one that is not in the table is a fact, too."""
    known = gpus.model(pci_id)
    if known is None:
        return Gpu(pci_id.lower(), name=name, source=source)
    return Gpu(known.pci_id, name=known.name, family=known.family, kind=known.kind, memory=known.memory, source=source)


def _by_id(text: str, source: str) -> Iterator[Gpu]:
    for match in _ID.finditer(text):
        pci_id = next(group for group in match.groups() if group).lower().zfill(4)
        # Everything that Intel makes is 8086; what is no GPU in the table has to be called one.
        if gpus.model(pci_id) or match[2] or match[4]:
            yield of_id(pci_id, source)


def _by_name(text: str, source: str) -> Iterator[Gpu]:
    # An id tells more than the name beside it, and where they contradict each other the id was not typed by hand.
    if any(_by_id(text, source)):
        return
    for match in _NAMED.finditer(text):
        yield _gpu(match[0].strip(), source)


def _bare(text: str, source: str) -> Iterator[Gpu]:
    for match in _BARE.finditer(text):
        key = f"arc{match[1]}" if match[1] else f"arcpro{match[2]}"
        if key.lower() in _by_key():
            yield _gpu(f"Arc {match[1]}" if match[1] else f"Arc Pro {match[2]}", source)


def _gpu(name: str, source: str) -> Gpu:
    key = _NOISE.sub("", name.lower())
    if key.startswith(("max1", "flex1")):
        key = f"datacentergpu{key}"
    models = _by_key().get(key, ())
    if not models:
        return _unlisted(name, key, source)
    families, kinds = {model.family for model in models}, {model.kind for model in models}
    if len(families) == 1:
        return of_id(models[0].pci_id, source)
    return Gpu("", name=models[0].name, kind=kinds.pop() if len(kinds) == 1 else "", source=source)


def _unlisted(name: str, key: str, source: str) -> Gpu:
    """The letter and the first digit of an Arc tell its family, be it in the table or not."""
    family = "dg2" if re.match(r"arc(pro)?a\d", key) else "bmg" if re.match(r"arcb[57]\d\d|arcprob\d", key) else ""
    return Gpu("", name=name, family=family, kind="discrete" if family else "", source=source)


@cache
def _by_key() -> dict[str, tuple[GpuModel, ...]]:
    """Return the models by name without marks and spaces, first those that every driver of the family knows."""
    table: dict[str, tuple[GpuModel, ...]] = {key: (gpus.models()[pci_id],) for key, pci_id in _ALIASES.items()}
    for model in sorted(gpus.models().values(), key=lambda model: bool(model.neo)):
        key = _NOISE.sub("", model.name.lower())
        # DG1 is sold as Iris Xe, too, but as a card it is called DG1 wherever it is listed.
        if key and not (model.family == "dg1" and key == "irisxe"):
            table[key] = (*table.get(key, ()), model)
    return table


def _distinct(found: Iterable[Gpu]) -> tuple[Gpu, ...]:
    """Return each GPU once; a code name or processor beside the name of the same GPU is no second one."""
    kept: list[Gpu] = []
    for gpu in found:
        twin = next((other for other in kept if _twins(gpu, other)), None)
        if twin is None:
            kept.append(gpu)
        elif gpu.pci_id and not twin.pci_id:
            kept[kept.index(twin)] = gpu
    return tuple(kept)


def _twins(one: Gpu, other: Gpu) -> bool:
    if one.pci_id and other.pci_id:
        return (one.pci_id, one.name) == (other.pci_id, other.name)
    if one.family and other.family:
        return one.family == other.family
    return one.kind == other.kind or not (one.kind and other.kind)
