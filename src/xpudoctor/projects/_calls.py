"""What calls and imports of a syntax tree say: the dotted name that is called, its constants, the modules that are brought in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# The modules that a rule asks for.
_MODULES = ("intel_extension_for_pytorch", "ipex_llm", "bigdl.llm", "google.protobuf", "oneccl_bindings_for_pytorch", "peft")
# What llm_patch() of ipex-llm replaces in transformers: a name that was taken out before is the old one.
_PATCHED = frozenset(("AutoModelForCausalLM", "LlamaForCausalLM", "AutoModel", "TrainingArguments"))

# The kind of a use, the thing, and the line and the column (in bytes, from 0) at which it stands.
Found = tuple[str, str, tuple[int, int]]


def at(node: ast.AST) -> tuple[int, int]:
    """Return where an expression or a statement begins; of `model.half().cuda` where its last word does."""
    if isinstance(node, ast.Attribute):
        return node.end_lineno or node.lineno, (node.end_col_offset or 0) - len(node.attr.encode())
    return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)


def dotted(node: ast.AST) -> str:
    """Return `torch.cuda.synchronize` for that expression; of a longer one, such as a call, what stands behind it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def constant(node: ast.AST | None) -> str:
    """Return a text as it stands, of an f-string its beginning; empty for anything else."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def keyword(call: ast.Call, *names: str) -> ast.AST | None:
    """Return the value of the first of these keywords that a call has."""
    return next((k.value for name in names for k in call.keywords if k.arg == name), None)


def is_true(node: ast.AST | None) -> bool:
    """Say whether an expression is the word True."""
    return isinstance(node, ast.Constant) and node.value is True


def imports(every: list[ast.AST], nodes: list[ast.AST]) -> Iterator[Found]:
    """Yield the imports of the modules that matter, where nothing catches their absence."""
    del every
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (("import", alias.name, at(node)) for alias in node.names if _matters(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # `from google import protobuf`
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module in ("google", "bigdl") else [node.module]
            yield from (("import", name, at(node)) for name in names if _matters(name))
            if node.module == "transformers" and not _PATCHED.isdisjoint(alias.name for alias in node.names):
                yield "import", "transformers", at(node)
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "llm_patch":
            yield "import", "llm_patch", at(node)


def _matters(name: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in _MODULES)
