"""The computer and its operating system, read from folders that stand for a machine's."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xpudoctor.facts.system import Disk, System
from xpudoctor.probes import _linux_system, _memory, _posix_user, _storage
from xpudoctor.probes.system import merged, system

Machine = Callable[[dict[str, str]], Path]
UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A root folder that holds these files."""

    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return make


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KUBERNETES_SERVICE_HOST", "container", "APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)


def test_this_machine_is_told_with_the_source_of_each_value() -> None:
    seen = system()
    assert (seen.os, seen.kernel, seen.architecture) == ("linux", os.uname().release, os.uname().machine)
    assert seen.memory
    assert seen.glibc
    assert seen.open_files
    told = {field.name for field in dataclasses.fields(seen) if field.name != "sources" and getattr(seen, field.name) not in (None, ())}
    assert told <= {*seen.sources, "like", "kernel_parameters"}
    assert all(seen.sources.values())


def test_distribution(machine: Machine) -> None:
    seen = _linux_system.os_release(machine({"etc/os-release": UBUNTU}))
    assert (seen.name, seen.version, seen.distribution, seen.like) == ("Ubuntu 24.04.1 LTS", "24.04", "ubuntu", ("debian",))


def test_distribution_in_its_other_place(machine: Machine) -> None:
    seen = merged([_linux_system.os_release(machine({"usr/lib/os-release": UBUNTU}))])
    assert seen.distribution == "ubuntu"
    assert seen.sources["distribution"] == "/usr/lib/os-release"


def test_a_distribution_that_does_not_say_is_unknown(tmp_path: Path) -> None:
    assert merged([_linux_system.os_release(tmp_path)]) == System()


def test_only_the_kernel_parameters_that_concern_a_gpu_are_kept(machine: Machine) -> None:
    line = "BOOT_IMAGE=/vmlinuz root=UUID=1234 quiet nomodeset i915.force_probe=56a0 xe.force_probe=* pci=realloc intel_iommu=on"
    private = " password=x modprobe.blacklist=nouveau module_blacklist=xe,nouveau pcie_aspm=off xenon=1 rd.luks.name=secret"
    seen = _linux_system.kernel_parameters(machine({"proc/cmdline": line + private}))
    wanted = "nomodeset i915.force_probe=56a0 xe.force_probe=* pci=realloc intel_iommu=on module_blacklist=xe,nouveau pcie_aspm=off"
    assert seen.kernel_parameters == tuple(wanted.split())


@pytest.mark.parametrize(
    ("files", "wsl"),
    [
        pytest.param({"proc/sys/kernel/osrelease": "6.8.0-45-generic"}, 0, id="plain Linux"),
        pytest.param({"proc/sys/kernel/osrelease": "5.15.167.4-microsoft-standard-WSL2"}, 2, id="WSL 2"),
        pytest.param({"proc/sys/kernel/osrelease": "6.6.87.2-my-WSL2+"}, 2, id="WSL 2 with a kernel of the user's own"),
        pytest.param({"proc/sys/kernel/osrelease": "6.9.0", "dev/dxg": ""}, 2, id="WSL 2 with a kernel that hides it"),
        pytest.param({"proc/version": "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)"}, 1, id="WSL 1"),
        pytest.param({}, None, id="no /proc"),
    ],
)
def test_wsl(machine: Machine, files: dict[str, str], wsl: int | None) -> None:
    assert _linux_system.wsl(machine(files)).wsl == wsl


@pytest.mark.parametrize(
    ("files", "variables", "kind"),
    [
        pytest.param({"proc/1/cgroup": "0::/init.scope"}, {}, "", id="none"),
        pytest.param({".dockerenv": "", "proc/1/cgroup": "0::/"}, {}, "docker", id="docker"),
        pytest.param({"run/.containerenv": ""}, {"container": "oci"}, "podman", id="podman"),
        pytest.param({".dockerenv": ""}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "kubernetes", id="kubernetes"),
        pytest.param({"run/systemd/container": "lxc"}, {}, "lxc", id="lxc"),
        pytest.param({"run/systemd/container": "wsl", "proc/1/cgroup": "0::/"}, {}, "", id="WSL is none"),
        pytest.param({"proc/1/cgroup": "12:cpu:/kubepods/besteffort/pod1"}, {}, "kubernetes", id="by the control group"),
        pytest.param({}, {}, None, id="no /proc"),
    ],
)
def test_container(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], variables: dict[str, str], kind: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert _linux_system.container(machine(files)).container == kind


def test_memory_by_the_kernels_own_words(machine: Machine) -> None:
    root = machine({"meminfo": "MemTotal:       32768 kB\nMemAvailable:   16384 kB\nSwapTotal:  0 kB\nHugePages_Total:   0\nOdd\n"})
    seen = _memory.by_proc(root / "meminfo")
    assert (seen.memory, seen.memory_available, seen.swap) == (32 * 1024**2, 16 * 1024**2, 0)


def test_memory_is_told_without_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    seen = _memory.memory()
    assert seen.sources["memory"] == "/proc/meminfo"
    assert seen.memory


def test_both_ways_tell_the_same_memory() -> None:
    by_psutil, by_proc = _memory.by_psutil(), _memory.by_proc()
    assert by_psutil is not None
    assert (by_psutil.memory, by_psutil.swap) == (by_proc.memory, by_proc.swap)


def test_free_disk_is_that_of_the_nearest_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "not/there/yet"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    models, temporary = _storage.disks().disks
    assert models == Disk("Hugging Face cache", str(tmp_path / "not/there/yet"), pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1))
    assert temporary.path == str(tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_home_and_no_variables_leave_the_cache_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    assert _storage.model_cache() is None


def test_groups_are_names_where_they_have_one() -> None:
    assert _posix_user.group_name(0) == "root"
    assert _posix_user.group_name(54321) == "54321"


@pytest.mark.real
def test_a_machine_without_proc_and_sys_is_survived() -> None:
    code = "from xpudoctor.probes.gather import gather; seen = gather(None, static=True, timeout=20); s = seen.system"
    code += "; print(s.os, s.kernel_parameters, s.memory, s.container, seen.devices, seen.gaps['devices'])"
    hide = 'mount -t tmpfs none /proc && mount -t tmpfs none /sys && exec "$0" -W error -c "$1"'
    ended = subprocess.run(["unshare", "-m", "sh", "-c", hide, sys.executable, code], capture_output=True, text=True, check=False)
    kind = "docker" if Path("/.dockerenv").exists() else "None"
    assert (ended.stdout, ended.stderr) == (f"linux None None {kind} None /sys/bus/pci/devices cannot be listed\n", "")
