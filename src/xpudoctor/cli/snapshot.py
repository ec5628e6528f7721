"""`xpudoctor snapshot`: save what was seen, to be judged anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def snapshot(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the snapshot to this file.")] = None,
    python: Annotated[Path | None, typer.Option(help="The Python interpreter whose environment is looked at.")] = None,
    static: Annotated[bool, typer.Option("--static", help="Import nothing.")] = False,
    timeout: Annotated[float, typer.Option(min=1, max=86400, help="Seconds after which a slow probe is given up.")] = 60,
) -> None:
    """Save the facts of this machine, redacted, as JSON; `xpudoctor check --snapshot FILE` judges them anywhere."""
    from xpudoctor.cli import _machine, _report

    _report.must_be_writable(output)
    with _machine.live(python, static=static, timeout=timeout) as probes:
        pass
    text = json.dumps(probes.snapshot.to_json(), indent=2, ensure_ascii=output is None) + "\n"
    _report.put(text, output)
