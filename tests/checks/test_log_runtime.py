"""The rules of log_runtime.toml: a line by which each fires, as such tools print it, and one at which it stays silent."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from importlib import import_module

import pytest

from xpudoctor.diagnosis.findings import Status
from xpudoctor.facts.system import System
from xpudoctor.facts.toml import load_resource
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import installed, log, run
from xpudoctor_checks._bad_drivers import bad_drivers

SVML = "libsvml.so: cannot open shared object file: No such file or directory"
MKL = "OSError: libmkl_intel_lp64.so.2: cannot open shared object file: No such file or directory"
SYCL8 = "ImportError: libsycl.so.8: cannot open shared object file: No such file or directory"
WHEEL = "pip install torch --index-url https://download.pytorch.org/whl/xpu"
DLL = 'OSError: [WinError 126] Error loading "C:\\e\\Lib\\torch\\lib\\{}" or one of its dependencies.'
IPEX_DLL = 'Error loading "C:\\e\\Lib\\site-packages\\intel_extension_for_pytorch\\bin\\intel-ext-pt-gpu.dll" or one of its dependencies.'
INIT = "UserWarning: Failed to initialize XPU devices. The driver may not be installed"
CONDA = "/home/me/miniconda3/envs/llm/lib/python3.11/site-packages/torch/xpu/__init__.py:60"

TOPICS = ("log_devices", "log_drivers", "log_memory", "log_runtime")

ROWS: list[tuple[str, list[str], list[str]]] = [
    ("sycl-compiler-not-used", ["g++: error: unrecognized command-line option '-fsycl'"], ["icpx -fsycl main.cpp"]),
    ("oneapi-library-missing", [SVML], [SVML, "source /opt/intel/oneapi/setvars.sh"]),
    ("oneapi-library-missing", [MKL], [SYCL8, WHEEL]),
    ("oneapi-library-of-another-release", [MKL, "oneAPI base toolkit offered by apt: 2023"], [MKL]),
    ("oneapi-library-of-other-release", [MKL], [MKL, "source /opt/intel/oneapi/setvars.sh"]),
    ("wheel-runtime-library-missing", [SYCL8, WHEEL], [SYCL8]),
    ("wheel-companion-library-missing", ["libumf.so.0: cannot open shared object file"], ["libfoo.so.0: cannot open shared object file"]),
    ("server-exits-for-missing-library", ["llama runner process has terminated: exit status 127"], ["exit status 2"]),
    (
        "setvars-lost-in-powershell",
        ['(llm) PS C:\\w> & "C:\\Program Files (x86)\\Intel\\oneAPI\\setvars.bat"', DLL.format("c10.dll")],
        ['PS C:\\w> cmd /K "setvars.bat && powershell"', DLL.format("c10.dll")],
    ),
    ("setvars-not-there", ["bash: /opt/intel/oneapi/setvars.sh: No such file or directory"], [":: initializing oneAPI environment ..."]),
    (
        "oneapi-over-wheel-runtime",
        ["libur_loader.so.0: version `LIBUR_LOADER_0.10' not found (required by libsycl.so.8)"],
        ["libur_loader.so.0 => found"],
    ),
    ("oneapi-beside-failing-wheel", [], ["source /opt/intel/oneapi/setvars.sh", "ImportError: x"]),
    ("sycl-symbol-missing", ["undefined symbol: _ZN4sycl3_V15queueC1Ev"], ["undefined symbol: _ZN5torch3jit17parse"]),
    (
        "mkl-copies-mixed",
        ["INTEL MKL ERROR: /lib/libmkl_avx512.so.2: undefined symbol"],
        ["Intel(R) oneAPI Math Kernel Library Version 2022.2"],
    ),
    ("runtime-error-without-name", ["RuntimeError: UR error"], ["RuntimeError: other"]),
    ("cxx-library-too-old", ["libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libze_loader.so.1)"], ["GLIBCXX_3.4.32"]),
    ("conda-library-hides-driver", [INIT, CONDA], [INIT]),
    ("executable-stack-refused", ["libintel-ext-pt-gpu.so: cannot enable executable stack as shared object requires"], ["stack"]),
    (
        "libuv-not-found",
        ["pip install torch==2.1.0.post3", DLL.format("backend_with_compiler.dll")],
        ["pip install torch==2.7.0+xpu", DLL.format("torch_cpu.dll")],
    ),
    (
        "libuv-not-found",
        ["torch==2.1.0a0", DLL.format("torch_python.dll")],
        ["conda install libuv", "torch==2.1.0a0", DLL.format("torch_python.dll")],
    ),
    ("oneapi-missing-for-dll", ["torch: 2.5.1+xpu", DLL.format("c10_xpu.dll")], ["torch: 2.6.0+xpu", DLL.format("c10_xpu.dll")]),
    ("oneapi-missing-for-dll", ["torch==2.1.0a0", IPEX_DLL], ["torch==2.3.1", IPEX_DLL]),
    ("oneapi-dll-missing", ["The code execution cannot proceed because sycl7.dll was not found."], ["sycl7.dll loaded"]),
    (
        "visual-cpp-runtime-missing",
        ["OSError: [WinError 1114] A dynamic link library (DLL) initialization routine failed."],
        ["OSError: [WinError 126]"],
    ),
    ("windows-dll-wrong-kind", ["OSError: [WinError 193] %1 is not a valid Win32 application"], ["OSError: [WinError 126]"]),
    ("windows-dll-not-found", [DLL.format("torch_xpu.dll")], ["loading torch_xpu.dll"]),
    ("foreign-opencl-crashes", ["Platform Name  rusticl", "Segmentation fault (core dumped)"], ["Platform Name  rusticl"]),
    (
        "host-compiler-missing",
        ["RuntimeError: Failed to find C compiler. Please specify via CC environment variable"],
        ["C compiler: gcc 13"],
    ),
    (
        "host-compiler-missing",
        ["CalledProcessError: Command '['where', 'cl']' returned non-zero exit status 1."],
        ["where cl: C:\\VC\\cl.exe"],
    ),
    ("host-compiler-missing", ["CMake Error: CMAKE_CXX_COMPILER not set, after EnableLanguage"], ["CMAKE_CXX_COMPILER=icpx"]),
    ("host-compiler-unfit", ["/usr/bin/ld: cannot find -lstdc++: No such file or directory"], ["-- Found libstdc++"]),
    ("host-compiler-unfit", ["main.c:5:10: fatal error: Python.h: No such file or directory"], ["#include <Python.h>"]),
    ("sycl-compiler-not-used", ["ggml-sycl.cpp:13:10: fatal error: 'sycl/sycl.hpp' file not found"], ["#include <sycl/sycl.hpp>"]),
    (
        "runner-lacks-oneapi",
        ["Error: llama runner process has terminated: exit status 0xc0000135"],
        ["Error: llama runner process has terminated: exit status 0xc0000409"],
    ),
    (
        "host-compiler-unfit",
        ["LINK : fatal error LNK1181: cannot open input file 'ze_loader.lib'"],
        ["The maximum path (see CMAKE_OBJECT_PATH_MAX)"],
    ),
    (
        "host-compiler-unfit",
        ["yvals_core.h: error STL1000: Unexpected compiler version, expected Clang 18.0.0 or newer."],
        ["clang 18.0.0"],
    ),
    ("sycl-compiler-not-used", ["icx: error: no such file or directory: '/nologo'"], ["cl.exe /nologo main.cpp"]),
    (
        "visual-cpp-runtime-named",
        ["Could not find module 'vcruntime140_1.dll' (or one of its dependencies)."],
        ["vcruntime140_1.dll 14.44 loaded"],
    ),
    (
        "dll-fails-on-fresh-windows",
        ['OSError: [WinError 126] Error loading "C:\\env\\Lib\\site-packages\\torch\\lib\\c10.dll" or one of its dependencies.'],
        ['OSError: [WinError 126] Error loading "C:\\env\\Lib\\site-packages\\torch\\lib\\torch_python.dll" or one of its dependencies.'],
    ),
    (
        "dll-fails-on-fresh-windows",
        ["DLL load failed while importing _pyopenvino", "a clean Windows 11"],
        ["a clean Windows 11 and all is well"],
    ),
    ("triton-finds-no-sycl-headers", ["AssertionError: sycl headers not found, please install `icpx` compiler"], ["sycl headers: found"]),
    ("triton-launcher-unfit", ['Assertion `binary_ptr != nullptr && "binary_ptr should not be NULL"\' failed.'], ["binary_ptr"]),
    ("triton-cache-of-older-runtime", ["ImportError: libsycl.so.7: cannot open shared object file, /home/me/.triton/cache/x.so"], [SYCL8]),
    (
        "triton-cache-suspected",
        ["Successfully installed pytorch-triton-xpu-3.1.0", 'File "/v/site-packages/torch/_inductor/graph.py", line 1'],
        ["Successfully installed pytorch-triton-xpu-3.1.0"],
    ),
    ("kernel-cache-suspected", ["The program was built for 1 devices"], ["The program was built for 1 devices", "error: fp64 is used"]),
    (
        "persistent-cache-crashes",
        ["export SYCL_CACHE_PERSISTENT=1", "Segmentation fault (core dumped)"],
        ["export SYCL_CACHE_PERSISTENT=1"],
    ),
    ("cache-avoided-works", ["TRITON_CACHE_DIR=/tmp/t works, without it the old error"], ["TRITON_CACHE_DIR=/tmp/t is set"]),
    (
        "other-account-works",
        ["crashes since I updated the driver", "a new Windows account on the same PC works"],
        ["crashes since I updated the driver", "a new account has to be made"],
    ),
    (
        "cached-launcher-of-older-triton",
        ["triton upgraded 3.4 -> 3.5", "TypeError: function takes exactly 13 arguments (14 given)"],
        ["triton 3.5", "TypeError: function takes exactly 13 arguments (14 given)"],
    ),
    (
        "cached-launcher-of-older-triton",
        ["triton upgraded", "'KernelMetadata' object has no attribute 'build_flags'"],
        ["triton upgraded", "'TritonLauncher' object has no attribute 'shared_library'"],
    ),
    (
        "cached-file-wants-other-runtime",
        ['File "/home/me/.triton/cache/AB/x.so"', "ImportError: libsycl.so.7: cannot open shared object file"],
        ["ImportError: libsycl.so.7: cannot open shared object file"],
    ),
    (
        "kernel-cache-outlived-upgrade",
        ["since the driver was updated: Segmentation fault", "~/.cache/neo_compiler_cache 1 GB"],
        ["since the driver was updated: Segmentation fault", "cleared ~/.cache/neo_compiler_cache, no difference"],
    ),
    (
        "wheel-entry-point-missing",
        ["The procedure entry point urX could not be located in C:\\e\\sycl8.dll", "torch 2.8.0+xpu"],
        ["The procedure entry point urX could not be located in C:\\e\\sycl8.dll", "llama-cli.exe"],
    ),
    (
        "wheel-loads-oneapi-libraries",
        ["ldd libtorch_xpu.so", "libsycl.so.8 => /opt/intel/oneapi/compiler/2025.1/lib/libsycl.so.8"],
        ["ldd libtorch_xpu.so", "libsycl.so.8 => /home/me/v/lib/libsycl.so.8"],
    ),
    (
        "oneapi-beside-wheel-without-gpu",
        ["torch 2.8.0+xpu", "after sourcing setvars torch.xpu.is_available() is False"],
        ["torch 2.8.0+xpu", "torch.xpu.is_available() is False"],
    ),
    (
        "oneapi-beside-failing-wheel",
        ["torch 2.8.0+xpu from a venv", "/opt/intel comes first", "libtorch_xpu.so: undefined symbol: _ZN4sycl3_V1x"],
        ["torch 2.8.0+xpu from a venv", "libtorch_xpu.so: undefined symbol: _ZN4sycl3_V1x"],
    ),
    (
        "oneapi-over-wheel-runtime",
        ["libsycl.so.8: undefined symbol: urDeviceWaitExp, version LIBUR_LOADER_0.12"],
        ["import dpctl", "libsycl.so.8: undefined symbol: urDeviceWaitExp, version LIBUR_LOADER_0.12"],
    ),
    ("oneccl-launcher-not-told", ["oneCCL: unknown memory type"], ["memory type"]),
    (
        "oneccl-launcher-not-told",
        ["CCL_WARN could not get local_idx/count from environment variables"],
        ["CCL_WARN could not get local_idx/count from environment variables", "export CCL_PROCESS_LAUNCHER=none"],
    ),
    ("oneccl-lacks-level-zero", ["ccl: ze_data was not initialized"], ["ze_data"]),
    ("collective-hangs", ["vllm serve --tensor-parallel-size 2", "it hangs"], ["vllm serve --tensor-parallel-size 1", "it hangs"]),
    (
        "immediate-command-lists-slow",
        ["set SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS=1", "20 tokens/s on Windows"],
        ["export SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS=1", "20 tokens/s on Linux"],
    ),
    ("xetla-forced-on-arc", ["export USE_XETLA=ON", "GPU: Arc A770"], ["export USE_XETLA=OFF", "GPU: Arc A770"]),
    ("variable-set-with-spaces", ["C:\\w>set ONEAPI_DEVICE_SELECTOR = level_zero:0"], ["C:\\w>set ONEAPI_DEVICE_SELECTOR=level_zero:0"]),
    ("openmp-tool-noise", ["Warning: please export TSAN_OPTIONS; Unable to find TSan function AnnotateHappensAfter."], ["TSAN_OPTIONS"]),
    ("mpi-memory-freed-wrong", ["munmap_chunk(): invalid pointer"], ["munmap"]),
    (
        "oneapi-active-elsewhere",
        ["libmkl_sycl_blas.so.4: cannot open shared object file", "works in gnome-terminal, not from cron"],
        ["libmkl_sycl_blas.so.4: cannot open shared object file"],
    ),
    (
        "oneapi-active-elsewhere",
        ["libmkl_sycl_blas.so.4: cannot open shared object file", "sudo ./llama-bench -m m.gguf"],
        ["sudo ./llama-bench -m m.gguf"],
    ),
    ("sycl-source-of-other-release", ["fatal error: 'syclcompat/math.hpp' file not found"], ["fatal error: 'foo.hpp' file not found"]),
    (
        "sycl-source-of-other-release",
        ["error: no member named 'get_root_group' in namespace 'sycl::ext::oneapi'"],
        ["error: no member named 'x' in namespace 'std'"],
    ),
    (
        "sycl-linked-with-two-releases",
        ["ld: warning: libsycl.so.7, needed by libmkl_sycl_blas.so, not found"],
        ["ld: warning: libfoo.so.7, needed by x"],
    ),
    ("sycl-linked-with-two-releases", ["undefined reference to `sycl::_V1::queue::wait()"], ["undefined reference to `main"]),
    (
        "sycl-compiler-not-on-path",
        ["  icpx", "is not a full path and was not found in the PATH."],
        ["  gcc", "is not a full path and was not found in the PATH."],
    ),
    (
        "unified-runtime-symbol-missing",
        ["undefined symbol: urDeviceWaitExp"],
        ["undefined symbol: cublasCreate"],
    ),
    (
        "sycl-symbol-missing-in-wheel",
        ["torch 2.7.0+xpu", "undefined symbol: _ZN4sycl3_V15queueC1Ev"],
        ["torch 2.1.0", "undefined symbol: _ZN4sycl3_V15queueC1Ev"],
    ),
    ("oneapi-library-missing", ["libmkl_sycl_blas.so.4 cannot open shared object file"], ["libsycl.so.5: cannot open shared object file"]),
]


@pytest.mark.parametrize(("rule", "fires", "silent"), ROWS)
def test_rule_fires_and_stays_silent(rule, fires, silent):
    packages = installed("torch==2.7.0+xpu") if not fires else None
    lines = fires or ["source /opt/intel/oneapi/setvars.sh", "ImportError: undefined symbol: x"]
    assert run(rule, log=log(*lines), packages=packages).status is Status.FOUND
    assert run(rule, log=log(*silent)).status is Status.CLEAR


def test_facts_that_contradict_withdraw_a_finding():
    assert run("conda-library-hides-driver", log=log(INIT, CONDA), system=System(os="windows")).status is Status.CLEAR
    assert run("conda-library-hides-driver", log=log(INIT, CONDA), torch=Torch(available=True)).status is Status.CLEAR
    assert run("windows-dll-not-found", log=log(DLL.format("x.dll")), system=System(os="linux")).status is Status.CLEAR
    assert run("libuv-not-found", log=log(DLL.format("torch_cpu.dll")), packages=installed("torch==2.7.0+xpu")).status is Status.CLEAR


def test_the_number_of_a_library_tells_its_oneapi():
    found = run("oneapi-library-of-other-release", log=log("libmkl_sycl_blas.so.4: cannot open shared object file")).findings
    assert "oneAPI 2024" in found[0].message


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every pattern of these topics, with the place to look for it."""
    for topic in (*TOPICS, "log_found", "log_guesses", "log_stack"):
        for rule in load_resource("xpudoctor_checks", f"{topic}.toml")["rule"]:
            for words in (rule.get("when", {}), rule.get("unless", {})):
                spec = words.get("log", [])
                yield from ((f"{topic} {rule['id']}", re.compile(text)) for text in ([spec] if isinstance(spec, str) else spec))
    for module in (*TOPICS, "log_found", "log_stack", "_log_machine"):
        values = vars(import_module(f"xpudoctor_checks.{module}")).items()
        yield from ((f"{module} {name}", value) for name, value in values if isinstance(value, re.Pattern))
    yield from ((f"bad_drivers {bad.what}", re.compile(bad.shows)) for bad in bad_drivers() if bad.shows)


