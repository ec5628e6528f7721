"""What the place where a report is shown can show, and what counts there."""

from __future__ import annotations

from xpudoctor.diagnosis.rules import Severity
from xpudoctor.facts.record import Record


class View(Record):
    """`width` in columns; `color` allows escape sequences, `unicode` marks outside ASCII.

    `fail_on` is the least severity that counts as a failure, or `never`. `project` is the path that leads from the folder of the job to
    the project, with a slash at its end.
    """

    width: int = 80
    color: bool = False
    unicode: bool = False
    verbose: bool = False
    quiet: bool = False
    fail_on: str = "error"
    project: str = ""

    def counts(self, severity: Severity) -> bool:
        """Say whether a finding of this severity is a failure."""
        order = [member.value for member in Severity]
        return self.fail_on in order and order.index(severity.value) <= order.index(self.fail_on)
