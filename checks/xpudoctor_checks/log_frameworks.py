"""What a log says of the programs on top where one pattern does not do: what runs on what, and which model is whose draft."""

from __future__ import annotations

import re

from packaging.version import Version

from xpudoctor import Devices, Log, Match, Package, Packages
from xpudoctor_checks import _log

_NOT_LINKED = re.compile(r"not linked with support for xpu devices")
_IPEX = re.compile(r"(?i)\b(?:ipex|intel[-_]extension[-_]for[-_]pytorch)[=: ]{1,4}(?P<version>\d[\w.]{1,20}\+xpu)")
_CUDA = re.compile(r"Torch not compiled with CUDA enabled")
_VLLM = re.compile(r"(?i)\bvllm(?:[-_]xpu)?(?:\W{0,3}version)?(?::v?|==|[ :]{1,40}v?)(?P<version>0\.\d{1,2}\.\d{1,2})")
_ALCHEMIST = re.compile(r"(?i)\barc(?:\(tm\))?[ -](?P<gpu>a\d{3}m?)\b|\b(?P<bare>a[357][1-9]0m?)\b|\b(?P<dg2>dg2)\b|\balchemist\b")
_TRITON_ATTENTION = re.compile(r"TRITON_ATTN")
_KERNELS = re.compile(r"(?i)\bvllm[-_]xpu[-_]kernels?[ =:v-]{1,4}(?P<version>0\.1\.\d{1,2}(?:\.\d)?)")
_TORCH = re.compile(r"(?i)\b(?:py)?torch(?: version)?[ =:]{1,4}(?:is )?(?P<version>2\.\d{1,2}\.\d)")
# The minor release of torch 2 that each vllm-xpu-kernels was made with, from and to: its requirements.txt at each tag.
_OF_KERNELS = (("0.1.0", "0.1.6", 10), ("0.1.7", "0.1.9", 11), ("0.1.9.1", "0.1.11.1", 12), ("0.1.12", "0.1.13.1", 13))
# The first ollama that runs a model, by the start of the model's name (longest first).
_OLLAMA_MODELS = {
    "gemma3n": "0.9.3", "gemma3": "0.6.0", "gemma4": "0.20.0", "qwen3-vl": "0.12.7", "qwen3-coder": "0.9.4", "qwen3": "0.6.6",
    "qwen2.5vl": "0.7.0", "mistral-small3.1": "0.6.5", "mistral-small3.2": "0.9.2", "llama4": "0.6.7", "phi4-mini": "0.5.13",
    "gpt-oss": "0.11.0", "deepseek-v3.1": "0.11.7", "devstral": "0.7.0",
}  # fmt: skip
_RUN = re.compile(
    r"(?i)\bollama(?:\.exe)? (?:run|pull) (?P<model>[a-z][\w.-]{1,40}(?::[\w.-]{1,30})?)|"
    r"^\W{0,4}model\W{1,4}(?P<named>[a-z][\w.-]{1,40}(?::[\w.-]{1,30})?)\s*$|"
    rf"\b(?P<tag>(?:{'|'.join(re.escape(name) for name in _OLLAMA_MODELS)})(?::[\w.-]{{1,30}})?)"
)
_INTEL_OLLAMA = re.compile(r"(?i)ipex|ggml_sycl_init|ollama-intel|SYCL devices")
_FAILED = re.compile(
    r"(?i)llama runner process has terminated|error loading (?:model|llama server)|exit status [12]\b|unable to load model|panic:"
)
_OLLAMA_VERSION = re.compile(
    r"(?i)ollama(?: version(?: is)?|[-_]v?)? ?[:=]? ?v?(?P<version>0\.\d{1,2}\.\d{1,2})|\(version (?P<listening>0\.\d{1,2}\.\d{1,2})"
)
# The ollama inside of ipex-llm's builds, by the day of the build.
_IPEX_LLM_BUILD = re.compile(r"(?i)(?:ipex[-_]?llm|ollama-intel)[\w.=-]{0,20}b(?P<day>20\d{6})")
_OLLAMA_OF_BUILD = (("20250630", "0.9.3"), ("20250401", "0.6.2"), ("20240101", "0.5.4"))
_VALUE = r"[ =:|\"'(`]{1,6}(?P<name>[\w./\\:-]{2,160})"
_DRAFT = re.compile(
    r"(?i)(?:--model-draft|-md|--spec-draft-model|--draft[-_]?model(?:[-_]path)?|assistant[-_]model|speculative[-_]model|"
    rf"draft[-_ ]model(?:[-_ ](?:path|name|id|dir))?|\bdraft){_VALUE}"
)
_MAIN = re.compile(
    r"(?i)(?:^|[\s\"'])(?<!draft )(?:-m|--model|main[-_ ]model|target[-_ ]model|base[-_ ]model|"
    rf"model(?:[-_](?:path|id|name))?){_VALUE}"
)
_SIZE = re.compile(r"(?i)(?<![\w.])(?P<size>\d{1,3}(?:\.\d)?)b(?![a-z\d])")
_DRAFTING = re.compile(r"(?i)\bdraft|\bassistant_model|\bspeculative|投机|草稿模型")
_SELF = re.compile(
    r"(?i)(?:own|same|itself)[^\n]{0,40}\bdraft|"
    r"\bdraft[^\n]{0,40}(?:is the same|same model|equals? (?:to )?(?:the )?(?:main|target)|itself)"
)


