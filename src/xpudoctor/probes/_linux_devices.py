"""Intel GPUs as Linux lists them on the PCI bus, and what WSL shows instead of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from xpudoctor.facts import gpus
from xpudoctor.facts.devices import Devices, Gpu
from xpudoctor.probes import _files, _linux_system
from xpudoctor.probes._pci import bar, link, local_memory
from xpudoctor.probes._render_node import access

ROOT = Path("/")
_BUS = "sys/bus/pci/devices"
_INTEL = "0x8086"
# VGA, 3D and other display controllers: a card without outputs is one of the latter two.
_DISPLAY = "0x03"


def devices(root: Path = ROOT) -> Devices:
    """Return the GPUs; the list is complete save under WSL. RuntimeError says that the bus could not be listed."""
    found = _files.entries(root / _BUS)
    wsl_folder, dxg = root / "usr/lib/wsl/lib", _files.exists(root / "dev/dxg")
    # WSL's bus shows no GPU of the host: an empty list says nothing there.
    under_windows = dxg or _files.is_folder(wsl_folder) or bool(_linux_system.wsl(root).wsl)
    if found is None and not under_windows:
        raise RuntimeError(f"/{_BUS} cannot be listed")
    return Devices(
        gpus=tuple(_gpu(root, device) for device in found or () if _display_vendor(device) == _INTEL),
        other_vendors=tuple(dict.fromkeys(v[2:] for device in found or () if (v := _display_vendor(device)) not in ("", _INTEL))),
        complete=found is not None and not under_windows,
        dxg=dxg,
        wsl_libraries=tuple(path.name for path in _files.entries(wsl_folder) or ()) if under_windows else None,
        sources={"gpus": f"/{_BUS}", "dxg": "/dev/dxg", **({"wsl_libraries": "/usr/lib/wsl/lib"} if under_windows else {})},
    )


def _display_vendor(device: Path) -> str:
    """Return the vendor of a display controller (`0x8086`), empty for any other device."""
    return (_files.text(device / "vendor") or "") if (_files.text(device / "class") or "").startswith(_DISPLAY) else ""


def _gpu(root: Path, device: Path) -> Gpu:
    pci_id = (_files.text(device / "device") or "").removeprefix("0x").lower()
    model = gpus.model(pci_id)
    return _with_node(
        root,
        device,
        Gpu(
            pci_id=pci_id,
            name=model.name if model else "",
            family=model.family if model else "",
            kind=model.kind if model else "",
            address=device.name,
            kernel_driver=_files.link_name(device / "driver"),
            bar=bar(device),
            memory=local_memory(device) or (model.memory if model else None),
            link=link(device),
            source=f"/{_BUS}/{device.name}",
        ),
    )


def _with_node(root: Path, device: Path, gpu: Gpu) -> Gpu:
    names = [path.name for path in _files.matching(device / "drm", "renderD")]
    if not names:
        return replace(gpu, render_node="")
    seen = access(root / "dev/dri" / names[0])
    return replace(
        gpu,
        render_node=f"/dev/dri/{names[0]}",
        accessible=seen.allowed,
        node_group=seen.group,
        node_missing=seen.missing,
        node_error=seen.error,
    )
