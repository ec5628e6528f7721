"""How a script is put to the interpreter that is examined."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import field

from xpudoctor.facts.record import Record
from xpudoctor.probes import _run
from xpudoctor.probes._run import Ended
from xpudoctor.probes.patient import source

# By these variables torch loads device backends by itself, and Level Zero shows some GPUs only.
AUTOLOAD, MASK = "TORCH_DEVICE_BACKEND_AUTOLOAD", "ZE_AFFINITY_MASK"

_ENVIRONMENT = {
    # Nothing is written into the environment that is looked at …
    "PYTHONDONTWRITEBYTECODE": "1",
    # … and nothing that was printed is lost when the process dies.
    "PYTHONUNBUFFERED": "1",
}
# The oldest Python that reads the scripts, and the seconds within which any Python tells its version.
_OLDEST = (3, 8)
_QUICK = 2.0


class Question(Record):
    """Patient scripts, run one after the other, with what they are told.

    Without `packages` its site-packages stay closed: a script that needs none starts faster, and runs no code of a .pth file.
    """

    scripts: tuple[str, ...]
    argument: str = ""
    env: Mapping[str, str | None] = field(default_factory=dict)
    packages: bool = True


# The stack of a crash tells which library it was.
_STACK = {"PYTHONFAULTHANDLER": "1"}
# Without it the loader offers no device management, which is where free memory is asked for.
_SYSMAN = {"ZES_ENABLE_SYSMAN": "1"}
QUESTIONS = {
    "import": Question(("import_torch",), "import", _STACK),
    "bare": Question(("import_torch",), "bare", {**_STACK, AUTOLOAD: "0"}),
    "ipex": Question(("import_torch",), "ipex", _STACK),
    "files": Question(("import_torch",), "files", _STACK),
    "inventory": Question(("inventory",)),
    # Both in one child: to start Python takes longer than to call them.
    "drivers": Question(("level_zero", "opencl"), env=_SYSMAN, packages=False),
    "unmasked": Question(("level_zero",), env={**_SYSMAN, MASK: None}, packages=False),
    "opencl": Question(("opencl",), packages=False),
}
_BEGUN: dict[tuple[str | None, str], Callable[[float], Ended]] = {}


def begin(python: str | None, *, static: bool, timeout: float) -> None:
    """Put what will be asked to an interpreter, this one without a name, before anything else is imported: it takes longest."""
    imports = () if static else ("import", "ipex")
    files = () if is_own(python) else ("inventory", "files") if static else ("inventory",)
    for question in (*imports, *files, "drivers"):
        _BEGUN[python, question] = _put(python, question, timeout)


def ask(python: str | None, question: str, timeout: float) -> Ended:
    """Return what comes of a question, which may have been put before."""
    waiting = _BEGUN.pop((python, question), None) or _put(python, question, timeout)
    return waiting(timeout)


def _put(python: str | None, name: str, timeout: float) -> Callable[[float], Ended]:
    asked = QUESTIONS[name]
    arguments = (asked.argument, str(timeout * 0.9)) if asked.argument else ()
    command = [python or sys.executable, *(() if asked.packages else ("-S",)), "-c", source(*asked.scripts), *arguments]
    return _run.begin(command, {**_ENVIRONMENT, **asked.env})


def is_own(python: str | None) -> bool:
    """Say whether the interpreter that is examined is this one, and finds modules where a child of it would.

    Then what only reads files needs no child. PYTHONPATH may have named the folder one stands in, which is not on our own path.
    """
    alone = (sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_site, sys.flags.no_user_site)
    return python is None and not any(alone) and not os.environ.get("PYTHONPATH")


def answered(ended: Ended) -> Ended:
    """Return it if its script came to speak at all; otherwise RuntimeError says how the interpreter ended."""
    if ended.marks:
        return ended
    raise RuntimeError(f"the interpreter {_end(ended)}")


def _end(ended: Ended) -> str:
    last = ended.stderr.strip().rpartition("\n")[2][-300:]
    return " · ".join(filter(None, (ended.ending or "said nothing", last)))


def unfit(python: str) -> str:
    """Say why no script can be put to an interpreter at all; empty for a Python 3.8 or later, and where that is not known."""
    ended = _run.run([python, "-S", "-c", "import sys; print('Python %d.%d' % sys.version_info[:2])"], timeout=_QUICK)
    said = re.fullmatch(r"Python (\d+)\.(\d+)", ended.stdout.strip())
    if said:
        return "" if (int(said[1]), int(said[2])) >= _OLDEST else f"it is {said[0]}"
    return "" if ended.timed_out else _end(ended)
