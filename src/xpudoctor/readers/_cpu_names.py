"""Which GPU a processor's name or a code name stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor.facts import gpus
from xpudoctor.facts.devices import Gpu

# Family and, where all processors of that kind share one, the PCI id of the GPU: Core Ultra by its first digit and its suffix.
_CORE_ULTRA = {
    "1H": ("mtl", "7d55"),
    "1U": ("mtl", "7d45"),
    "2V": ("lnl", "64a0"),
    "2H": ("arl-h", "7d51"),
    "2U": ("arl-s-u", ""),
    "3H": ("ptl", ""),
    "3U": ("ptl", ""),
}
_ULTRA = re.compile(
    r"\bultra\b[^\w\n]{0,6}(?:x?[3579][^\w\n]{1,3})?(?:processor[^\w\n]{1,3})?([123])\d\d(hx|hk|kf?|[hvut])?\b", re.IGNORECASE
)
# Desktop processors may stand in a machine whose GPU part is switched off; those of laptops drive the screen.
_OLDER = re.compile(r"\bi[3579]-?11\d{2}g[147]\b", re.IGNORECASE)
_CODENAMES = {
    "lnl": "lunar[ -]?lake",
    "mtl": "meteor[ -]?lake",
    "arl-h": "arrow[ -]?lake-h",
    "arl-s-u": "arrow[ -]?lake-[su]",
    "ptl": "panther[ -]?lake",
    "wcl": "wildcat[ -]?lake",
    "bmg": "battlemage",
    "dg2": "alchemist",
    "pvc": "ponte[ -]?vecchio",
    "tgl": "tiger[ -]?lake",
    "rkl": "rocket[ -]?lake",
    "adl": "(?:alder|raptor)[ -]?lake",
}
_SHORT = {"lnl": "LNL", "mtl": "MTL", "arl-h": "ARL-H", "ptl": "PTL", "wcl": "WCL", "bmg": "BMG", "dg2": "DG2", "pvc": "PVC", "dg1": "DG1"}
# A short code counts only as a word of its own, in capitals: `requirements-bmg.txt` names no GPU.
_LONG = re.compile("|".join(f"(?P<{name.replace('-', '_')}>\\b{words}\\b)" for name, words in _CODENAMES.items()), re.IGNORECASE)
_CODE = re.compile(
    r"(?<![\w.\[/-])(?:" + "|".join(f"(?P<{name.replace('-', '_')}>{code})" for name, code in _SHORT.items()) + r")(?![\w./\]])"
)
_ARROW_LAKE = re.compile(r"\barrow[ -]?lake\b(?!-[shu])", re.IGNORECASE)


def of_processor(text: str, source: str) -> Iterator[Gpu]:
    """Yield the GPU in each laptop processor that is named."""
    for match in _ULTRA.finditer(text):
        family, pci_id = _CORE_ULTRA.get(match[1] + (match[2] or "").upper(), ("", ""))
        if family:
            yield of_family(family, pci_id, f"GPU of the Core {match[0].strip()}", source)
    for match in _OLDER.finditer(text):
        yield of_family("tgl", "", f"GPU of the Core {match[0]}", source)


def of_codename(text: str, source: str) -> Iterator[Gpu]:
    """Yield a GPU for each code name; it tells the family, and not which of its models."""
    seen = set()
    for pattern in (_LONG, _CODE):
        for match in pattern.finditer(text):
            family = str(match.lastgroup).replace("_", "-")
            if family not in seen:
                seen.add(family)
                yield of_family(family, "", f"{match[0]} GPU", source)
    if arrow := _ARROW_LAKE.search(text):
        yield Gpu("", name=f"{arrow[0]} GPU", kind="integrated", source=source)


def of_family(family: str, pci_id: str, name: str, source: str) -> Gpu:
    """Return a GPU of which the family is known, and maybe the id."""
    known = gpus.model(pci_id) if pci_id else None
    kind = next((model.kind for model in gpus.models().values() if model.family == family), "")
    return Gpu(pci_id, name=known.name if known else name, family=family, kind=kind, source=source)
