"""`xpudoctor report`: what an issue needs to hold, as Markdown to paste."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Project(str, Enum):
    """The projects whose issue forms are known."""

    PYTORCH = "pytorch"
    IPEX_LLM = "ipex-llm"
    VLLM = "vllm"
    LLAMA_CPP = "llama.cpp"
    TRANSFORMERS = "transformers"


def report(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to this file.")] = None,
    copy: Annotated[bool, typer.Option("--copy", help="Put the report on the clipboard in place of printing it.")] = False,
    project: Annotated[Project | None, typer.Option("--for", help="Follow the form of this project's issues.")] = None,
    python: Annotated[Path | None, typer.Option(help="The Python interpreter whose environment is looked at.")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="Report a saved snapshot in place of this machine.")] = None,
    log: Annotated[Path | None, typer.Option(help="Hold this log against the facts, and put it into the report.")] = None,
    static: Annotated[bool, typer.Option("--static", help="Import nothing.")] = False,
    timeout: Annotated[float, typer.Option(min=1, max=86400, help="Seconds after which a slow probe is given up.")] = 60,
) -> None:
    """Write a report to paste into an issue: the cause first, then the environment; nothing in it tells who you are."""
    from xpudoctor.cli import _clipboard, _machine, _report
    from xpudoctor.diagnosis.examine import examine
    from xpudoctor.renderers import issue

    _report.must_be_writable(output)
    clipboard = _clipboard.command() if copy else None
    if copy and clipboard is None:
        raise typer.BadParameter("no clipboard here (looked for clip.exe, wl-copy, xclip, xsel); use -o FILE", param_hint="--copy")
    if snapshot is not None:
        facts = _machine.saved(snapshot, log)
        checks, problems = _machine.checks([], logs=facts.log is not None)
    else:
        with _machine.live(python, static=static, timeout=timeout) as probes:
            checks, problems = _machine.checks([], logs=log is not None)
        facts = _machine.with_log(probes.snapshot, log, ours=True)
    text = issue.render(examine(facts, checks, problems=problems), project.value if project else "")
    if clipboard is not None:
        if why := _clipboard.copy(text, clipboard):
            raise typer.BadParameter(f"not copied: {why}", param_hint="--copy")
        typer.echo(f"xpudoctor: {len(text)} characters are on the clipboard; read them through before you post them", err=True)
    if output is not None or clipboard is None:
        _report.put(text, output)
