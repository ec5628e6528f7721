"""The command line: one small module a command, each a pipeline of parse, call, render and exit."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

# typer colours its help wherever GITHUB_ACTIONS is set; this switch of its own is read when it is about to.
if not sys.stdout.isatty():
    os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"

# The function of each command, in the module of its name.
_COMMANDS = {
    "check": "check",
    "triage": "triage",
    "report": "report",
    "fit": "fit",
    "snapshot": "snapshot",
    "list": "list_rules",
    "explain": "explain",
}


class _Commands(TyperGroup):
    """The commands by name; each is imported and built when it is wanted: by a run one of them, by the help all."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = dict.fromkeys(_COMMANDS)  # type: ignore[assignment]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in _COMMANDS and self.commands[cmd_name] is None:
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name)(getattr(import_module(f"{__name__}.{cmd_name}"), _COMMANDS[cmd_name]))
            self.commands[cmd_name] = typer.main.get_command(alone)
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A doctor for machines that run language models on an Intel GPU: what is wrong, why, and the fix.",
)


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
