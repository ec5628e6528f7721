"""What a command that installs a requirements file says of that file: for which device it is meant, and which index it is read with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xpudoctor.facts.project import Installation


def settled(installations: Iterable[Installation]) -> tuple[Installation, ...]:
    """Return the installations, each requirements file with what the commands that include it say of it."""
    rows = tuple(installations)
    return tuple(_settled(row, [other for other in rows if _includes(other, row)]) for row in rows)


def _includes(command: Installation, file: Installation) -> bool:
    """Say whether a command names this file: by its last part, for an image has it under another folder."""
    return any(name.rpartition("/")[2] == file.name.rpartition("/")[2] for name in command.includes)


def _settled(file: Installation, commands: list[Installation]) -> Installation:
    purposes = {command.meant_for for command in commands}
    indexes = tuple(index for command in commands for index in command.indexes)
    # The plain requirements.txt is for everybody, also where an image for one device takes it.
    plain = file.name.rpartition("/")[2] == "requirements.txt" or len(purposes) > 1
    purpose = file.meant_for or ("" if plain else next(iter(purposes), ""))
    return replace(file, meant_for=purpose, indexes=(*file.indexes, *indexes)) if commands else file
