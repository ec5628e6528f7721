"""The Intel display controllers that the operating system lists."""

from __future__ import annotations

import sys

from xpudoctor.facts.devices import Devices
from xpudoctor.probes import _linux_devices, _windows_devices


def devices() -> Devices:
    """Return every Intel GPU of this machine; on a system that is not known here, nothing was looked at."""
    if sys.platform == "win32":
        return _windows_devices.devices()
    return _linux_devices.devices() if sys.platform == "linux" else Devices()
