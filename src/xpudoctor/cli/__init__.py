"""The command line: one small module a command, each a pipeline of parse, call, render and exit."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from xpudoctor.cli.check import check
from xpudoctor.cli.explain import explain
from xpudoctor.cli.fit import fit
from xpudoctor.cli.list import list_rules
from xpudoctor.cli.report import report
from xpudoctor.cli.snapshot import snapshot
from xpudoctor.cli.triage import triage

# typer colours its help wherever GITHUB_ACTIONS is set; this switch of its own is read when it is about to.
if not sys.stdout.isatty():
    os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A doctor for machines that run language models on an Intel GPU: what is wrong, why, and the fix.",
)
app.command()(check)
app.command()(triage)
app.command()(report)
app.command()(fit)
app.command()(snapshot)
app.command("list")(list_rules)
app.command()(explain)


def _version(wanted: bool) -> None:
    if wanted:
        from xpudoctor import __version__

        typer.echo(f"xpudoctor {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    # Its options have done their work in their callbacks; the help text of the program is the app's.
    del version