def log_vllm_for_other_torch(log: Log, packages: Packages | None) -> Match | None:
    torch, kernels = _release(log, packages, "torch", _TORCH), _release(log, packages, "vllm-xpu-kernels", _KERNELS)
    if not (torch and kernels):
        return None
    made = next((minor for low, high, minor in _OF_KERNELS if Version(low) <= kernels[1] <= Version(high)), None)
    if made is None or torch[1].major != 2 or torch[1].minor == made:
        return None
    return Match(kernels[0], torch[0], version=kernels[1], torch=torch[1], made=f"2.{made}")


def _release(log: Log, packages: Packages | None, name: str, pattern: re.Pattern[str]) -> tuple[_log.Line | Package, Version] | None:
    """Return what is installed of it, or the only release that the text names."""
    known = packages.get(name) if packages else None
    if known and known.parsed:
        return known, known.parsed
    said = {match["version"]: line for line, match in _log.every(log, pattern)}
    return (next(iter(said.values())), Version(next(iter(said)))) if len(said) == 1 else None


def log_ipex_not_imported(log: Log, packages: Packages | None) -> Match | None:
    said = _log.first(log, _NOT_LINKED)
    ipex = packages.get("intel-extension-for-pytorch") if packages else None
    if said and ipex and ipex.local == "xpu":
        return Match(said[0].fact, ipex, version=ipex.version)
    listed = _log.first(log, _IPEX)
    return Match(said[0].fact, listed[0].fact, version=listed[1]["version"]) if said and listed else None


def log_cuda_asked_for(log: Log) -> Match | None:
    said = _log.first(log, _CUDA)
    # Tests that were written for CUDA fail so on every XPU build: that is no fault of the machine.
    return Match(said[0].fact) if said and not _log.first(log, _log.TEST) else None


def log_vllm_without_alchemist(log: Log, devices: Devices | None) -> Match | None:
    gpu = next((gpu for gpu in devices.gpus if gpu.family == "dg2"), None) if devices else None
    named = _log.first(log, _ALCHEMIST)
    if _log.first(log, _TRITON_ATTENTION) or (gpu is None and named is None):
        return None
    shown = gpu.fact if gpu else named[0].fact if named else None
    label = gpu.label if gpu else f"Arc {named[1]['gpu'] or named[1]['bare'] or 'A-series'}" if named else ""
    for line, match in _log.every(log, _VLLM):
        if shown and Version(match["version"]) >= Version("0.10"):
            return Match(line.fact, shown, vllm=match["version"], gpu=label)
    return None


def log_ollama_model_newer(log: Log) -> Match | None:
    if not _log.first(log, _INTEL_OLLAMA) or not (failed := _log.first(log, _FAILED)):
        return None
    have = _ollama(log)
    for line, match in _log.every(log, _RUN):
        model = match["model"] or match["named"] or match["tag"]
        needed = next((first for name, first in _OLLAMA_MODELS.items() if model.lower().startswith(name)), None)
        if needed and (have is None or have < Version(needed)):
            known = f"{have} runs here" if have else "the version that runs here is not known"
            return Match(line.fact, failed[0].fact, model=model, needed=needed, have=known)
    return None


def _ollama(log: Log) -> Version | None:
    """Return the version of ollama that is told, or the one that ipex-llm's build of a day carries."""
    if said := _log.first(log, _OLLAMA_VERSION):
        return Version(said[1]["version"] or said[1]["listening"])
    build = _log.first(log, _IPEX_LLM_BUILD)
    return next((Version(carried) for first, carried in _OLLAMA_OF_BUILD if build[1]["day"] >= first), None) if build else None


def log_draft_as_large_as_main(log: Log) -> Match | None:
    if main := _log.first(log, _MAIN):
        for line, draft in _log.every(log, _DRAFT):
            names = _named(line, draft), _named(*main)
            if _not_smaller(*names):
                return Match(line.fact, main[0].fact, draft=names[0], main=names[1])
    itself = _log.first(log, _SELF)
    return Match(itself[0].fact, draft="the same model", main="itself") if itself else None


def guess_draft_of_equal_size(log: Log) -> Match | None:
    for line, _ in _log.every(log, _DRAFTING):
        sizes = {float(found["size"]) for found in _SIZE.finditer(line.text)}
        if len(sizes) == 1 and len(_SIZE.findall(line.text)) > 1 and max(sizes) > 3:
            return Match(line.fact, size=f"{max(sizes):g}B")
    return None


def _named(line: _log.Line, match: re.Match[str]) -> str:
    """Return the model that is named: behind an option one word, behind a label all that stands there."""
    head = match[0][: match.start("name") - match.start()].lstrip(" \"'")
    if head.startswith("-") or not re.search("[:=|]", head):
        return match["name"]
    return re.split(r"[|,;\"'`#]", line.text[match.start("name") :])[0].strip()


def _not_smaller(draft: str, main: str) -> bool:
    if draft.strip("\"'`") == main.strip("\"'`"):
        return True
    sizes = [float(found["size"]) if (found := _SIZE.search(re.sub(r"[-_/\\:]", " ", name))) else None for name in (draft, main)]
    return sizes[0] is not None and sizes[1] is not None and sizes[0] >= sizes[1]
