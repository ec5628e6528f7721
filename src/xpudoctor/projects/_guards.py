"""Which parts of a Python program run on any machine, and which only after the program has looked at the device.

A branch whose condition speaks of a device, a `try` that catches, a function that is named for a device, a default that a caller or a
user may replace: what stands there is no fault, whatever device it names. When in doubt, a part counts as guarded.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

_DEVICE = re.compile(
    r"cuda|xpu|gpu|mps|npu|hpu|hip|rocm|cpu|device|backend|accelerat|avail|platform|nvidia|vram|capability|distributed|rank|world_size|"
    r"nccl|ddp|fsdp|deepspeed|triton|flash|low_?mem|^dist$|is_initialized",
    re.IGNORECASE,
)
_NAMED_FOR = re.compile(r"cuda|gpu|nvidia|nccl|rocm|hip|triton|distributed|ddp|fsdp|test|bench", re.IGNORECASE)
# What these are given is a choice that is offered, or a value for the case that nothing was chosen.
_OFFERS = frozenset(
    "add_argument option Option Argument Field field get getattr getenv setdefault pop Dropdown Radio Checkbox Choice choice Literal "
    "isinstance startswith print warning warn info debug error format replace split index find".split()
)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def unguarded(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield every node that is reached on any machine, in order."""
    for statement in statements:
        yield from _statement(statement)
        if _decides(statement):
            return


def chooses(node: ast.AST) -> bool:
    """Say whether an expression speaks of devices."""
    return any(_DEVICE.search(word) for part in ast.walk(node) for word in _words(part))


def _words(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return (node.attr,)
    return (node.value,) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ()


def _decides(statement: ast.stmt) -> bool:
    """Say whether what follows a statement is only reached on some devices: it leaves on the others."""
    if isinstance(statement, ast.Assert):
        return chooses(statement.test)
    return (
        isinstance(statement, ast.If)
        and chooses(statement.test)
        and any(_leaves(body[-1]) for body in (statement.body, statement.orelse) if body)
    )


def _leaves(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    exits = isinstance(call, ast.Call) and _name(call.func) in ("exit", "quit", "_exit", "skip", "skipTest")
    return isinstance(statement, _LEAVES) or exits


def is_offer(call: ast.Call) -> bool:
    """Say whether a call offers a choice to a user or a caller, such as a default of the command line."""
    return _name(call.func) in _OFFERS


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _statement(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, (ast.If, ast.While)):
        if not chooses(node.test):
            yield from _parts([node.test])
            yield from unguarded(node.body)
            yield from unguarded(node.orelse)
    elif isinstance(node, ast.Try):
        if not node.handlers:
            yield from unguarded(node.body)
        yield from unguarded(node.finalbody)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        if not _NAMED_FOR.search(node.name) and not any(map(chooses, node.decorator_list)):
            yield from unguarded(
                s for s in node.body if not (isinstance(node, ast.ClassDef) and isinstance(s, (ast.Assign, ast.AnnAssign)))
            )
    else:
        yield from _compound(node)


def _compound(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, (ast.For, ast.AsyncFor)):
        # `for i in range(torch.cuda.device_count())` runs for no device that is not there.
        yield from _parts([node.iter])
        yield from unguarded(() if chooses(node.iter) else (*node.body, *node.orelse))
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from _parts([item.context_expr for item in node.items])
        yield from unguarded(node.body)
    elif isinstance(node, ast.Match):
        for case in () if chooses(node.subject) else node.cases:
            yield from unguarded(case.body)
    else:
        yield from _parts([node])


def _parts(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        yield node
        if not _is_choice(node):
            yield from _parts(ast.iter_child_nodes(node))


def _is_choice(node: ast.AST) -> bool:
    if isinstance(node, ast.IfExp):
        return chooses(node.test)
    if isinstance(node, ast.BoolOp):
        return any(map(chooses, node.values))
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return any(chooses(part) for generator in node.generators for part in (generator.iter, *generator.ifs))
    if isinstance(node, ast.Call):
        return is_offer(node)
    return isinstance(node, (ast.Compare, ast.arguments))
