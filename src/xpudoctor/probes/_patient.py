"""How a script is put to the interpreter that is examined."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

from xpudoctor.probes._run import Ended, run
from xpudoctor.probes.patient import source

_ENVIRONMENT = {
    # Nothing is written into the environment that is looked at …
    "PYTHONDONTWRITEBYTECODE": "1",
    # … and nothing that was printed is lost when the process dies.
    "PYTHONUNBUFFERED": "1",
}
# The oldest Python that reads the scripts, and the seconds within which any Python tells its version.
_OLDEST = (3, 8)
_QUICK = 2.0


def ask(
    python: str | None,
    script: str,
    *arguments: str,
    timeout: float,
    env: Mapping[str, str | None] | None = None,
    packages: bool = True,
) -> Ended:
    """Run a patient script in an interpreter, this one without a name.

    Without `packages` its site-packages stay closed: a script that needs none starts faster, and runs no code of a .pth file.
    """
    command = [python or sys.executable, *(() if packages else ("-S",)), "-c", source(script), *arguments]
    return run(command, timeout=timeout, env={**_ENVIRONMENT, **(env or {})})


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
    ended = run([python, "-S", "-c", "import sys; print('Python %d.%d' % sys.version_info[:2])"], timeout=_QUICK)
    said = re.fullmatch(r"Python (\d+)\.(\d+)", ended.stdout.strip())
    if said:
        return "" if (int(said[1]), int(said[2])) >= _OLDEST else f"it is {said[0]}"
    return "" if ended.timed_out else _end(ended)
