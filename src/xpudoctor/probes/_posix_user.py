"""Who this process is to the kernel: its groups, those that a new login would have, and its limits."""

from __future__ import annotations

import os
import sys

from xpudoctor.facts.system import System


def user() -> System:
    """The groups of this process beside those granted to its user: they differ until the next login."""
    if sys.platform == "win32":
        return System()
    groups = sorted({os.getegid(), *os.getgroups()})
    sources = {"root": "id -u", "groups": "id", "granted_groups": "id USER (what a new login would get)"}
    return System(root=os.geteuid() == 0, groups=tuple(map(group_name, groups)), granted_groups=_granted(), sources=sources)


def group_name(number: int) -> str:
    """Return a group's name; its number as a text where it has none."""
    if sys.platform == "win32":
        return str(number)
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except (KeyError, OSError):
        return str(number)


def limits() -> System:
    """How many files this process may hold open."""
    if sys.platform == "win32":
        return System()
    import resource

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return System(open_files=sys.maxsize if soft == resource.RLIM_INFINITY else soft, sources={"open_files": "ulimit -n"})


def _granted() -> tuple[str, ...] | None:
    if sys.platform == "win32":
        return None
    import pwd

    try:
        entry = pwd.getpwuid(os.getuid())
        # Asks the directory service, too, where grp.getgrall() often lists local groups only.
        return tuple(map(group_name, sorted(os.getgrouplist(entry.pw_name, entry.pw_gid))))
    except (KeyError, OSError):
        return None
