"""All that was seen of one machine at one time: frozen, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from xpudoctor.facts import codec
from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.devices import Devices
from xpudoctor.facts.environment import Environment
from xpudoctor.facts.log import Log
from xpudoctor.facts.model import PlannedModel
from xpudoctor.facts.packages import Packages
from xpudoctor.facts.project import Project
from xpudoctor.facts.record import Record
from xpudoctor.facts.requirements import Requirements
from xpudoctor.facts.runtime import Runtime
from xpudoctor.facts.system import System
from xpudoctor.facts.torch import Torch

SCHEMA = 1
SECTIONS = ("system", "packages", "devices", "runtime", "torch", "environment", "log", "requirements", "project", "model")

__all__ = ["SCHEMA", "SECTIONS", "Snapshot", "SnapshotError"]


class Snapshot(Record):
    """Each section is None where nobody looked; `gaps` says why, for each section that could not be seen."""

    system: System | None = None
    packages: Packages | None = None
    devices: Devices | None = None
    runtime: Runtime | None = None
    torch: Torch | None = None
    environment: Environment | None = None
    log: Log | None = None
    requirements: Requirements | None = None
    project: Project | None = None
    model: PlannedModel | None = None
    gaps: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the snapshot as JSON data, with its schema number."""
        return {"schema": SCHEMA, **codec.to_json(self)}

    @classmethod
    def from_json(cls, data: Any, place: str = "snapshot") -> Snapshot:
        """Return the snapshot that this JSON data holds; raise SnapshotError where it holds none."""
        if not isinstance(data, dict) or "schema" not in data:
            raise SnapshotError(f"{place}: not a snapshot of xpudoctor (no schema number)")
        if data["schema"] != SCHEMA:
            raise SnapshotError(f"{place}: schema {data['schema']!r} is not known here; this version reads schema {SCHEMA}")
        snapshot: Snapshot = codec.from_json(cls, data, place)
        return snapshot

    @classmethod
    def from_text(cls, text: str, place: str = "snapshot") -> Snapshot:
        """Return the snapshot in a JSON text: a saved snapshot, or a JSON report that carries one."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SnapshotError(f"{place}: not JSON ({error})") from None
        if isinstance(data, dict) and isinstance(data.get("snapshot"), dict):
            data = data["snapshot"]
        return cls.from_json(data, place)
