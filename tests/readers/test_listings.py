"""Readers of what tools list: sycl-ls, clinfo, lspci, xpu-smi, dmesg, dxdiag."""

from __future__ import annotations

from xpudoctor.facts.devices import Devices
from xpudoctor.facts.runtime import Runtime
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.system import System
from xpudoctor.readers import clinfo, kernel_log, pci, sycl_ls, windows_info, xpu_smi
from xpudoctor.testing import log


def _devices(snapshot: Snapshot) -> Devices:
    assert snapshot.devices is not None
    return snapshot.devices


def _runtime(snapshot: Snapshot) -> Runtime:
    assert snapshot.runtime is not None
    return snapshot.runtime


def _system(snapshot: Snapshot) -> System:
    assert snapshot.system is not None
    return snapshot.system


def test_sycl_ls_old_and_new() -> None:
    seen = sycl_ls.read(
        log(
            "[opencl:cpu:0] Intel(R) OpenCL, AMD Ryzen 7 3.0 [2023.16.12.0.12_195853]",
            "[opencl:gpu:1] Intel(R) OpenCL Graphics, Intel(R) Arc(TM) A770 Graphics 3.0 [23.35.27191.42]",
            "[ext_oneapi_level_zero:gpu:0] Intel(R) Level-Zero, Intel(R) Arc(TM) A770 Graphics 1.3 [1.3.27191]",
            "[level_zero:gpu][level_zero:1] Intel(R) Level-Zero, Intel(R) Graphics [0xe20b] 1.6 [1.6.33578+11]",
        ).lines
    )
    level_zero = _runtime(seen).level_zero
    assert level_zero is not None
    assert level_zero.stage == "done"
    assert [(device.pci_id, device.driver_version) for device in level_zero.devices] == [("56a0", "1.3.27191"), ("e20b", "1.6.33578+11")]
    assert _runtime(seen).opencl_gpus == ("56a0",)
    assert [gpu.source for gpu in _devices(seen).gpus] == ["line 3", "line 4"]


def test_sycl_ls_of_opencl_alone_says_nothing_of_level_zero() -> None:
    seen = sycl_ls.read(
        log("[opencl:gpu][opencl:0] Intel(R) OpenCL Graphics, Intel(R) Arc(TM) B580 Graphics OpenCL 3.0 [25.18.33578]").lines
    )
    assert _runtime(seen).level_zero is None
    assert _runtime(seen).opencl_gpus == ("e20b",)


def test_prose_about_sycl_ls_is_no_list() -> None:
    assert sycl_ls.read(log("sycl-ls: no [level_zero:gpu] platform listed, only [opencl:gpu]").lines) == Snapshot()


def test_the_device_table_of_llama_cpp() -> None:
    seen = sycl_ls.read(
        log("| 0| [level_zero:gpu:0]|   Intel Arc A730M Graphics|    1.5|    384|    1024|   32| 12514M|  1.3.29735|").lines
    )
    level_zero = _runtime(seen).level_zero
    assert level_zero is not None
    assert [(device.pci_id, device.driver_version) for device in level_zero.devices] == [("5691", "1.3.29735")]
    assert _runtime(seen).sycl_ls is None


def test_clinfo_without_a_gpu_lists_none() -> None:
    seen = clinfo.read(log("Platform #0: Intel(R) OpenCL", " `-- Device #0: AMD Ryzen 9 5900X 12-Core Processor").lines)
    assert _runtime(seen).opencl_gpus == ()


def test_clinfo_in_full() -> None:
    seen = clinfo.read(
        log(
            "  Platform Name                                   Intel(R) OpenCL Graphics",
            "  Device Name                                     Intel(R) Arc(TM) A770 Graphics",
            "  Driver Version                                  24.35.30872.22",
        ).lines
    )
    assert _runtime(seen).opencl_gpus == ("56a0",)
    assert [package.version for package in _runtime(seen).driver_packages or ()] == ["24.35.30872.22"]


