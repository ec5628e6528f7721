"""The environment variables that matter to this stack; all others are none of its business."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from xpudoctor.facts.environment import Environment

# fmt: off
_NAMES = frozenset((
    # the shell that was sourced, and what the loader searches
    "CMPLR_ROOT", "MKLROOT", "SETVARS_COMPLETED", "I_MPI_ROOT", "LD_LIBRARY_PATH", "LD_PRELOAD", "LEVEL_ZERO_V1_SDK_PATH",
    # the Python environment
    "PYTHONPATH", "PYTHONHOME", "PYTHONNOUSERSITE", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "VIRTUAL_ENV", "XDG_CACHE_HOME",
    # debug keys of the GPU driver, named as in its source
    "NEOReadDebugKeys", "OverrideDefaultFP64Settings", "OverrideGpuAddressSpace", "ForceZeDeviceCanAccessPerReturnValue",
    "RenderCompressedBuffersEnabled", "AllowUnrestrictedSize", "EnableSharedSystemUsmSupport", "ProductFamilyOverride", "ForceDeviceId",
    "SetCommandStreamReceiver", "HardwareInfoOverride", "CreateMultipleRootDevices", "CreateMultipleSubDevices", "PrintDebugMessages",
    # the libraries on top
    "USE_XETLA", "USE_KINETO", "ENABLE_SDP_FUSION", "INC_TARGET_DEVICE", "XCCL_BLOCKING_WAIT", "LIBOMPTARGET_DEVICETYPE",
    "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION",
    # builds at run time
    "CC", "CXX",
    # settings of other vendors' GPUs
    "CUDA_VISIBLE_DEVICES", "HSA_OVERRIDE_GFX_VERSION",
))
_PREFIXES = (
    "ONEAPI_", "SYCL_", "UR_", "ZE_", "ZES_", "ZEL_", "ZEX_", "NEO_", "IGC_", "OCL_ICD_", "CCL_", "FI_", "OMP_", "KMP_",
    "IPEX_", "BIGDL_", "PYTORCH_", "TORCH", "TRITON_", "VLLM_", "GGML_", "OLLAMA_", "ACCELERATE_USE_",
)
# fmt: on
_SECRET = re.compile(r"(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE)(?:_|$)", re.IGNORECASE)


def environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Return the watched variables that are set, by name."""
    return Environment({name: variables[name] for name in sorted(variables) if _is_watched(name)}, complete=True)


def _is_watched(name: str) -> bool:
    return name in _NAMES or (name.startswith(_PREFIXES) and not _SECRET.search(name))
