"""How every patient script begins: it reports by marks, sees nothing of the working folder, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
from typing import Any

# A copy, so that a library that closes or redirects standard output does not silence the report.
_REPORT = os.dup(1) if __name__ == "__main__" else 1
_ESCAPED = {**{code: f"\\u{code:04x}" for code in range(32)}, ord('"'): '\\"', ord("\\"): "\\\\"}


def mark(**said: Any) -> None:
    """Report something now, because the next step may be the last."""
    # Undecodable bytes of a path are surrogates here, which no JSON file could hold.
    os.write(_REPORT, b"\x1e@xpudoctor " + _json(said).encode("utf-8", "replace") + b"\n")


def _json(value: Any) -> str:
    """Return plain data as JSON; the json module would cost every child 6 ms."""
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPED)}"'
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(str(key))}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_json, value)) + "]"
    return "null" if value is None else str(value).lower()


def told(error: BaseException) -> str:
    """Return an exception as Python prints its last line."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ in ("builtins", "__main__") else kind.__module__ + "." + kind.__name__
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return f"{name}: {text.strip()}".rstrip(": ")
    except Exception:
        return name


def _prepare() -> None:
    here = os.getcwd()  # noqa: PTH109 (pathlib would cost every child 5 ms)
    # An empty entry of PYTHONPATH is that folder, too, by its name.
    sys.path[:] = [path for path in sys.path if path != here]
    if sys.platform == "win32":
        return  # It writes no core files.
    import resource

    try:  # noqa: SIM105 (contextlib would cost every child 1 ms)
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (OSError, ValueError):
        pass


if __name__ == "__main__":
    _prepare()