# What makes a pattern go back and forth: one piece over and over, without the end that it waits for.
PIECES = (
    *("a", " ", "0", ".", "1.", "/dev/dri/", "PS C:", "torch ", "[size=256M]", "Memory at (64-bit, prefetchable) ", "libsycl.so.8"),
    *("GRUB_CMDLINE_LINUX quiet ", ".triton/", "requested ", "WinError 193 ", "Error loading ", "uid=0(groups=", "GPU arc xpu ", "not "),
    *("Arc A770 ", "docker run ", "version ", "Kernel: ", "6.8.", "undefined symbol: _ZN4sycl", "out of memory ", "set SYCL_X ", "-tp "),
    *("Tried to allocate ", "GiB total capacity ", "because ", "could not find ", "intel-x ", "resizable bar ", "long sequences "),
    *("works only as ", "oneAPI 20", "Intel GPU Arc B580 device ", "first warm-up "),
)


@pytest.mark.parametrize(("place", "pattern"), [pytest.param(place, pattern, id=place) for place, pattern in patterns()])
def test_cost_grows_with_the_text_alone(place, pattern):
    # A cost that grows with the square of the text takes seconds here, one that grows with the text a few thousandths of one.
    for piece in PIECES:
        text = piece * (16_000 // len(piece))
        began = time.process_time()
        pattern.search(text)
        assert time.process_time() - began < 0.1, (place, piece)
