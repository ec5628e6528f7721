"""How the services of a compose file are started."""

from __future__ import annotations

from xpudoctor.facts.fact import Place
from xpudoctor.facts.project import Container, Project, located
from xpudoctor.projects import _yaml, scripts
from xpudoctor.projects._yaml import Entry


def read(file: str, text: str) -> Project:
    """Return the services whose settings all stand here: what an anchor or `extends` brings in is not known."""
    rows = text.splitlines()
    services: dict[str, list[Entry]] = {}
    for entry in _yaml.entries(text):
        if len(entry.path) > 1 and entry.path[0] == "services":
            services.setdefault(entry.path[1], []).append(entry)
    known = (
        [entries for entries in services.values() if not any(e.path[2:3] == ("extends",) for e in entries)] if _yaml.is_plain(text) else []
    )
    containers = tuple(_container(file, rows, entries) for entries in known)
    return Project(containers=containers, environments=scripts.environment(file, rows))


def _container(file: str, rows: list[str], entries: list[Entry]) -> Container:
    def values(*names: str) -> tuple[str, ...]:
        return tuple(e.value for e in entries if e.path[2:3] and e.path[2] in names and e.value)

    line, row = entries[0].line, rows[entries[0].line - 1]
    return Container(
        next(iter(values("image")), ""),
        located("service", row, Place(file, line, len(row) - len(row.lstrip()) + 1)),
        " ".join(values("command", "entrypoint", "build", "environment")),
        values("devices"),
        values("group_add"),
        next(iter(values("user")), ""),
        values("privileged") == ("true",),
        next(iter((*values("shm_size"), *(value for value in values("ipc") if value == "host"))), ""),
    )
