"""The Intel display controllers that the operating system lists."""

from __future__ import annotations

import sys

from xpudoctor.facts.devices import Devices


def devices() -> Devices:
    """Return every Intel GPU of this machine; on a system that is not known here, nothing was looked at."""
    # Only what this system needs is imported: a check is to start fast.
    if sys.platform == "win32":
        from xpudoctor.probes import _windows_devices

        return _windows_devices.devices()
    if sys.platform == "linux":
        from xpudoctor.probes import _linux_devices

        return _linux_devices.devices()
    return Devices()
