"""How a script is put to the interpreter that is examined."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from xpudoctor.probes._run import Ended, run
from xpudoctor.probes.patient import source

_ENVIRONMENT = {
    # Nothing is written into the environment that is looked at …
    "PYTHONDONTWRITEBYTECODE": "1",
    # … and nothing that was printed is lost when the process dies.
    "PYTHONUNBUFFERED": "1",
}


def ask(
    python: str | None,
    script: str,
    *arguments: str,
    timeout: float,
    env: Mapping[str, str | None] | None = None,
    packages: bool = True,
) -> Ended:
    """Run a patient script in an interpreter, from the root folder: nothing there is imported by mistake.

    Without `packages` its site-packages stay closed: a script that needs none starts faster, and runs no code of a .pth file.
    """
    command = [located(python), *(() if packages else ("-S",)), "-c", source(script), *arguments]
    return run(command, timeout=timeout, env={**_ENVIRONMENT, **(env or {})}, cwd=Path(sys.prefix).anchor)


def answered(ended: Ended) -> Ended:
    """Return it if its script came to speak at all; otherwise RuntimeError says how the interpreter ended."""
    if ended.marks:
        return ended
    last = ended.stderr.strip().rpartition("\n")[2][-300:]
    raise RuntimeError(" · ".join(filter(None, (f"the interpreter {ended.ending or 'said nothing'}", last))))


def located(python: str | None) -> str:
    """Return the interpreter's path as it holds from another folder; its links stay, for they make the virtual environment."""
    if python is None:
        return sys.executable
    return str(Path(shutil.which(python) or python).absolute())
