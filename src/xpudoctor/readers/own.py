"""Our own words: a saved snapshot or a JSON report, alone or among other text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot, SnapshotError

_DECODER = json.JSONDecoder()
_MOST_TRIES = 20


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the first snapshot of ours that the lines hold."""
    if not any('"schema"' in line.text for line in lines):
        return Snapshot()
    starts = [index for index, line in enumerate(lines) if line.text.startswith("{")]
    for index in starts[:_MOST_TRIES]:
        snapshot = _snapshot("\n".join(line.text for line in lines[index:]))
        if snapshot is not None:
            return snapshot
    return Snapshot()


def _snapshot(text: str) -> Snapshot | None:
    try:
        data, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    try:
        inner = data["snapshot"] if isinstance(data.get("snapshot"), dict) else data
        # The lines that are being read are the log.
        return replace(Snapshot.from_json(inner), log=None)
    except (SnapshotError, RecursionError):
        return None
