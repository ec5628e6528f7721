"""What a text reads like, where no rule knows it: one guess for each cause of the solved issues, with the words that speak for it."""

from __future__ import annotations

from collections.abc import Callable

from xpudoctor import Log, Match
from xpudoctor_checks._likeness import NOTHING, likeness, speaking, telling

# Less than this says nothing; there are sixty causes.
_LEAST = 0.04
_HEALTHY = 0.4


def _alike(cause: str) -> Callable[[Log], Match | None]:
    def check(log: Log) -> Match | None:
        shares = likeness(log.text).shares
        if shares.get(cause, 0.0) < _LEAST or shares[NOTHING] > _HEALTHY or log.is_of_tests:
            return None
        spoken = speaking(likeness(log.text), cause)
        return Match(*telling(log.lines, spoken), said=", ".join(list(spoken)[:4]), share=shares[cause])

    return check


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
