"""What the documentation says is what the program does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from xpudoctor.diagnosis.plugins import load

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "checks" / "README.md", *(ROOT / "docs").glob("*.md")]


def test_generated_pages_are_current() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for path, text in generate.pages().items():
        if path.suffix != ".svg":  # its letters' widths are rich's, and change with its release
            assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `python docs/generate.py`"


def test_no_page_of_a_topic_is_left_over() -> None:
    topics = {path.stem for path in (ROOT / "checks" / "xpudoctor_checks").glob("*.toml")}
    assert {path.stem for path in (ROOT / "docs" / "rules").glob("*.md")} == topics | {"index"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_has_the_two_commands_that_ci_runs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("use", "test"):
        assert re.search(rf"<!-- ci: {name} -->\n```sh\npython3 -m venv [^\n]+\n```\n", text), name


def test_a_fresh_environment_is_never_the_one_at_hand() -> None:
    for check in load()[0]:
        for fix in check.rule.fixes:
            if "fresh environment" in fix.text:
                assert not any(command.run.startswith("pip ") for command in fix.commands), check.rule.id
