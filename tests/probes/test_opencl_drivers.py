"""The OpenCL drivers that are registered."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpudoctor.probes import _search_path, drivers


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("OCL_ICD_VENDORS", "OCL_ICD_FILENAMES", "CONDA_PREFIX", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "usr/lib").mkdir(parents=True)
    monkeypatch.setattr(_search_path, "system_folders", lambda: (tmp_path / "usr/lib",))
    return tmp_path


def icd(folder: Path, name: str, library: str) -> Path:
    (folder / "etc/OpenCL/vendors").mkdir(parents=True, exist_ok=True)
    path = folder / "etc/OpenCL/vendors" / name
    path.write_text(library)
    return path


def told(machine: Path) -> list[tuple[str, bool | None]]:
    return [(driver.library, driver.present) for driver in drivers.opencl_drivers(str(machine / "venv"), machine)]


def test_opencl_drivers_are_looked_for(machine: Path) -> None:
    (machine / "usr/lib/libbyname.so").touch()
    (machine / "usr/lib/libigdrcl.so").touch()
    icd(machine, "byname.icd", "libbyname.so\n")
    icd(machine, "empty.icd", "")
    icd(machine, "gone.icd", "/usr/lib/x86_64-linux-gnu/intel-opencl/gone.so\n")
    icd(machine, "intel.icd", f"{machine}/usr/lib/libigdrcl.so\n")
    icd(machine, "readme.txt", "none")
    expected = [("libbyname.so", True), ("", False), ("/usr/lib/x86_64-linux-gnu/intel-opencl/gone.so", False)]
    assert told(machine) == [*expected, (f"{machine}/usr/lib/libigdrcl.so", True)]


def test_the_environments_own_opencl_drivers_come_first(machine: Path) -> None:
    """The wheel of intel-opencl-rt brings a file that still holds its builder's placeholder."""
    own = icd(machine / "venv", "intel64.icd", "PLACEHOLDER/libintelocl.so")
    icd(machine, "intel.icd", "libigdrcl.so")
    assert drivers.opencl_drivers(str(machine / "venv"), machine)[0].source == str(own)
    assert told(machine) == [("PLACEHOLDER/libintelocl.so", False), ("libigdrcl.so", False)]


def test_a_variable_replaces_the_folders(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    icd(machine, "intel.icd", "libigdrcl.so")
    monkeypatch.setenv("OCL_ICD_VENDORS", str(icd(machine / "other", "only.icd", "libother.so")))
    monkeypatch.setenv("OCL_ICD_FILENAMES", "/opt/libfpga.so")
    assert told(machine) == [("/opt/libfpga.so", False), ("libother.so", False)]


@pytest.mark.real
def test_intels_opencl_driver_is_registered_and_there() -> None:
    intel = [driver for driver in drivers.opencl_drivers() if driver.library.endswith("libigdrcl.so")]
    assert intel[0].present is True
