"""The environment variables that matter to this stack, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xpudoctor.facts.fact import Fact


@dataclass(frozen=True, slots=True)
class Environment:
    """`variables` holds the watched variables that are set; with `complete`, one that is not in it is not set."""

    variables: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    source: str = "environment of this process"

    def get(self, name: str) -> str | None:
        """Return a variable's value, None where it was not seen."""
        return self.variables.get(name)

    def fact(self, name: str) -> Fact:
        """Return one variable as evidence."""
        return Fact(name, self.variables.get(name, "not set"), self.source)
