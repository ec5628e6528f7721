"""What a text reads like, where no rule knows it: one guess for each cause, with the words that speak for it."""

from __future__ import annotations

from collections.abc import Callable

from xpudoctor import Log, Match, Rule
from xpudoctor_checks._likeness import NOTHING, Likeness, likeness, speaking, telling

# Less than this says nothing; there are sixty causes.
_LEAST = 0.01
# Where so much of the words speaks of a question or a run of tests, no fault is guessed; less may be said of a fault as well.
_WELL = 0.8
_MAY_BE_WELL = 0.25


def _alike(cause: str) -> Callable[[Log, tuple[Rule, ...]], Match | None]:
    def check(log: Log, found: tuple[Rule, ...]) -> Match | None:
        read = likeness(log.text, found, log.is_of_tests)
        told = read.shares.get(cause, 0.0) >= _LEAST and read.shares[NOTHING] <= _WELL
        return _match(log, read, cause) if told else None

    return check


def alike_no_fault(log: Log, found: tuple[Rule, ...]) -> Match | None:
    read = likeness(log.text, found, log.is_of_tests)
    return _match(log, read, NOTHING) if read.shares.get(NOTHING, 0.0) >= _MAY_BE_WELL else None


def _match(log: Log, read: Likeness, cause: str) -> Match:
    spoken = speaking(read, cause)
    alike = tuple(issue.url for issue in read.alike if cause == issue.causes[0])
    return Match(*telling(log.lines, spoken), said=", ".join(list(spoken)[:4]), share=read.shares[cause], alike=alike)


alike_torch_not_xpu_build = _alike("torch-not-xpu-build")
alike_torch_too_old = _alike("torch-too-old")
alike_ipex_with_ipex_llm = _alike("ipex-with-ipex-llm")
alike_ipex_torch_mismatch = _alike("ipex-torch-mismatch")
alike_ipex_end_of_life = _alike("ipex-end-of-life")
alike_ipex_llm_wrong_extra = _alike("ipex-llm-wrong-extra")
alike_ipex_llm_too_old = _alike("ipex-llm-too-old")
alike_transformers_incompatible = _alike("transformers-incompatible")
alike_vllm_version_mismatch = _alike("vllm-version-mismatch")
alike_library_incompatible = _alike("library-incompatible")
alike_python_dependency_missing = _alike("python-dependency-missing")
alike_python_version_unsupported = _alike("python-version-unsupported")
alike_os_unsupported = _alike("os-unsupported")
alike_triton_wrong_build = _alike("triton-wrong-build")
alike_torchvision_torchaudio_mismatch = _alike("torchvision-torchaudio-mismatch")
alike_oneccl_mismatch = _alike("oneccl-mismatch")
alike_mixed_conda_pip = _alike("mixed-conda-pip")
alike_xpu_index_incomplete = _alike("xpu-index-incomplete")
alike_pip_index_unreachable = _alike("pip-index-unreachable")
alike_out_of_device_memory = _alike("out-of-device-memory")
alike_single_allocation_limit = _alike("single-allocation-limit")
alike_gpu_hang_timeout = _alike("gpu-hang-timeout")
alike_jit_warmup_slow = _alike("jit-warmup-slow")
alike_oneapi_not_sourced = _alike("oneapi-not-sourced")
alike_oneapi_version_mismatch = _alike("oneapi-version-mismatch")
alike_oneapi_shadows_pip_runtime = _alike("oneapi-shadows-pip-runtime")
alike_windows_dll_load_failed = _alike("windows-dll-load-failed")
alike_vcredist_missing = _alike("vcredist-missing")
alike_libuv_missing = _alike("libuv-missing")
alike_system_library_too_old = _alike("system-library-too-old")
alike_host_compiler_problem = _alike("host-compiler-problem")
alike_stale_kernel_cache = _alike("stale-kernel-cache")
alike_wrong_ollama_binary = _alike("wrong-ollama-binary")
alike_driver_missing = _alike("driver-missing")
alike_driver_too_old = _alike("driver-too-old")
alike_driver_regression = _alike("driver-regression")
alike_kernel_too_old = _alike("kernel-too-old")
alike_kernel_module_wrong = _alike("kernel-module-wrong")
alike_no_render_permission = _alike("no-render-permission")
alike_device_not_in_container = _alike("device-not-in-container")
alike_wsl_misconfigured = _alike("wsl-misconfigured")
alike_wrong_device_selected = _alike("wrong-device-selected")
alike_rebar_disabled = _alike("rebar-disabled")
alike_hardware_unsupported = _alike("hardware-unsupported")
alike_free_memory_query_unsupported = _alike("free-memory-query-unsupported")
alike_env_var_harmful = _alike("env-var-harmful")
alike_env_var_missing = _alike("env-var-missing")
alike_model_on_cpu = _alike("model-on-cpu")
alike_import_order = _alike("import-order")
alike_fp64_unsupported = _alike("fp64-unsupported")
alike_dtype_unsupported = _alike("dtype-unsupported")
alike_quantization_unsupported = _alike("quantization-unsupported")
alike_unsupported_operator = _alike("unsupported-operator")
alike_unsupported_model = _alike("unsupported-model")
alike_user_code_error = _alike("user-code-error")
alike_fixed_upstream = _alike("fixed-upstream")
alike_open_upstream_bug = _alike("open-upstream-bug")
alike_protobuf_missing = _alike("protobuf-missing")
alike_numpy_2_incompatible = _alike("numpy-2-incompatible")
alike_ipex_cpu_build = _alike("ipex-cpu-build")
alike_system_library_too_new = _alike("system-library-too-new")
alike_windows_long_paths = _alike("windows-long-paths")
alike_windows_opencl_compat_pack = _alike("windows-opencl-compat-pack")
alike_foreign_opencl_driver = _alike("foreign-opencl-driver")
alike_host_memory_insufficient = _alike("host-memory-insufficient")
alike_shared_memory_or_ulimit = _alike("shared-memory-or-ulimit")
alike_disk_full = _alike("disk-full")
alike_draft_model_too_large = _alike("draft-model-too-large")
