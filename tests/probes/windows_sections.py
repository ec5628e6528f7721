"""The probes, run by the Windows Python: what they see, as JSON."""

from __future__ import annotations

import json
from typing import Any

from tests.wine import Wine

SEEN = """
import json, sys
from xpudoctor.facts.codec import to_json
from xpudoctor.probes import devices, drivers, environment, libraries, system
probes = {
    "system": system.system, "devices": devices.devices, "environment": environment.environment, "libraries": libraries.libraries,
    "opencl": drivers.opencl_drivers, "packages": drivers.driver_packages, "oneapi": drivers.oneapi_installed,
    "compilers": drivers.compilers, "sycl_ls": lambda: drivers.sycl_ls(5),
}
print(json.dumps({name: to_json(probes[name]()) for name in sys.argv[1:]}))
"""


def seen(wine: Wine, *sections: str, **env: str) -> Any:
    ended = wine.python(["-W", "error", "-c", SEEN, *sections], **env)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    return found[sections[0]] if len(sections) == 1 else found
