"""What a log says of packages where one pattern does not do: the build of torch, what pip did not find, modules that are missing."""

from __future__ import annotations

import re
from datetime import date, timedelta

from packaging.version import Version

from xpudoctor import Devices, Log, Match, Packages, System, leading_version, minor
from xpudoctor_checks import _log, _pip
from xpudoctor_checks._releases import transformers_released

_INTEL = re.compile(
    r"(?i)(?<!torch\.)\bxpu\b|\bintel\W{1,6}(?:arc|gpu|graphics)\b|\barc\W{0,4}(?:a|b|pro)\b|\barc\W{0,4}[ab]\d{3}|"
    r"battlemage|alchemist|level.?zero"
)
_ASKED = re.compile(r"torch\.xpu\b")
_BUILD = re.compile(
    r"(?i)\btorch(?:[\W_]{0,6}version)?[\W_]{1,20}(?P<torch>\d[\w.]{0,30}\+(?:cpu|cu\d{2,3}|rocm[\d.]{1,6}))"
    r"|\bCUDA_VERSION=(?P<config>\d[\d.]{0,6})|CUDA used to build PyTorch\W{1,4}(?P<cuda>\d[\d.]{0,6})"
)
_NO_TORCH = re.compile(
    r"\bllm_(?:load|perf)_print|llama_(?:model|new_context|kv)|ggml_|llama-(?:cli|server)|ollama (?:run|serve)|\bNPU\b|llama runner"
)
_OTHER_GPU = re.compile(r"(?i)nvidia geforce|nvidia rtx|\brtx ?[2345]0[5-9]0|tesla [a-z]\d|\bradeon rx")
_SPECIAL = re.compile(
    r"download\.pytorch\.org/whl/(?:\w{1,10}/)?xpu|pytorch-extension\.intel\.com|developer\.intel\.com/ipex|\.amazonaws\.com/ipex"
)
_PYTHON = re.compile(r"(?i)\bpython(?:\W{0,3}(?:version|ver))?\W{1,4}(3\.\d{1,2})\b|\bcp(3\d{1,2})-cp")
_IPEX_FETCH = re.compile(
    r"(?i)(?P<problem>could not (?:install|find|fetch)[^\n]{0,60}intel[-_]extension[-_]for[-_]pytorch[^\n]{0,60}"
    r"|https?://\S{0,120}intel_extension_for_pytorch-\S{0,80})"
)
_LINUX_ONLY = re.compile(
    r"(?:No matching distribution found for|Could not find a version that satisfies the requirement) "
    r"(?P<package>(?:oneccl[_-]bind[_-]pt|oneccl|impi-(?:rt|devel)|deepspeed|triton|pytorch-triton-xpu|flash[_-]attn"
    r"|(?P<ipex>intel[_-]extension[_-]for[_-](?:pytorch|transformers)))\b)(?P<build>[=<>~]{2}[\w.]{1,20}\+)?"
)
_REFUSED = re.compile(r"(?i)\b40[34]\b[^\n]{0,30}(?:error|forbidden|not found|client)|HTTP error 40[34]")
_MODULE = re.compile(r"(?:ModuleNotFoundError|ImportError): No module named '?(?P<module>[\w.]{1,80})")
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
    torch = packages.get("torch") if packages else None
    if torch and "xpu" in torch.local:
        return None
    # A CUDA build that is asked for torch.xpu is no mistake yet: programs ask for every device in turn.
    on_purpose = torch is not None and re.match(r"cu\d|rocm", torch.local)
    intent = _log.first(log, _INTEL) or (None if on_purpose else _log.first(log, _ASKED))
    gpus = devices.gpus if devices else ()
    evidence = intent[0].fact if intent else gpus[0].fact if gpus else None
    if evidence is None:
        return None
    if torch and re.match(r"cpu|cu\d|rocm", torch.local):
        return Match(torch, evidence, version=torch.version, build=_name(torch.local))
    said = _log.first(log, _BUILD)
    if said is None or _log.first(log, re.compile(r"\btorch\W{1,20}\d[\w.]{0,30}\+xpu")):
        return None
    version = said[1]["torch"] or f"with CUDA {said[1]['config'] or said[1]['cuda']}"
    return Match(said[0].fact, evidence, version=version, build=_name(said[1]["torch"] or "+cu"))


def _name(version: str) -> str:
    local = version.rpartition("+")[2].lower()
    return "CPU" if local.startswith("cpu") else "ROCm" if local.startswith("rocm") else "CUDA"


def log_ipex_wheel_gone(log: Log) -> Match | None:
    asked, refused = _log.first(log, _IPEX_FETCH), _log.first(log, _REFUSED)
    if asked is None or refused is None:
        return None
    return Match(asked[0].fact, refused[0].fact, problem=refused[0].text.strip()[:160])


def log_wheel_not_in_index(log: Log) -> Match | None:
    special = _log.first(log, _SPECIAL)
    for line, wanted, versions in _pip.unfound(log):
        if special and _pip.of_xpu_index(wanted) and versions not in ("", "none"):
            return Match(line.fact, special[0].fact, requirement=wanted)
    return None


def log_index_not_asked(log: Log) -> Match | None:
    if _log.first(log, _SPECIAL):
        return None
    return next((Match(line.fact, requirement=wanted) for line, wanted, _ in _pip.unfound(log) if _pip.of_xpu_index(wanted)), None)


def log_python_without_wheel(log: Log, packages: Packages | None) -> Match | None:
    python, said = _python(log, packages)
    special = _log.first(log, _SPECIAL)
    for line, wanted, versions in _pip.unfound(log):
        nothing = versions in ("", "none")
        # Where the index was asked and pip offers public builds only, the index has nothing for this Python.
        passed_over = special and not nothing and _pip.of_xpu_index(wanted) and not _pip.holds_xpu_builds(versions)
        too_new = python and (python > Version(_pip.newest_python(wanted)) or python < Version("3.8"))
        if passed_over or (nothing and too_new):
            shown = minor(python) if python else "its version is not shown"
            return Match(line.fact, *([said.fact] if said else []), requirement=wanted, python=shown)
    return None


def _python(log: Log, packages: Packages | None) -> tuple[Version | None, _log.Line | None]:
    known = leading_version(packages.python) if packages and packages.python else None
    said = None if known else _log.first(log, _PYTHON)
    if known or said is None:
        return Version(minor(known)) if known else None, None
    return Version(said[1][1] or f"{said[1][2][0]}.{said[1][2][1:]}"), said[0]


def log_os_without_wheel(log: Log, system: System) -> Match | None:
    if system.os not in ("windows", "darwin"):
        return None
    for line, match in _log.every(log, _LINUX_ONLY):
        # The public index has IPEX for Linux alone; Intel's has it for Windows as well.
        if not match["ipex"] or not (_log.first(log, _SPECIAL) or match["build"]):
            return Match(line.fact, package=match["package"])
    return None


def transformers_younger_than_ipex_llm(packages: Packages) -> Match | None:
    transformers, core = packages.get("transformers"), packages.get("ipex-llm") or packages.get("bigdl-llm")
    build = re.search(r"b(\d{4})(\d\d)(\d\d)$", core.version) if core else None
    if transformers is None or core is None or build is None or not transformers.parsed or packages.get("bigdl-core-cpp"):
        return None
    released, built = transformers_released(minor(transformers.parsed)), date(*map(int, build.groups()))
    # Two weeks: what was out by then, a nightly build may have been tried with.
    if released is None or released < built - timedelta(days=14):
        return None
    return Match(core, transformers, transformers=transformers.version, released=released, built=built)


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
