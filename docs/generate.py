"""Write the parts of the documentation that can be generated: `python docs/generate.py`; a test holds them current.

Generated are docs/rules/, the options in docs/usage.md, and the example in README.md with the pictures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from xpudoctor.cli import app
from xpudoctor.cli.triage import answer
from xpudoctor.diagnosis.examine import examine
from xpudoctor.diagnosis.plugins import BUILTIN, load
from xpudoctor.diagnosis.sources import known, package_source, tables
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.renderers import render
from xpudoctor.renderers.rulebook import topic
from xpudoctor.renderers.view import View

DOCS = Path(__file__).resolve().parent
# A snapshot of a really broken environment (torch's CPU wheel and IPEX beside each other) under a described Arc A770.
EXAMPLE = DOCS / "example.json"
# What a user may paste: the facts of a thread that was solved.
ISSUE = DOCS / "example-issue.md"


def pages() -> dict[Path, str]:
    """Return every generated file with its text."""
    source = package_source(BUILTIN)
    topics = {name: rules for name, _, rules in tables(source)}
    rows = [
        f"| [{rule.id}]({name}.md#{rule.id}) | {rule.severity.value} | {rule.title} |" for name, rules in topics.items() for rule in rules
    ]
    index = f"# All {len(rows)} rules\n\n| rule | severity | what it is |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    return {
        DOCS / "rules" / "index.md": index,
        **{DOCS / "rules" / f"{name}.md": topic(name, [(rule, known(source, rule)) for rule in rules]) for name, rules in topics.items()},
        DOCS / "usage.md": _between(DOCS / "usage.md", "options", _options()),
        DOCS.parent / "README.md": _between(DOCS.parent / "README.md", "example", f"```text\n{example(View(100, unicode=True))}```"),
        DOCS / "pictures" / "check.svg": picture("xpudoctor check", example),
        DOCS / "pictures" / "triage.svg": picture(f"xpudoctor triage {ISSUE.name}", triaged),
    }


def example(view: View) -> str:
    """Return what `xpudoctor check --snapshot docs/example.json` prints."""
    checks, _ = load()
    snapshot = Snapshot.from_text(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name)
    return render(examine(snapshot, checks), "text", view)


def triaged(view: View) -> str:
    """Return what `xpudoctor triage docs/example-issue.md` prints."""
    return render(answer(ISSUE), "text", view)


def picture(command: str, told: Callable[[View], str], width: int = 100) -> str:
    """Return a command and what it tells as a picture of a terminal (SVG)."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text.from_ansi(told(View(width, color=True, unicode=True))), overflow="fold")
    svg = console.export_svg(title="xpudoctor", unique_id="xpudoctor")
    # rich asks a server for its font; a picture in a repository must not.
    return "\n".join(line.rstrip() for line in re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).splitlines()) + "\n"


def _between(file: Path, name: str, text: str) -> str:
    """Return a file's text with what stands between the marks of this name replaced."""
    start = f"<!-- generated: {name} -->"
    before, rest = file.read_text(encoding="utf-8").split(start)
    return f"{before}{start}\n{text}\n<!-- end -->{rest.split('<!-- end -->', 1)[1]}"


def _options() -> str:
    group: Any = typer.main.get_command(app)
    commands = ((name, group.get_command(None, name)) for name in group.list_commands(None))
    return "\n".join(f"### xpudoctor {name}\n\n{command.help}\n\n{_table(command)}" for name, command in commands).rstrip()


def _table(command: Any) -> str:
    rows = []
    for parameter in command.params:
        kind = getattr(parameter.type, "choices", None)
        names = ", ".join(f"`{name}`" for name in parameter.opts) if parameter.param_type_name == "option" else f"`{parameter.metavar}`"
        choices = f" One of {', '.join(str(getattr(choice, 'value', choice)) for choice in kind)}." if kind else ""
        rows.append(f"| {names} | {parameter.help}{choices} |")
    return "| option | meaning |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""


def main() -> None:
    """Write what has changed, and say so."""
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
