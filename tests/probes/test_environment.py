"""Which variables are watched, and which are never kept."""

from __future__ import annotations

import pytest

from xpudoctor.probes.environment import environment

WATCHED = """
    ONEAPI_DEVICE_SELECTOR SYCL_CACHE_PERSISTENT SYCL_PI_LEVEL_ZERO_USE_IMMEDIATE_COMMANDLISTS UR_L0_USE_IMMEDIATE_COMMANDLISTS
    UR_ADAPTERS_FORCE_LOAD ZE_AFFINITY_MASK ZES_ENABLE_SYSMAN ZEL_DRIVERS_ORDER ZEX_NUMBER_OF_CCS NEOReadDebugKeys NEO_CACHE_DIR
    OverrideDefaultFP64Settings OverrideGpuAddressSpace ForceZeDeviceCanAccessPerReturnValue RenderCompressedBuffersEnabled
    AllowUnrestrictedSize EnableSharedSystemUsmSupport IGC_EnableDPEmulation IPEX_TILE_AS_DEVICE BIGDL_LLM_XMX_DISABLED CCL_ATL_SHM
    FI_PROVIDER I_MPI_ROOT PYTORCH_ALLOC_CONF TORCH_DEVICE_BACKEND_AUTOLOAD TORCHINDUCTOR_CACHE_DIR TRITON_CACHE_DIR VLLM_USE_V1
    GGML_SYCL_DEBUG OLLAMA_NUM_GPU OCL_ICD_VENDORS HF_HOME HF_HUB_OFFLINE LD_LIBRARY_PATH LD_PRELOAD PYTHONPATH PYTHONNOUSERSITE
    CONDA_PREFIX CONDA_DEFAULT_ENV VIRTUAL_ENV CMPLR_ROOT MKLROOT SETVARS_COMPLETED CC CXX OMP_NUM_THREADS KMP_AFFINITY
    ACCELERATE_USE_IPEX USE_XETLA ENABLE_SDP_FUSION XDG_CACHE_HOME CUDA_VISIBLE_DEVICES INC_TARGET_DEVICE USE_KINETO
    LEVEL_ZERO_V1_SDK_PATH HSA_OVERRIDE_GFX_VERSION VLLM_MAX_NUM_BATCHED_TOKENS XCCL_BLOCKING_WAIT ZE_PATH
"""
PRIVATE = """
    HOME USER PATH PWD HOSTNAME SSH_AUTH_SOCK HF_TOKEN HUGGING_FACE_HUB_TOKEN OPENAI_API_KEY AWS_SECRET_ACCESS_KEY VLLM_API_KEY
    OLLAMA_API_KEY TORCH_HUB_TOKEN TRITON_REGISTRY_PASSWORD VLLM_HTTP_AUTH CCACHE_DIR CXXFLAGS PYTHONSTARTUP NEOVIM_LISTEN
"""


@pytest.mark.parametrize("name", WATCHED.split())
def test_watched(name: str) -> None:
    assert environment({name: "1"}).get(name) == "1"


@pytest.mark.parametrize("name", PRIVATE.split())
def test_never_kept(name: str) -> None:
    assert environment({name: "1"}).variables == {}


def test_what_is_not_listed_is_not_set() -> None:
    seen = environment({})
    assert seen.complete
    assert seen.get("ZE_AFFINITY_MASK") is None


def test_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZE_AFFINITY_MASK", "1")
    assert environment().get("ZE_AFFINITY_MASK") == "1"
