"""The environments of the real-patient tests. Each was seen broken; the versions are pinned so that it stays broken in the same way."""

from __future__ import annotations

from pathlib import Path

from .patients import Patient

_STALE = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def _stale_torch(site: Path) -> None:
    _dist_info(site, "torch", "2.6.0+xpu")


def _empty_metadata(site: Path) -> None:
    _dist_info(site, "transformers", "4.37.0").write_text("")


def _leftover(site: Path) -> None:
    (site / "~orch").mkdir()
    (site / "~orch-2.6.0+xpu.dist-info").mkdir()


def _xpu_triton(site: Path) -> None:
    # No XPU wheel can be had here: this one is real as metadata only.
    _dist_info(site, "triton-xpu", "3.5.0")


def _dist_info(site: Path, name: str, version: str) -> Path:
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(_STALE.format(name=name, version=version))
    return folder / "METADATA"


BARE = Patient("bare")
TORCH = Patient("torch-cpu", ("torch==2.13.0+cpu",), BARE)
# The same version without a local part is the CUDA build of the public index: half a gigabyte, and nothing of NVIDIA's beside it.
CUDA = Patient("torch-cuda", ("--no-deps torch===2.13.0 typing-extensions",), BARE, proof="import torch", says="libcudnn.so.9")
TRANSFORMERS_4 = Patient("transformers-4", ("transformers==4.37.0 accelerate==0.23.0 numpy==1.26.4",), TORCH)
# What `xpudoctor fit` is held against: real models, and the libraries that write their files.
MODELS = Patient("models", ("transformers==5.23.0 safetensors==0.8.0 gguf==0.19.0 numpy==2.4.6",), TORCH)
TOKENIZERS = Patient(
    "tokenizers", ("--no-deps tokenizers==0.22.0",), TRANSFORMERS_4, proof="import transformers", says="tokenizers>=0.14,<0.19 is required"
)
_IPEX = "import intel_extension_for_pytorch"
IPEX_28 = Patient("ipex-2.8", ("--no-deps intel-extension-for-pytorch==2.8.0",), TORCH, proof=_IPEX, says="no attribute 'exit'")
IPEX_27 = Patient("ipex-2.7", ("--no-deps intel-extension-for-pytorch==2.7.0",), TORCH, proof=_IPEX, says="no attribute 'exit'")
IPEX_26 = Patient("ipex-2.6", ("--no-deps intel-extension-for-pytorch==2.6.0",), TORCH, proof=_IPEX, says="no attribute 'exit'")
_LLM = "import ipex_llm.transformers"
LLM_ALONE = Patient("ipex-llm", ("--no-deps ipex-llm==2.2.0",), TORCH, proof=_LLM, says="No module named 'transformers'")
LLM_TRANSFORMERS_5 = Patient(
    "ipex-llm-transformers-5",
    ("transformers==5.23.0 accelerate protobuf==7.36.2 py-cpuinfo tabulate", "--no-deps ipex-llm==2.2.0"),
    TORCH,
    proof=_LLM,
    says="cannot import name 'OffloadedCache'",
)
LLM = Patient(
    "ipex-llm-complete",
    ("--no-deps ipex-llm==2.2.0 protobuf==7.36.2 sentencepiece==0.2.1 py-cpuinfo tabulate",),
    TRANSFORMERS_4,
    proof="import torch, ipex_llm.transformers; torch.zeros(1).to('xpu')",
    says="Torch not compiled with XPU enabled",
)
# Its transformers has a file of its own that takes protobuf 7, whatever sentencepiece brings.
LLM_PROTOBUF_7 = Patient("ipex-llm-protobuf-7", ("--no-deps sentencepiece==0.1.99",), LLM)
LLM_IPEX = Patient("ipex-llm-ipex-2.8", ("--no-deps intel-extension-for-pytorch==2.8.0",), LLM, proof=_IPEX, says="no attribute 'exit'")
LLM_ALONE_IPEX = Patient(
    "ipex-llm-alone-ipex-2.8", ("--no-deps intel-extension-for-pytorch==2.8.0",), LLM_ALONE, proof=_IPEX, says="'exit'"
)
_VOCABULARY = "from transformers.convert_slow_tokenizer import import_protobuf; import_protobuf()"
SENTENCEPIECE = Patient(
    "sentencepiece",
    ("transformers==4.57.1 sentencepiece==0.1.99 protobuf==6.33.0",),
    BARE,
    proof=_VOCABULARY,
    says="Descriptors cannot be created directly",
)
NO_PROTOBUF = Patient("no-protobuf", ("sentencepiece==0.2.1",), TRANSFORMERS_4, proof=_VOCABULARY, says="requires the protobuf library")
PANDAS = Patient("pandas", ("pandas==2.0.3 numpy==2.4.6",), BARE, proof="import pandas", says="numpy.dtype size changed")
SCIKIT = Patient(
    "scikit-learn", ("scikit-learn==1.3.2", "--no-deps numpy==2.4.6"), BARE, proof="import sklearn.svm", says="numpy.dtype size changed"
)
_RUNTIME = "--no-deps numpy==2.4.6 intel-sycl-rt==2026.2.0 intel-cmplr-lib-rt==2026.2.0 intel-cmplr-lib-ur==2026.2.0"
RUNTIME = Patient("sycl-runtime-2026", (_RUNTIME,), BARE)
DPCTL_18 = Patient("dpctl-0.18", ("--no-deps dpctl==0.18.3",), RUNTIME, proof="import dpctl", says="libsycl.so.8: cannot open")
DPCTL_17 = Patient("dpctl-0.17", ("--no-deps dpctl==0.17.0",), RUNTIME, proof="import dpctl", says="libintlc.so.5: cannot open")
TWO_TORCHES = Patient("two-torches", (), TORCH, _stale_torch)
EMPTY_METADATA = Patient("empty-metadata", (), BARE, _empty_metadata)
LEFTOVERS = Patient("leftovers", (), BARE, _leftover)
TRITONS = Patient("two-tritons", ("--no-deps triton==3.5.1",), BARE, _xpu_triton)

PATIENTS = tuple(value for value in list(globals().values()) if isinstance(value, Patient))
