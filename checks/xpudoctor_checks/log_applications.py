"""What an application does where one pattern does not do: which build of it runs, on what it computes, and what it was given."""

from __future__ import annotations

import re

from xpudoctor import Log, Match
from xpudoctor_checks import _log

_INTEL = re.compile(
    r"(?i)\bintel\b|\barc\b|ipex|battlemage|\bdg2\b|\biris\b|\buhd\b|core ultra|\b[ab][3570][1-9]0m?\b|\bigpu\b|\bxpu\b|核显|集显"
)
# That the CPU does the work, in the words of programs and of people.
_ON_CPU = re.compile(
    r"(?i)(?P<said>100% ?cpu\b|library=cpu\b|no compatible gpus were discovered|initial_count=0|\bBLAS ?= ?0\b"
    r"|No NVIDIA/AMD GPU detected|\bGPU Layers: 0\b|\buse gpu += 0\b|\bno gpu\b"
    r"|\bcpu[- ]only\b|\bCPU llama\.cpp\b|\boffload\b[^\n]{0,20}\bgr[ae]yed"
    r"|\b(?:only|just|always|still|everything|all|fully|fall(?:s|ing)? back|fallback|runs?|running|ran|loads?|loaded|computes?|uses?|using)"
    r"\b[^\n]{0,24}\b(?<![-_])(?:cpus?|processor)\b(?![-_]| (?:backend|buffer|feature|variant|model))"
    r"|\bcpus?(?: cores?)?\b[^\n]{0,14}\b(?:full|busy|100)\b"
    r"|\bgpu\b[^\n]{0,30}\b(?:never goes|stays|remains|at|usage)\b[^\n]{0,12}\b[0-3] ?%"
    r"|(?:\b(?:not|never|cant|unable to|fails? to|ignores?|without)|n.t)\b[^\n]{0,25}"
    r"\b(?:us(?:e|es|ed|ing)|utili[sz]\w{1,4}|see|pick|detect\w{0,3}|get|find|recogni[sz]e\w?)\b"
    r"[^\n]{0,40}\b(?:i?gpu|arc|xpu|card|graphics|iris)\b"
    r"|\b(?:i?gpu|arc|card|graphics)\b[^\n]{0,40}(?:\b(?:not|never|isnt|un)|n.t)[ -]?(?:being )?"
    r"(?:used|utili[sz]ed|detected|found|recogni[sz]ed|seen)"
    r"|(?:只|仅|全|都|还是|仍)[^\n]{0,6}cpu|(?:没有?|未|不|无法)[^\n]{0,6}(?:使用|用到|调用|识别)[^\n]{0,8}(?:gpu|显卡)"
    r"|(?:gpu|显卡)[^\n]{0,8}(?:占用|利用率)[^\n]{0,6}0)"
)
_PROGRAM = re.compile(
    r"(?i)\b(?P<program>ollama|llama[-_.]?cpp[-_]python|llama\.?cpp|llama-(?:server|cli|bench)|lm ?studio|open[- ]?webui|koboldcpp"
    r"|whisper\.cpp|llamafile|jan\b(?= \d|:)|anythingllm)|source=(?P<source>gpu|types|routes|runner)\.go"
)
# What shows that the build at hand has a back end for Intel GPUs.
_HAS_BACK_END = re.compile(
    r"(?i)\bsycl|ggml_sycl|\bSYCL\d\b|using intel gpu|ggml_vulkan|library=(?:oneapi|vulkan|sycl)|\bVulkan\d\b"
    r"|OLLAMA_VULKAN[:=] ?.?(?:1|true)|ollama-(?:intel|ipex)|ipex-llm-inference|llama\.cpp:\w{1,12}-(?:intel|vulkan)|-DGGML_(?:SYCL|VULKAN)"
    r"|vulkan (?:runtime|build|llama|backend)|ggml-(?:vulkan|sycl)"
)
_STOCK = re.compile(r"(?i)(?P<image>(?<![\w/-])ollama/ollama\b(?!-)|open-webui:ollama|ollama\.com/install\.sh)")
_SWITCH = re.compile(r"(?P<said>OLLAMA_INTEL_GPU\W{1,4}(?:1|true)\b)")
_OPENVINO = re.compile(r"(?i)openvino|fastsd")
_OPENVINO_ON_CPU = re.compile(
    r"(?i)(?P<said>\b(?:how|enable|request|want|possible)\b[^\n]{0,40}\b(?:i?gpu|arc|xpu|graphics)\b[^\n]{0,30}"
    r"|\bshows? (?:only )?cpu\b[^\n]{0,30})"
)
_VULKAN_ASKED = re.compile(r"OLLAMA_VULKAN[:=] ?.?(?:1|true)\b")
_LIBRARIES = re.compile(r"\blibggml-(?:base|cpu)[\w.-]{0,20}\.(?:so|dll)|\bcuda_v1\d\b")
_VULKAN_FILES = re.compile(r"libggml-vulkan|ggml-vulkan\.dll|^[^\n]{0,80}\d{2}:\d{2} vulkan\s*$|\bVulkan\d\b|library=Vulkan")
_ANSWERS = re.compile(
    r"(?i)\(version (?P<listening>0\.\d{1,2}\.\d{1,2})\)|ollama version is (?P<version>0\.\d{1,2}\.\d{1,2})(?![\w-])"
    r"|\bollama(?:\.exe)? (?:-v|--version)\b\W{0,6}(?:显示|says|shows|prints|gives|reports|is|tells)?"
    r"\W{0,3}(?P<shown>0\.\d{1,2}\.\d{1,2})(?![\w-])"
)
_OF_INTEL = frozenset({"0.0.0", "0.3.6", "0.4.6", "0.5.1", "0.5.4", "0.6.2", "0.9.3"})
_IPEX_LLM = re.compile(r"(?i)ipex[-_ ]?llm|init-ollama|portable zip")
_SYCL_RUNS = re.compile(r"(?i)ggml_sycl|SYCL devices")
_SPLIT = re.compile(r"(?P<said>\b(?P<cpu>[1-9]\d?)%/\d{1,2}% CPU/GPU|\boffloaded (?P<on>\d{1,3})/(?P<all>\d{1,3}) layers to GPU)")
_MOST = 0.9
_OLLAMA = re.compile(r"(?i)ollama")
_OLD_OLLAMA = re.compile(r"(?i)ipex|ollama[-_]intel|intelanalytics|\bollama\b[^\n]{0,16}\b0\.(?:5\.[14]|6\.2|9\.3)\b")
_WANTS_NEWER = re.compile(
    r"(?i)(?P<said>\b(?:why|when|please|is there|how to|would|plan\w{0,3}|going to|could you|can (?:we|you|i))\b[^\n]{0,50}"
    r"\b(?:updat(?:e|ed|ing)|upgrade)\b[^\n]{0,30}"
    r"|(?:\b(?:not|never|no longer)|n.t)\b(?: \w{1,6})? updated\b|\bout ?dated\b|\b(?:too|very|so|bit) old\b|\bold version of ollama"
    r"|\b(?:stuck|stays?|still) (?:at|on) v?0\.\d|\brequires? (?:a )?newer version|\bor (?:higher|later|newer) is required"
    r"|\bno new(?:er)? (?:release|version|build)|\b412\b[^\n]{0,20}|\bupdate (?:ollama|the (?:image|zip|container))"
    r"|\b(?:latest|newer|newest|new|recent) (?:llms?|models?)\b[^\n]{0,20}(?:\bnot|\bfail\w{0,2}|n.t)\b"
    r"|\b(?:can.?t|cannot|won.?t|unable)\b[^\n]{0,14}\b(?:latest|newer|newest|recent) (?:llms?|models?)\b"
    r"|\blacks? \w|\bas in upstream\b|\brebased? (?:on|to|onto)\b|\byears? behind\b"
    r"|\bunknown flag: --|\bhas 0\.\d\.\d inside|\bnot (?:yet )?in this version"
    r"|什么时候[^\n]{0,6}(?:更新|升级)|版本[^\n]{0,4}(?:太|过)?(?:旧|老|低)|(?:希望|能否|请)[^\n]{0,10}(?:更新|升级))"
)


