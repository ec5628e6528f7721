"""Machines with Intel GPUs: what the kernel shows of them (umockdev), and what Intel's own driver makes up (its capture mode)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_ADDRESS = "/devices/pci0000:00/0000:0{slot}:00.0"
_BAR = "0x0000000000000000 0x0000000000000000 0x0000000000000000\\n"
_CARD = """P: {address}
E: SUBSYSTEM=pci
E: PCI_ID=8086:{pci_id}
E: PCI_CLASS=30000
E: DRIVER=i915
L: driver=../../../bus/pci/drivers/i915
A: class=0x030000\\n
A: vendor=0x8086\\n
A: device=0x{pci_id}\\n
A: resource={window}

P: {address}/drm/renderD{minor}
N: dri/renderD{minor}
E: SUBSYSTEM=drm
E: DEVNAME=/dev/dri/renderD{minor}
E: DEVTYPE=drm_minor
A: dev=226:{minor}\\n
"""
# 16 GB: a card with Resizable BAR.
_WINDOW = f"{_BAR}{_BAR}0x00000060{{slot}}0000000 0x00000063{{slot}}fffffff 0x000000000014220c\\n"
_CAPTURE = {"NEOReadDebugKeys": "1", "SetCommandStreamReceiver": "1", "AUBDumpCaptureFileName": "/dev/null"}
_LIBRARIES = "/usr/lib/x86_64-linux-gnu"
# In a mount namespace of its own, and under an overlay: for every other process the files stay where they are.
_HIDDEN = """set -e
mount -t tmpfs none /mnt && mkdir /mnt/upper /mnt/work
mount -t overlay none -o lowerdir="$1",upperdir=/mnt/upper,workdir=/mnt/work "$1"
cd "$1" && rm $2 && cd /
shift 2
exec "$@"
"""


@dataclass(frozen=True)
class Machine:
    """One whole machine: cards on the bus, and what the GPU driver is told to list."""

    pci_id: str = "56a0"
    product: str = "dg2"
    count: int = 1
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """What makes Intel's driver list these GPUs."""
        several = {"CreateMultipleRootDevices": str(self.count)} if self.count > 1 else {}
        return {**_CAPTURE, "ProductFamilyOverride": self.product, "ForceDeviceId": self.pci_id, **several, **self.more}

    def before(self, folder: Path) -> tuple[str, ...]:
        """The command under which the cards are on the bus; their description is written to the folder."""
        cards = [_card(slot, self.pci_id) for slot in range(1, self.count + 1)]
        description = folder / "machine.umockdev"
        description.write_text("\n".join(cards))
        return ("umockdev-run", "--device", str(description), "--")


def without(files: str) -> tuple[str, ...]:
    """The command under which these files of the system's library folder are not there."""
    return ("unshare", "--mount", "sh", "-c", _HIDDEN, "sh", _LIBRARIES, files)


def _card(slot: int, pci_id: str) -> str:
    address = _ADDRESS.format(slot=slot)
    return _CARD.format(address=address, pci_id=pci_id, window=_WINDOW.format(slot=slot), minor=127 + slot)
