"""The forms in which projects take a bug report: the report goes where they ask for the environment, the rest is for the user to write."""

from __future__ import annotations

from typing import Any

from xpudoctor.facts.toml import load_resource

PROJECTS = ("pytorch", "ipex-llm", "vllm", "llama.cpp", "transformers")


def filled(project: str, report: str) -> str:
    """Return the report in a project's form; as it is where none is named."""
    if not project:
        return report
    form = load_resource("xpudoctor.renderers", "forms.toml")[project]
    return "\n".join(f"### {field['title']}\n\n{_answer(field, report)}\n" for field in form["fields"])


def _answer(field: dict[str, Any], report: str) -> str:
    return report if field.get("holds") == "report" else f"<!-- {field['ask']} -->"
