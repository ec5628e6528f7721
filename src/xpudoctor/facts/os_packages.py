"""Which packages of an operating system are part of the GPU stack, by the names of all the years."""

from __future__ import annotations

import re
from functools import cache

# Level Zero, OpenCL, compiler, media-free helpers, kernel modules and firmware, tools, toolkits; `\d` where a soname number stands.
_NAMES = r"""
    level-zero level-zero-(loader|dev|devel|raytracing) oneapi-level-zero(-loader|-devel)? intel-level-zero(-gpu)?
    intel-level-zero-gpu-(legacy1|raytracing) libze1 libze-dev libze-intel-gpu\d libze-intel-gpu-legacy1 libze_loader libze_intel_gpu
    intel-opencl-icd(-legacy1)? intel-opencl intel-compute-runtime(-legacy)? intel-ocloc(-legacy1)? intel-gsc libmetee\d*
    libigc\d? libigc-(dev|tools) libigdfcl\d? libigc\d?-legacy\d? libigdgmm\d+ libigdml\d? intel-gmmlib gmmlib
    intel-igc-(core|opencl|cm|libs|core-\d|opencl-\d) intel-graphics-compiler intel-metrics-(discovery|library)
    intel-(i915|xe|platform-vsec|platform-cse|mei|vsec)-dkms intel-fw-gpu linux-firmware linux-firmware-intel
    firmware-misc-nonfree firmware-intel-graphics intel-gpu-firmware
    xpu-smi xpumanager intel-xpumanager intel-gpu-tools igt-gpu-tools clinfo ocl-icd ocl-icd-libopencl1 OpenCL-ICD-Loader
    intel-basekit(-[\d.]+)? intel-deep-learning-essentials(-[\d.]+)? intel-for-pytorch-gpu-dev(-[\d.]+)? intel-oneapi-base-toolkit
    intel-oneapi-runtime-[\w-]+ intel-oneapi-(compiler-dpcpp-cpp(-runtime)?|mkl(-core|-sycl|-classic)?|ccl|dnnl|umf|tbb)(-[\d.]+)?
"""


def is_of_gpu_stack(name: str) -> bool:
    """Say whether a package of dpkg, rpm or pacman is part of the GPU stack."""
    # Of thousands of names a dozen begin so, and only the patterns with that beginning are compiled.
    return name.startswith(_BEGINNINGS) and any(
        re.fullmatch(pattern, name) is not None for beginning, pattern in _patterns() if name.startswith(beginning)
    )


@cache
def _patterns() -> tuple[tuple[str, str], ...]:
    """Return each pattern after the letters that it surely begins with."""
    return tuple((re.split(r"(?:.\?)|[(\\[]", pattern, maxsplit=1)[0], pattern) for pattern in _NAMES.split())


_BEGINNINGS = tuple(
    "level-zero oneapi-level-zero intel- libze libig libmetee gmmlib linux-firmware firmware- xpu igt- clinfo ocl-icd OpenCL".split()
)
