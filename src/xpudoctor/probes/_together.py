"""Several looks at once: each in a thread that nobody waits for longer than the limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

_T = TypeVar("_T")

# How often a caller is told what is still missing, in seconds.
_TICK = 0.5
# What is left to a look after its child's limit, to end the child and to say so.
SLACK = 3.0


def together(
    parts: Mapping[str, Callable[[], Any]], limit: float, progress: Callable[[set[str]], None] | None = None
) -> Iterator[tuple[str, Any, str]]:
    """Yield name, what was seen, and why nothing was, as the parts come in; those that are late are given up."""
    done, missing, end = _started(parts), dict.fromkeys(parts), time.monotonic() + limit
    while missing and (left := end - time.monotonic()) > 0:
        if progress:
            progress(set(missing))
        try:
            seen = done.get(timeout=min(left, _TICK))
        except Empty:
            continue
        del missing[seen[0]]
        yield seen
    if progress:
        progress(set())
    for name in missing:
        yield name, None, f"not seen within {limit:g} s"


def _started(parts: Mapping[str, Callable[[], Any]]) -> SimpleQueue[tuple[str, Any, str]]:
    done: SimpleQueue[tuple[str, Any, str]] = SimpleQueue()
    for name, part in parts.items():
        # Not a thread pool: it would wait for a stuck thread when the program ends.
        Thread(target=_look, args=(name, part, done), daemon=True).start()
    return done


def _look(name: str, part: Callable[[], Any], done: SimpleQueue[tuple[str, Any, str]]) -> None:
    try:
        done.put((name, part(), ""))
    except RuntimeError as error:  # What a probe says where it could not look.
        done.put((name, None, str(error)))
    except Exception as error:
        done.put((name, None, f"probe failed: {type(error).__name__}: {error}"))


def once(look: Callable[[], _T]) -> Callable[[], _T]:
    """Return a look that several may take: the first one looks, and the others are told."""
    lock, seen = Lock(), list[_T]()

    def told() -> _T:
        with lock:
            if not seen:
                seen.append(look())
            return seen[0]

    return told


def taken(arrivals: Iterator[tuple[str, Any, str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return all that arrives: what was seen, and why the rest was not."""
    seen, gaps = dict[str, Any](), dict[str, str]()
    for name, value, why in arrivals:
        if why:
            gaps[name] = why
        else:
            seen[name] = value
    return seen, gaps