def stock_ollama_image(log: Log) -> Match | None:
    stock, intel = _log.first(log, _STOCK), _log.first(log, _INTEL)
    said = _log.first(log, _SWITCH) or _log.first(log, _ON_CPU)
    if stock is None or intel is None or said is None or _log.first(log, _HAS_BACK_END):
        return None
    return Match(stock[0], intel[0], said[0], image=stock[1]["image"], said=said[1]["said"])


def ollama_without_vulkan_files(log: Log) -> Match | None:
    asked, listed = _log.first(log, _VULKAN_ASKED), _log.first(log, _LIBRARIES)
    return Match(asked[0], listed[0]) if asked and listed and not _log.first(log, _VULKAN_FILES) else None


def other_ollama_answers(log: Log) -> Match | None:
    answers, wanted, said = _log.first(log, _ANSWERS), _log.first(log, _IPEX_LLM), _log.first(log, _ON_CPU)
    if answers is None or wanted is None or said is None or _log.first(log, _SYCL_RUNS):
        return None
    version = answers[1]["listening"] or answers[1]["version"] or answers[1]["shown"]
    return None if version in _OF_INTEL else Match(answers[0], wanted[0], said[0], version=version)


def guess_build_without_intel(log: Log) -> Match | None:
    program, said = _log.first(log, _PROGRAM), _log.first(log, _ON_CPU)
    if program is None or said is None or not _log.first(log, _INTEL) or _log.first(log, _HAS_BACK_END):
        return None
    return Match(program[0], said[0], program=program[1]["program"] or "ollama", said=said[1]["said"][:80])


def guess_openvino_on_cpu(log: Log) -> Match | None:
    openvino, said = _log.first(log, _OPENVINO), _log.first(log, _OPENVINO_ON_CPU)
    return Match(openvino[0], said[0], said=said[1]["said"]) if openvino and said else None


def model_split_with_cpu(log: Log) -> Match | None:
    for line, match in _log.every(log, _SPLIT):
        if match["cpu"] or 0 < int(match["on"]) < _MOST * int(match["all"]):
            return Match(line, said=match["said"])
    return None


def intel_ollama_stands_still(log: Log) -> Match | None:
    old, said = _log.first(log, _OLD_OLLAMA), _log.first(log, _WANTS_NEWER)
    if old is None or said is None or not _log.first(log, _OLLAMA):
        return None
    return Match(old[0], said[0], said=said[1]["said"])
