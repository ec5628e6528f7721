"""The environment variables that matter to this stack; all others are none of its business."""

from __future__ import annotations

import os
from collections.abc import Mapping

from xpudoctor.facts.environment import Environment, is_watched


def environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Return the watched variables that are set, by name."""
    return Environment({name: variables[name] for name in sorted(variables) if is_watched(name)}, complete=True)
