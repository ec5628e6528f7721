"""The environment variables that matter to this stack, and no others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.record import Record

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


class Environment(Record):
    """`variables` holds the watched variables that are set; with `complete`, one that is not in it is not set.

    `sources` names the place of each where they come from several; `places` where in a project they are set.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    source: str = "environment of this process"
    sources: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """Return a variable's value, None where it was not seen."""
        return self.variables.get(name)

    def fact(self, name: str) -> Fact:
        """Return one variable as evidence."""
        return Fact(name, self.variables.get(name, "not set"), self.sources.get(name, self.source), self.places.get(name))


def is_watched(name: str) -> bool:
    """Say whether a variable matters to this stack and holds no secret."""
    return name in _NAMES or (name.startswith(_PREFIXES) and not _SECRET.search(name))
