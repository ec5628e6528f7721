"""What the place where a report is shown can show."""

from __future__ import annotations

from xpudoctor.facts.record import Record


class View(Record):
    """`width` in columns; `color` allows escape sequences, `unicode` marks outside ASCII."""

    width: int = 80
    color: bool = False
    unicode: bool = False
    verbose: bool = False
    quiet: bool = False
