"""A machine that hides what a probe reads: what is not seen is said, and is not taken to be absent."""

from __future__ import annotations

import pytest

from tests.probes.patients import Patient

from .doctor import check, visit

pytestmark = pytest.mark.real
# A private mount namespace; root without the right to look past permissions, so that mode 000 means something.
_NAMESPACE = ("unshare", "--mount", "sh", "-c")
_POWERLESS = "setpriv --bounding-set=-dac_override,-dac_read_search"


@pytest.mark.parametrize(
    ("hide", "section"),
    [
        pytest.param("umount --lazy /proc", "", id="no /proc"),
        pytest.param("mount -t tmpfs none /proc", "", id="an empty /proc"),
        pytest.param("mount -t tmpfs none /sys", "devices", id="an empty /sys"),
        pytest.param(f"mount -t tmpfs -o mode=000 none /sys && exec {_POWERLESS}", "devices", id="a /sys that may not be read"),
        pytest.param("mount -t tmpfs none /etc", "", id="an empty /etc"),
        pytest.param("mount -t tmpfs none /var/lib/dpkg", "", id="no list of packages"),
        pytest.param("mount -t tmpfs -o ro none /var/tmp", "", id="a folder that cannot be written"),
    ],
)
def test_a_machine_that_hides_things(stand_in: Patient, hide: str, section: str) -> None:
    run = f'{hide} "$@"' if "exec" in hide else f'{hide} && exec "$@"'
    before = (*_NAMESPACE, run, "sh")
    seen = check(stand_in.python, before=before)
    assert (seen.crashed, seen.stderr, seen.status) == ([], "", 1)
    assert seen.seconds < 12
    assert [one.partition(":")[0] for one in seen.errors] == ["protobuf-too-new-for-sentencepiece"]
    if section == "devices":
        assert "no-intel-gpu" not in seen.rules, "not seen is not absent"
        assert "/sys" in visit("check", "--python", stand_in.python, before=before).stdout, "it says what it could not see"