def test_lspci_with_drivers_and_regions() -> None:
    devices = _devices(
        pci.read(
            log(
                "03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [Arc A770] [8086:56a0] (rev 08)",
                "\tSubsystem: Intel Corporation Device [8086:1020]",
                "\tRegion 0: Memory at 81000000 (64-bit, non-prefetchable) [size=16M]",
                "\tRegion 2: Memory at 6000000000 (64-bit, prefetchable) [size=16G]",
                "\tKernel modules: i915, xe",
                "04:00.0 Audio device [0403]: Intel Corporation DG2 Audio Controller [8086:4f90]",
                "\tKernel driver in use: snd_hda_intel",
                "05:00.0 VGA compatible controller: NVIDIA Corporation GA102",
                "06:00.0 VGA compatible controller: Intel Corporation Device e20b",
            ).lines
        )
    )
    card, second = devices.gpus
    assert (card.pci_id, card.address, card.kernel_driver, card.bar) == ("56a0", "0000:03:00.0", "", 16 * 1024**3)
    assert (second.pci_id, second.kernel_driver, second.source) == ("e20b", None, "line 9")
    assert devices.other_vendors == ("10de",)
    assert not devices.complete


def test_a_line_that_was_cut_off_names_no_gpu() -> None:
    assert pci.read(log("03:00.0 VGA compatible controller:").lines) == Snapshot()


def test_xpu_smi_discovery() -> None:
    gpus = _devices(
        xpu_smi.read(
            log(
                "| 0         | Device Name: Intel(R) Arc(TM) A770 Graphics                       |",
                "|           | PCI BDF Address: 0000:03:00.0                                     |",
                "| 1         | Device Name: Intel(R) Arc(TM) A770 Graphics                       |",
            ).lines
        )
    ).gpus
    assert [(gpu.pci_id, gpu.address) for gpu in gpus] == [("56a0", "0000:03:00.0"), ("56a0", "")]


def test_the_kernel_tells_which_gpu_it_takes() -> None:
    gpus = _devices(
        kernel_log.read(
            log(
                "[    2.1] i915 0000:03:00.0: [drm] Found dg2/g10 (device ID 56a0) discrete display",
                "[    3.1] i915 0000:03:00.0: [drm] GuC firmware i915/dg2_guc_70.bin version 70.20.0",
                "[    3.1] i915 0000:00:02.0: Your graphics device 7d55 is not properly supported by i915 in this kernel version.",
            ).lines
        )
    ).gpus
    assert [(gpu.pci_id, gpu.address, gpu.kernel_driver) for gpu in gpus] == [
        ("56a0", "0000:03:00.0", "i915"),
        ("7d55", "0000:00:02.0", ""),
    ]


def test_dxdiag_gives_each_adapter_its_own_driver() -> None:
    gpus = _devices(
        windows_info.read(
            log(
                "           Card name: Intel(R) Arc(TM) A770 Graphics",
                r"          Device Key: Enum\PCI\VEN_8086&DEV_56A0&SUBSYS_10208086&REV_08",
                "      Driver Version: 31.0.101.5333",
                "           Card name: Intel(R) UHD Graphics 770",
                "      Driver Version: 31.0.101.4502",
            ).lines
        )
    ).gpus
    assert [(gpu.pci_id, gpu.driver_version) for gpu in gpus] == [("56a0", "31.0.101.5333"), ("4680", "31.0.101.4502")]


def test_a_driver_above_its_adapter() -> None:
    seen = windows_info.read(
        log("Intel GPU driver version:", "* 32.0.101.8801 (2026)", "onboard:", "* Intel(R) Arc(TM) B580 Graphics").lines
    )
    assert [(gpu.pci_id, gpu.driver_version) for gpu in _devices(seen).gpus] == [("e20b", "32.0.101.8801")]


def test_another_makers_driver_is_left_alone() -> None:
    assert windows_info.read(log("NVIDIA GeForce RTX 4090", "DriverVersion : 32.0.15.6094").lines) == Snapshot()


def test_systeminfo() -> None:
    system = _system(
        windows_info.read(
            log(
                "OS Name:                   Microsoft Windows 11 Pro",
                "OS Version:                10.0.26100 N/A Build 26100",
                "Total Physical Memory:     32,530 MB",
            ).lines
        )
    )
    assert (system.os, system.name, system.build, system.memory) == ("windows", "Windows 11", "26100", 32530 * 1024**2)
