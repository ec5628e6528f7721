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
    r"nccl|ddp|fsdp|deepspeed|triton|trt|tensorrt|flash|low_?mem|^dist$|is_initialized",
    re.IGNORECASE,
)
_NAMED_FOR = re.compile(r"cuda|gpu|nvidia|nccl|rocm|hip|triton|trt|distributed|ddp|fsdp|test|bench", re.IGNORECASE)
# What these are given is a choice that is offered, or a value for the case that nothing was chosen.
_OFFERS = frozenset(
    "add_argument option Option Argument Field field get getattr getenv setdefault pop Dropdown Radio Checkbox Choice choice Literal "
    "isinstance startswith print warning warn info debug error format replace split index find".split()
)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def unguarded(tree: ast.Module, every: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node that is reached on any machine, in order; `every` is all that the tree holds."""
    yield from _Guards(every).block(tree.body)


def is_offer(call: ast.Call) -> bool:
    """Say whether a call offers a choice to a user or a caller, such as a default of the command line."""
    return _name(call.func) in _OFFERS


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _leaves(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    exits = isinstance(call, ast.Call) and _name(call.func) in ("exit", "quit", "_exit", "skip", "skipTest")
    return isinstance(statement, _LEAVES) or exits


class _Guards:
    """The guards of one program. `answers` are the names that hold what was asked of a device: `use_fast = device == "cuda"`."""

    def __init__(self, every: Iterable[ast.AST]) -> None:
        self._answers: frozenset[str] = frozenset()
        asked = [node for node in every if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Compare, ast.BoolOp, ast.UnaryOp))]
        self._answers = frozenset(_name(target) for node in asked if self._chooses(node.value) for target in node.targets) - {""}

    def _chooses(self, node: ast.AST) -> bool:
        """Say whether an expression speaks of devices."""
        return any(map(self._speaks, ast.walk(node)))

    def _speaks(self, node: ast.AST) -> bool:
        name = _name(node) or (node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "")
        return name in self._answers or _DEVICE.search(name) is not None

    def block(self, statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
        """Yield what is reached of statements that follow each other."""
        for statement in statements:
            yield from self._statement(statement)
            if self._decides(statement):
                return

    def _decides(self, statement: ast.stmt) -> bool:
        """Say whether what follows a statement is only reached on some devices: it leaves on the others."""
        if isinstance(statement, ast.Assert):
            return self._chooses(statement.test)
        bodies = (statement.body, statement.orelse) if isinstance(statement, ast.If) and self._chooses(statement.test) else ()
        return any(_leaves(body[-1]) for body in bodies if body)

    def _statement(self, node: ast.stmt) -> Iterator[ast.AST]:
        if isinstance(node, (ast.If, ast.While)):
            if not self._chooses(node.test):
                yield from self._parts([node.test])
                yield from self.block(node.body)
                yield from self.block(node.orelse)
        elif isinstance(node, ast.Try):
            yield from self.block(() if node.handlers else node.body)
            yield from self.block(node.finalbody)
        elif isinstance(node, ast.ClassDef):
            # What a class sets are defaults of its objects.
            body = [statement for statement in node.body if not isinstance(statement, (ast.Assign, ast.AnnAssign))]
            yield from self.block(() if self._is_named_for(node) else body)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self.block(() if self._is_named_for(node) else node.body)
        else:
            yield from self._compound(node)

    def _is_named_for(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
        return _NAMED_FOR.search(node.name) is not None or any(map(self._chooses, node.decorator_list))

    def _compound(self, node: ast.stmt) -> Iterator[ast.AST]:
        if isinstance(node, (ast.For, ast.AsyncFor)):
            # `for i in range(torch.cuda.device_count())` runs for no device that is not there.
            yield from self._parts([node.iter])
            yield from self.block(() if self._chooses(node.iter) else (*node.body, *node.orelse))
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield from self._parts([item.context_expr for item in node.items])
            yield from self.block(node.body)
        elif isinstance(node, ast.Match):
            for case in () if self._chooses(node.subject) else node.cases:
                yield from self.block(case.body)
        else:
            yield from self._parts([node])

    def _parts(self, nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
        for node in nodes:
            yield node
            if not self._is_choice(node):
                yield from self._parts(ast.iter_child_nodes(node))

    def _is_choice(self, node: ast.AST) -> bool:
        if isinstance(node, ast.IfExp):
            return self._chooses(node.test)
        if isinstance(node, ast.BoolOp):
            return any(map(self._chooses, node.values))
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            return any(self._chooses(part) for generator in node.generators for part in (generator.iter, *generator.ifs))
        if isinstance(node, ast.Call):
            return is_offer(node)
        return isinstance(node, (ast.Compare, ast.arguments))
