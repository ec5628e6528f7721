"""Where code names CUDA as its device, or calls what only CUDA has."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from xpudoctor.projects._calls import Found, at, constant, dotted, keyword
from xpudoctor.projects._guards import is_offer

_CUDA = re.compile(r"cuda(?::\d*)?")
# (Autocast for CUDA warns and does nothing where there is none.)
_KEYWORDS = ("device", "device_map", "map_location")
# Of torch.cuda only what raises without CUDA, and is no part of code that is made for CUDA alone, as streams and graphs are.
_NEEDS_CUDA = frozenset(
    "set_device current_device get_device_name get_device_properties get_device_capability synchronize mem_get_info "
    "reset_peak_memory_stats set_per_process_memory_fraction".split()
)
_TORCH = frozenset(("torch", "transformers", "diffusers", "peft", "accelerate", "sentence_transformers", "timm", "whisper", "trl"))
# Other libraries have devices of the same names, and no XPU: in a file with one of them, a word `device` may be theirs.
_OTHERS = frozenset(
    ("faster_whisper", "ctranslate2", "onnxruntime", "vllm", "sglang", "paddle", "tensorflow", "jax", "cupy", "insightface")
)
# A file that cannot do without one of these runs on CUDA alone, whatever its lines say.
_CUDA_ONLY = frozenset("tensorrt triton flash_attn pynvml pycuda apex transformer_engine megatron nemo exllama exllamav2 cuda".split())
_VARIABLE = re.compile(r"(?:\w*_)?(?:device|dev)(?:_\w+)?", re.IGNORECASE)


def uses(every: list[ast.AST], nodes: list[ast.AST]) -> Iterator[Found]:
    """Yield the hard-wired devices, the calls that need CUDA, the choices between CUDA and the CPU, and the patches of torch.cuda."""
    for node in every:
        yield from (("patch", dotted(t), at(node)) for t in _targets(node) if re.match(r"torch\.cuda(?:\.|$)", dotted(t)))
    modules = {name.partition(".")[0] for node in every for name in _imported(node)}
    if modules & _TORCH and not modules & _CUDA_ONLY:
        yield from _wired(every, nodes, () if modules & _OTHERS else _KEYWORDS)
        yield from _choices(every)


def _wired(every: list[ast.AST], nodes: list[ast.AST], keywords: tuple[str, ...]) -> Iterator[Found]:
    assigned = Counter(dotted(target) for node in every for target in _targets(node))
    # Settings that are read by exec may replace any name.
    settled = not any(isinstance(node, ast.Call) and dotted(node.func) in ("exec", "globals") for node in every)
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _of_call(node, keywords)
        elif isinstance(node, ast.Assign) and _names_cuda(node.value) and settled and any(_is_device(t, assigned) for t in node.targets):
            yield "device", constant(node.value), at(node)


def _choices(every: list[ast.AST]) -> Iterator[Found]:
    """Yield the choices between CUDA and the CPU that no user and no caller is offered."""
    choices = [node for node in every if isinstance(node, ast.IfExp)]
    # One behind the `else` of another is the last of several.
    later = {choice.orelse for choice in choices}
    found = [node for node in choices if _is_binary(node) and node not in later]
    offers = [node for node in every if isinstance(node, ast.Call) and is_offer(node)] if found else []
    offered = {part for offer in offers for part in ast.walk(offer)}
    yield from (("choice", "cuda or cpu", at(node)) for node in found if node not in offered)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _of_call(call: ast.Call, keywords: tuple[str, ...]) -> Iterator[Found]:
    name = dotted(call.func)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    # `.cuda(weight.device)` goes where something else is already.
    if method == "cuda" and name != "torch.cuda" and not any("device" in dotted(argument) for argument in call.args):
        yield "device", ".cuda()", at(call.func)
    elif name.startswith("torch.cuda."):
        if name.split(".")[2] in _NEEDS_CUDA:
            yield "cuda call", name, at(call)
    elif (method == "to" or name in ("torch.device", "torch.set_default_device")) and call.args and _names_cuda(call.args[0]):
        yield "device", constant(call.args[0]), at(call.args[0])
    else:
        value = keyword(call, *keywords)
        if value is not None and _names_cuda(value):
            yield "device", constant(value), at(value)


def _is_device(target: ast.expr, assigned: Counter[str]) -> bool:
    """Say whether this is a variable for a device that is set nowhere else: a second assignment is a choice, too."""
    name = dotted(target)
    return _VARIABLE.fullmatch(name.rpartition(".")[2]) is not None and assigned[name] == 1


def _names_cuda(node: ast.AST) -> bool:
    return _CUDA.fullmatch(constant(node)) is not None


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For)) else []


def _is_binary(node: ast.IfExp) -> bool:
    """`"cuda" if torch.cuda.is_available() else "cpu"`, also inside `torch.device(…)` on either side."""
    asked = any(dotted(part) == "torch.cuda.is_available" for part in ast.walk(node.test))
    one, other = (_device(side) for side in (node.body, node.orelse))
    return asked and _CUDA.fullmatch(one) is not None and other == "cpu"


def _device(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and dotted(node.func) == "torch.device" and node.args:
        node = node.args[0]
    return constant(node)
