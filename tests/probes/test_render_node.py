"""Whether a render node may be used, asked of real nodes with real permissions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from xpudoctor.probes._render_node import access

SEEN = """
import json
from xpudoctor.facts.codec import to_json
from xpudoctor.probes.devices import devices
print(json.dumps(to_json(devices())))
"""


@pytest.fixture
def bus(tmp_path: Path) -> Path:
    """The folder of a PCI bus with one card on it, which has a render node."""
    card = tmp_path / "devices/0000:03:00.0"
    (card / "drm/renderD128").mkdir(parents=True)
    for name, value in {"vendor": "0x8086", "class": "0x030000", "device": "0x56a0"}.items():
        (card / name).write_text(value + "\n")
    return tmp_path / "devices"


def test_a_folder_in_place_of_a_node_is_no_question_of_permission(tmp_path: Path) -> None:
    assert access(tmp_path).error == "EISDIR"
    assert access(tmp_path).allowed is None


# A machine of its own: its /dev holds the node of a GPU, its bus the card; then the user that is asked for.
AS_USER = """
set -e
mount --bind "$1" /sys/bus/pci/devices
mount -t tmpfs none /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/urandom c 1 9
mkdir /dev/dri
mknod -m 660 /dev/dri/renderD128 c 226 128
chgrp "$2" /dev/dri/renderD128
shift 2
exec setpriv --reuid=65534 --regid=65534 "$@"
"""


@pytest.mark.real
@pytest.mark.parametrize(
    ("groups", "accessible", "error"),
    [
        pytest.param("--clear-groups", False, "EACCES", id="not in the group"),
        pytest.param("--groups=44108", None, "ENXIO", id="in the group, and no device behind the node"),
    ],
)
def test_permission_on_a_real_node(bus: Path, groups: str, accessible: bool | None, error: str) -> None:
    command = ["unshare", "-m", "sh", "-c", AS_USER, "sh", str(bus), "44108", groups, sys.executable, "-c", SEEN]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (gpu,) = json.loads(ended.stdout)["gpus"]
    assert (gpu.get("accessible"), gpu["node_error"], gpu["node_group"], gpu["node_missing"]) == (accessible, error, "44108", False)
