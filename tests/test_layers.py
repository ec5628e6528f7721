"""Who may import whom: the plan of docs/architecture.md, held by reading the imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "xpudoctor"

MAY_IMPORT = {
    "facts": {"facts", "packaging"},
    "readers": {"facts", "readers", "packaging"},
    "projects": {"facts", "readers", "projects", "packaging"},
    "probes": {"facts", "probes", "psutil", "packaging"},
    "diagnosis": {"facts", "diagnosis", "packaging"},
    "fit": {"facts", "fit", "huggingface_hub"},
    "renderers": {"facts", "diagnosis", "fit", "renderers", "rich", "typer"},
    "cli": {"facts", "probes", "projects", "readers", "diagnosis", "fit", "renderers", "cli", "rich", "typer"},
}
# Inside diagnosis, a module may import only those that stand before it: no circle anywhere.
ORDER = tuple("rules skim fixes findings words conditions sources checks triage baseline foreseen examine stated asks plugins".split())
REFUSED_TO_CHECKS = {"os", "subprocess", "sys", "platform", "psutil", "socket", "ctypes", "urllib", "http", "torch"}
NEVER = {"torch", "intel_extension_for_pytorch", "dpctl", "pyopencl", "pip"}


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(name: str) -> str | None:
    """Return the room of ours or the library that an import is of; None for the standard library and `xpudoctor` itself."""
    parts = name.split(".")
    if parts[0] == "xpudoctor":
        return parts[1] if (SOURCE / parts[1]).is_dir() else None
    return None if parts[0] in sys.stdlib_module_names or parts[0] in ("__future__", "tomli") else parts[0]


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_a_room_imports_only_what_is_below_it(name: str) -> None:
    for path in (SOURCE / name).rglob("*.py"):
        if "patient" not in path.parts:
            used = {found for imported in imports(path) if (found := room(imported))}
            assert used <= MAY_IMPORT[name], f"{path.relative_to(ROOT)}: {sorted(used - MAY_IMPORT[name])}"


@pytest.mark.parametrize("name", ORDER)
def test_diagnosis_has_no_circle(name: str) -> None:
    before = set(ORDER[: ORDER.index(name)])
    used = {part[2] for i in imports(SOURCE / "diagnosis" / f"{name}.py") if (part := i.split("."))[:2] == ["xpudoctor", "diagnosis"]}
    assert used <= before | {name}


def test_every_module_of_diagnosis_has_its_place_in_the_order() -> None:
    assert {path.stem for path in (SOURCE / "diagnosis").glob("*.py")} - {"__init__"} == set(ORDER)


def test_a_check_touches_no_machine() -> None:
    for path in (ROOT / "checks").rglob("*.py"):
        first = {name.split(".")[0] for name in imports(path)}
        assert not first & REFUSED_TO_CHECKS, path
        assert {name for name in first if name not in sys.stdlib_module_names} <= {"xpudoctor", "xpudoctor_checks", "packaging"}, path


def test_what_runs_in_a_patients_interpreter_needs_the_standard_library_alone() -> None:
    for path in set((SOURCE / "probes" / "patient").glob("*.py")) - {SOURCE / "probes" / "patient" / "__init__.py"}:
        # What the scripts share is put before each of them; no import of it is left.
        names = {name for name in imports(path) if not name.startswith("xpudoctor.probes.patient.")}
        others = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
        allowed = {"torch", "intel_extension_for_pytorch"} if path.stem == "import_torch" else set()
        assert others <= allowed, path


def test_the_doctor_never_imports_a_patient() -> None:
    for path in SOURCE.rglob("*.py"):
        if "patient" not in path.parts:
            assert not {name.split(".")[0] for name in imports(path)} & NEVER, path


def test_only_one_place_starts_child_processes() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name != "_run.py" and "patient" not in path.parts:
            assert "subprocess.Popen(" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    "path", [p for top in (SOURCE, ROOT / "checks") for p in top.rglob("*.py")], ids=lambda p: str(p.relative_to(ROOT))
)
def test_a_file_says_what_it_knows_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module's docstring says what it knows"
    assert len(text.splitlines()) <= 165
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= 25, f"{node.name}: {lines} lines"
