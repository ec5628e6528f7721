"""What a log says of packages where one pattern does not do: the build of torch, libraries of other ages, modules that are missing."""

from __future__ import annotations

import re
from datetime import date, timedelta

from xpudoctor import Devices, Log, Match, Packages, minor
from xpudoctor_checks import _log
from xpudoctor_checks._log_machine import FAILURE
from xpudoctor_checks._releases import came_out

_INTEL = re.compile(
    r"(?i)(?<!torch\.)\bxpu\b|\bintel\W{1,6}(?:arc|gpu|graphics)\b|\barc\W{0,4}(?:a|b|pro)\b|\barc\W{0,4}[ab]\d{2,3}|"
    r"battlemage|alchemist|level.?zero|\b(?:a(?:310|380|580|750|770)|b5[78]0)m?\b|\b1[34]0[vt]\b|\bmax 1[15][05]0\b|\bflex 1[47]0\b"
)
_ASKED = re.compile(r"torch\.xpu\b")
_BUILD = re.compile(
    r"(?i)(?:\btorch|\bpytorch(?= version:))(?:[\W_]{0,6}(?:version|\u7248\u672c))?"
    r"(?:[\W_]{1,12}(?:is|gives|shows|\u662f|\u4e3a|\u663e\u793a))?[\W_]{1,20}(?P<torch>\d[\w.]{0,30}\+(?:cpu|cu\d{2,3}|rocm[\d.]{1,6}))"
    r"|^pytorch {1,40}(?P<conda>\d[\w.]{0,20}) {1,40}\S{0,20}cpu_"
    r"|\bCUDA_VERSION=(?P<config>\d[\d.]{0,6})|CUDA used to build PyTorch\W{1,4}(?P<cuda>\d[\d.]{0,6})"
    r"|Found no NVIDIA driver on your system|No CUDA GPUs are available|\bnvidia-(?:cublas|cudnn|cuda-runtime|nvjitlink)-cu\d\d\b"
)
_OTHER_BUILD = re.compile(r"cpu|cu\d|rocm")
_NO_TORCH = re.compile(
    r"\bllm_(?:load|perf)_print|llama_(?:model|new_context|kv)|ggml_|llama-(?:cli|server)|ollama (?:run|serve)|\bNPU\b|llama runner"
)
_OTHER_GPU = re.compile(r"(?i)nvidia geforce|nvidia rtx|\brtx ?[2345]0[5-9]0|tesla [a-z]\d|\bradeon rx")
_TAKEN_OUT = re.compile(r"(?:Uninstalling|uninstalled) torch-\d[\w.]{0,20}\+xpu|^ ?- torch==\d[\w.]{0,20}\+xpu")
_PUT_IN = re.compile(r"(?:Successfully installed[^\n]{0,1500}\storch-|^ ?\+ torch==)(?P<torch>\d[\w.]{0,20}(?:\+c[pu]\w{1,6})?)(?!\S)")
_WENT_FROM = re.compile(
    r"torch\b[^\n]{0,40}\b(?:from )?\d[\w.]{0,20}\+xpu (?:to|->|=>) (?P<torch>\d[\d.]{2,10}(?:\+c[pu]\w{1,6})?)(?![\w+.])"
)
_TORCH = re.compile(r"(?i)(?<![\w-])(?:py)?torch(?: version)?(?:==|[ :=]{1,3}|\s?\u5230\s?)v?(2\.\d{1,2})(?:\.\d)?(?=[\s+,;.?]|$)")
_IPEX = re.compile(r"(?i)\b(?:ipex|intel[-_]extension[-_]for[-_]pytorch)(?: version)?(?:==|[ :=]{1,3})v?(2\.\d{1,2})\.\d{2,3}\b")
_KILLS = re.compile(r"(?i)\bkills?\b|\brefuses?\b|\bsilently\b|\u5931\u8d25|\u62a5\u9519")
_MODULE = re.compile(r"(?:(?:ModuleNotFoundError|ImportError): |提示 ?|报错:? ?|错误:? ?)No module named '?(?P<module>[\w.]{1,80})")
_MOVED = re.compile(
    r"cannot import name '(?P<name>\w{1,80})' from (?:partially initialized module )?'(?P<library>"
    r"huggingface_hub|accelerate|peft|trl|datasets|typing_extensions|starlette|fastapi|langchain\w{0,20}|openai|httpx|lightning\w{0,8}|scipy|pandas|packaging|"
    r"diffusers|tokenizers|deepspeed|pydantic|gradio|numpy|jinja2|bitsandbytes|torchao|optimum|timm|xformers|vllm|auto_gptq|auto_round|neural_compressor)\b"
)
_DISTRIBUTIONS = {"cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml", "sklearn": "scikit-learn", "skimage": "scikit-image"}


