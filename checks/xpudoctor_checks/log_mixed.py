"""What was put over or beside something else: conda with pip, IPEX with ipex-llm."""

from __future__ import annotations

import re

from xpudoctor import Log, Match
from xpudoctor_checks import _log
from xpudoctor_checks._log import Line
from xpudoctor_checks._log_fails import IPEX_LLM, OTHER_IPEX, failed

# A line of `conda list`: what pip installed has `pypi` for its build and channel.
_LISTED = re.compile(
    r"^\W{0,6}(?P<name>(?:py)?torch|torchvision|torchaudio|numpy|tbb|mkl(?:-\w+)?|onemkl[\w-]{0,30}|dpcpp[\w-]{0,20}|intel-[\w-]{2,30})"
    r"\s{1,60}(?P<version>\d[\w.+]{0,30})\s{1,60}(?P<build>\S{2,60})(?:\s{1,60}(?P<channel>\S{2,60}))?"
)
_CONDA = r"(?:conda(?:[- ]?forge)?|mamba|miniconda|miniforge|anaconda|defaults|intel(?: conda)? channel)"
_PIP = r"(?:pip|pypi|wheels?)"
_BROUGHT = r"(?:\bfrom|\bby|\bvia|\bthrough|\bout of|\(|:)\W{0,2}(?:the |a )?"
_BY_CONDA = re.compile(
    rf"(?i){_BROUGHT}{_CONDA}\b(?! ?\d)|\b{_CONDA}(?:'s|\u2019s| says| has| shows)|\b{_CONDA}[ \w]{{0,8}}(?:\u88c5|\u5b89\u88c5)"
)
_BY_PIP = re.compile(
    rf"(?i){_BROUGHT}{_PIP}\b|\b{_PIP}(?:'s|\u2019s| says| had?s?| shows| brought| pulled| torch)|\bpypi(?:_0)?\b"
    r"|\bpip ?(?:\u88c5|\u5b89\u88c5)"
)
_PUTS = re.compile(
    r"(?i)\b(?:conda|mamba)(?:\.exe)? (?:install|update|env update)\b[^\n]{0,160}?(?:\bpytorch|\btorchvision|\bmkl\b|\btbb\b|openmp|numpy"
    r"|scipy|scikit|sklearn|opencv|ffmpeg|gdal|gxx|\bgcc|dpcpp|sycl|intel[-_]\w|openvino|transformers|accelerate|pyg\b|faiss"
    r"|nomkl|openblas|numba|pandas|dpctl)"
)
_XPU_BY_PIP = re.compile(r"(?i)\+xpu|whl/xpu|pip3? install[^\n]{0,120}(?:torch|ipex|intel)|\bpip\b[^\n]{0,30}\btorch\b|\+cxx11\.abi")
_LIBSTDCXX = re.compile(r"GLIBCXX_|CXXABI_|libstdc\+\+\.so\.6")
_OVER = re.compile(
    r"(?i)\b(?:replac\w{1,3}|upgrad\w{1,3}|overw\w{2,9}|overrid\w{1,3}|newer|on top|additional\w{0,2}"
    r"|also (?:install|need|pip)\w{0,3}|merged?"
    r"|together|both|side by side|beside|alongside|same (?:conda |v|py\w{0,5} )?env\w{0,8}|one (?:v?env|environment)"
    r"|two (?:guides|packages|stacks)"
    r"|--no-deps|\.local/|separately|by hand|manually|afterwards|then (?:pip )?install\w{0,3}|fight|conflict\w{0,3}|coexist)\b"
    r"|\u5347\u7ea7|\u8986\u76d6|\u4e00\u8d77|\u540c\u4e00\u4e2a|\u53c8\u88c5|\u624b\u52a8|\u5355\u72ec|\u51b2\u7a81"
)
_EXTRAS_IPEX = ("2.1.10", "2.1.20")
_PLAINLY = re.compile(
    r"(?i)\b(?:replaced|overw\w{2,9}|on top|merged?|side by side|beside|alongside|same (?:conda |v)?env|together (?:with )?(?:in|with)"
    r"|fight|--no-deps|\.local/|coexist)\b|\u8986\u76d6|\u540c\u4e00\u4e2a|\u53c8\u88c5|\u51b2\u7a81"
)


def same_library_listed_twice(log: Log) -> Match | None:
    seen: dict[str, dict[bool, tuple[Line, str]]] = {}
    for line, found in _log.every(log, _LISTED):
        by_pip = "pypi" in (found["build"], found["channel"]) or found["build"].startswith("pypi")
        if not by_pip and found["channel"] is None and not re.search(r"\d_\d|_\w|^h?[0-9a-f]{7}", found["build"]):
            continue  # A table of another kind.
        name = "torch" if found["name"] == "pytorch" else found["name"]
        seen.setdefault(name, {}).setdefault(by_pip, (line, found["version"]))
    for name, two in seen.items():
        if len(two) == 2 and two[True][1] != two[False][1]:
            return Match(two[False][0], two[True][0], name=name, conda=two[False][1], pip=two[True][1])
    return None


def conda_and_pip_said(log: Log) -> Match | None:
    conda, pip, fails = _log.first(log, _BY_CONDA), _log.first(log, _BY_PIP), failed(log)
    if conda is None or pip is None or fails is None or _log.first(log, _LIBSTDCXX):
        return None
    return Match(fails[0], conda[0], pip[0], problem=fails[1][0])


def conda_put_beside_pip(log: Log) -> Match | None:
    puts, pip, fails = _log.first(log, _PUTS), _log.first(log, _XPU_BY_PIP), failed(log)
    if puts is None or pip is None or fails is None or _log.first(log, _LIBSTDCXX):
        return None
    return Match(fails[0], puts[0], problem=fails[1][0])


def ipex_put_over_ipex_llms(log: Log) -> Match | None:
    llm, over, fails = _log.first(log, IPEX_LLM), _log.first(log, _OVER), failed(log)
    named = [(line, found["ipex"]) for line, _ in _log.every(log, OTHER_IPEX) for found in OTHER_IPEX.finditer(line.text)]
    other = next((one for one in named if one[1] and not one[1].startswith(_EXTRAS_IPEX)), None)
    # Without another version it has to be said in plain words.
    if other is None and named and not any(version for _, version in named) and _log.first(log, _PLAINLY):
        other = named[0]
    if llm is None or over is None or fails is None or other is None:
        return None
    return Match(other[0], over[0], fails[0], ipex=other[1] or "of another release")
