"""Whether this process may use the render node of a GPU, and why not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from xpudoctor.facts.record import Record
from xpudoctor.probes._posix_user import group_name

_REFUSED = (errno.EACCES, errno.EPERM)


class Access(Record):
    """`allowed` is about permission alone; `missing` says that there is no such node; `error` is the errno's name."""

    allowed: bool | None
    missing: bool
    error: str = ""
    group: str | None = None


def access(node: Path) -> Access:
    """Open a node for reading and writing, as the driver would, and close it again.

    A container's device list refuses what the file's mode allows (EPERM), so os.access alone would not do; and a node without a
    device behind it (ENXIO) is no question of permission.
    """
    group = _group(node)
    try:
        os.close(os.open(node, os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)))
    except OSError as error:
        missing = error.errno == errno.ENOENT
        name = errno.errorcode.get(error.errno or 0, "")
        refused = missing or error.errno in _REFUSED or not os.access(node, os.R_OK | os.W_OK)
        return Access(False if refused else None, missing, name, group)
    return Access(True, False, "", group)


def _group(node: Path) -> str | None:
    try:
        return group_name(node.stat().st_gid)
    except OSError:
        return None