def log_torch_for_other_gpu(log: Log, packages: Packages | None, devices: Devices | None) -> Match | None:
    # llama.cpp, ollama and the NPU use no torch: what torch lies beside them does not matter.
    if (packages and packages.get("bigdl-core-cpp")) or _log.first(log, _OTHER_GPU) or _log.first(log, _NO_TORCH):
        return None
    torch, ipex = (packages.get("torch"), packages.get("intel-extension-for-pytorch")) if packages else (None, None)
    # Both for the CPU: that is meant, or the IPEX is what is to be told.
    if (ipex and ipex.local == "cpu") or (torch and torch.local and not re.match(_OTHER_BUILD, torch.local)):
        return None
    # A CUDA build that is asked for torch.xpu is no mistake yet: programs ask for every device in turn.
    on_purpose = torch is not None and re.match(r"cu\d|rocm", torch.local)
    intent = _log.first(log, _INTEL) or (None if on_purpose else _log.first(log, _ASKED))
    gpus = devices.gpus if devices else ()
    evidence = intent[0].fact if intent else gpus[0].fact if gpus else None
    if evidence is None:
        return None
    if torch and torch.local:
        return Match(torch, evidence, version=torch.version, build=_name(torch.local))
    said = _log.first(log, _BUILD)
    if said is None or _log.first(log, re.compile(r"\btorch\W{1,20}\d[\w.]{0,30}\+xpu")):
        return None
    if conda := said[1]["conda"]:
        return Match(said[0].fact, evidence, version=conda, build="CPU")
    version = said[1]["torch"] or f"with CUDA {said[1]['config'] or said[1]['cuda'] or ''}".rstrip()
    return Match(said[0].fact, evidence, version=version, build=_name(said[1]["torch"] or "+cu"))


def xpu_torch_was_replaced(log: Log) -> Match | None:
    taken, put = _log.first(log, _TAKEN_OUT), _log.first(log, _PUT_IN)
    said = _log.first(log, _WENT_FROM) or put
    if said is None or (said is put and taken is None):
        return None
    return Match(said[0], *([taken[0]] if taken else []), torch=said[1]["torch"])


def ipex_named_of_other_torch(log: Log, packages: Packages | None) -> Match | None:
    if packages and packages.get("torch") and packages.get("intel-extension-for-pytorch"):
        return None  # Seen by a reader: the rule on packages knows better.
    fails, torch, ipex = _log.first(log, FAILURE) or _log.first(log, _KILLS), _named(log, _TORCH), _named(log, _IPEX)
    # Several releases of one of them are a history, not an environment.
    if fails is None or len(torch) != 1 or len(ipex) != 1 or set(torch) == set(ipex):
        return None
    (release, shown), (other, named) = *torch.items(), *ipex.items()
    return Match(shown, named, fails[0], torch=release, ipex=other)


def _named(log: Log, pattern: re.Pattern[str]) -> dict[str, _log.Line]:
    return {match[1]: line for line, _ in _log.every(log, pattern) for match in pattern.finditer(line.text)}


def _name(version: str) -> str:
    local = version.rpartition("+")[2].lower()
    return "CPU" if local.startswith("cpu") else "ROCm" if local.startswith("rocm") else "CUDA"


def transformers_younger_than_ipex_llm(packages: Packages) -> Match | None:
    transformers, core = packages.get("transformers"), packages.get("ipex-llm") or packages.get("bigdl-llm")
    build = re.search(r"b(\d{4})(\d\d)(\d\d)$", core.version) if core else None
    if transformers is None or core is None or build is None or not transformers.parsed or packages.get("bigdl-core-cpp"):
        return None
    came, built = came_out("transformers", minor(transformers.parsed)), date(*map(int, build.groups()))
    # Two weeks: what was out by then, a nightly build may have been tried with.
    if came is None or came < built - timedelta(days=14):
        return None
    return Match(core, transformers, transformers=transformers.version, released=came, built=built)


# These have rules of their own, which know why they are missing.
_OWN = re.compile(
    r"xe_(?:linear|batch|addons)|linear_\w+|triton\b|transformers\.|torch\.|distutils|imp$|pkg_resources|flash_attn|oneccl\w*|torch_ccl|vllm\b|google\b|"
    r"(?:ipex_llm|bigdl)\b|intel_extension_for_pytorch|bigdl_core\w*"
)


def log_module_missing(log: Log) -> Match | None:
    for line, match in _log.every(log, _MODULE):
        if not _OWN.match(match["module"]) and "." not in match["module"] and not _log.first(log, _log.TEST):
            name = match["module"]
            return Match(line.fact, module=name, distribution=_DISTRIBUTIONS.get(name, name.replace("_", "-")))
    return None


def log_module_moved(log: Log) -> Match | None:
    moved = _log.first(log, _MOVED)
    if moved:
        return Match(moved[0].fact, what=moved[1]["name"], library=moved[1]["library"])
    for line, match in _log.every(log, _MODULE):
        if not _OWN.match(match["module"]) and "." in match["module"]:
            return Match(line.fact, what=match["module"], library=match["module"].partition(".")[0])
    return None
