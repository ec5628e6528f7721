"""How code loads and runs a model: in which number format, by which quantization, on which device, with which draft."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from xpudoctor.projects._calls import Found, at, constant, dotted, is_true, keyword

_CONFIGS = ("EetqConfig", "HiggsConfig", "SpQRConfig", "VptqConfig")
_DOUBLE = ("torch.float64", "torch.double")
# Slow tokenizers that are made from a SentencePiece model.
_TOKENIZERS = (
    "LlamaTokenizer",
    "T5Tokenizer",
    "GemmaTokenizer",
    "XLMRobertaTokenizer",
    "MBartTokenizer",
    "CamembertTokenizer",
    "AlbertTokenizer",
)
# What brings a model to a device while it is loaded; what `**` hands over is not known.
_PLACED = (None, "device_map", "device", "pipeline_parallel_stages")
# What a model may be asked without ever being moved, and a name that stands for it.
_HARMLESS = frozenset("generate eval config generation_config parameters half bfloat16 float tie_weights resize_token_embeddings".split())


def uses(every: list[ast.AST], nodes: list[ast.AST]) -> Iterator[Found]:
    """Yield what is said of number formats, quantization, drafts and tokenizers, and the models that stay on the CPU."""
    low_bit = _is_ipex_llm(every)
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _of_call(node, low_bit)
    yield from _left_on_cpu(every)


def _is_ipex_llm(every: list[ast.AST]) -> bool:
    modules = [node.module or "" for node in every if isinstance(node, ast.ImportFrom)]
    return any(module.startswith(("ipex_llm.transformers", "bigdl.llm.transformers")) for module in modules)


def _of_call(call: ast.Call, low_bit: bool) -> Iterator[Found]:
    name, method = dotted(call.func), call.func.attr if isinstance(call.func, ast.Attribute) else ""
    for key in ("load_in_8bit", "load_in_4bit"):
        value = keyword(call, key)
        # ipex-llm takes a configuration of bitsandbytes, too, and does by itself what that says.
        if value is not None and is_true(value) and (not low_bit or method == "from_pretrained"):
            yield "quantization", f"ipex-llm {key}" if low_bit else key, at(value)
    if name.rpartition(".")[2] in _CONFIGS:
        yield "quantization", name.rpartition(".")[2], at(call)
    if method == "from_pretrained" and name.split(".")[-2] in _TOKENIZERS:
        yield "tokenizer", name.split(".")[-2], at(call)
    if method == "generate" and isinstance(call.func, ast.Attribute):
        draft = keyword(call, "assistant_model")
        if draft is not None and dotted(draft) and dotted(draft) == dotted(call.func.value):
            yield "own draft", dotted(draft), at(draft)
    if _is_on_xpu(call) and _is_double(call):
        yield "float64", "float64", at(call)


def _is_on_xpu(call: ast.Call) -> bool:
    places = [
        keyword(call, "device", "device_map"),
        *(call.args[:1] if isinstance(call.func, ast.Attribute) and call.func.attr == "to" else ()),
    ]
    chained = call.func.value if isinstance(call.func, ast.Attribute) else None
    named = any(constant(place).partition(":")[0] == "xpu" for place in places if place is not None)
    return named or (isinstance(chained, ast.Call) and _is_on_xpu(chained))


def _is_double(call: ast.Call) -> bool:
    kinds = [keyword(call, "dtype", "torch_dtype"), *call.args]
    chained = call.func.value if isinstance(call.func, ast.Attribute) else None
    doubles = isinstance(call.func, ast.Attribute) and call.func.attr == "double" and not call.args
    named = doubles or any(dotted(kind) in _DOUBLE for kind in kinds if kind is not None)
    return named or (isinstance(chained, ast.Call) and _is_double(chained))


def _left_on_cpu(every: list[ast.AST]) -> Iterator[Found]:
    """Yield a model that is loaded and asked to generate, and never moved, where its input is moved to xpu."""
    if not any(isinstance(node, ast.Call) and _moves_to_xpu(node) for node in every):
        return
    parents = {child: node for node in every for child in ast.iter_child_nodes(node)}
    asked: dict[str, set[str]] = defaultdict(set)
    for node in every:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            asked[node.id].update(_chain(node, parents))
    for node in every:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_loaded(node.value):
            names = asked[node.targets[0].id]
            if "generate" in names and _HARMLESS.issuperset(names):
                yield "left on cpu", node.targets[0].id, at(node)


def _chain(name: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    """Yield what is asked of a name, one after another: `half`, `to` of `model.half().to(…)`; an empty word where it is handed on."""
    node, parent = name, parents[name]
    if not isinstance(parent, ast.Attribute):
        yield ""
    while isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is node):
        if isinstance(parent, ast.Attribute):
            yield parent.attr
        node, parent = parent, parents[parent]


def _moves_to_xpu(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "to" and bool(call.args) and constant(call.args[0]).startswith("xpu")


def _is_loaded(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or any(k.arg in _PLACED for k in node.keywords):
        return False
    name = dotted(node.func)
    return name.endswith(".from_pretrained") and ("AutoModel" in name or name.endswith("ForCausalLM.from_pretrained"))
