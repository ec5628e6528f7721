"""A snapshot as a block inside a text, and out of it again: so that a pasted report is judged as the machine itself."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence

from xpudoctor.facts.codec import SnapshotError
from xpudoctor.facts.snapshot import Snapshot

# Comments, which no form of an issue shows and none takes out.
BEGIN = "<!-- xpudoctor report: begin -->"
END = "<!-- xpudoctor report: end -->"
_PLAIN = '{"schema":'
_PACKED = "xpudoctor-snapshot zlib base64"
_COLUMNS = 120
# A few kilobytes may unpack to any size: no snapshot is larger than this.
_LARGEST = 64 * 1024 * 1024


def plain(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON to be read by people, too: a line for each section."""
    parts = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in snapshot.to_json().items())
    return "{" + ",\n".join(parts) + "}"


def packed(snapshot: Snapshot) -> str:
    """Return the snapshot compressed, in lines of letters, about a tenth as long."""
    data = b64encode(zlib.compress(json.dumps(snapshot.to_json(), ensure_ascii=False).encode("utf-8", "replace"), 9)).decode("ascii")
    return "\n".join([_PACKED, *(data[start : start + _COLUMNS] for start in range(0, len(data), _COLUMNS))])


def spans(lines: Sequence[str]) -> Iterator[range]:
    """Yield where each report in these lines stands, its marks included; one without its end goes on to the next one, or to the end."""
    begins = [index for index, line in enumerate(lines) if line.strip() == BEGIN]
    for begin, after in zip(begins, [*begins[1:], len(lines)], strict=False):
        yield range(begin, next((index + 1 for index in range(begin, after) if lines[index].strip() == END), after))


def unpacked(lines: Sequence[str], place: str) -> Snapshot:
    """Return the snapshot that a report carries; SnapshotError, naming `place`, where it is damaged or was left out."""
    for index, line in enumerate(lines):
        if line.lstrip().startswith(_PLAIN):
            return Snapshot.from_json(_json("\n".join(lines[index:]).lstrip(), place), place)
        if line.strip() == _PACKED:
            return Snapshot.from_json(_json(_inflated(lines[index + 1 :], place), place), place)
    raise SnapshotError(f"{place}: the report in it carries no snapshot")


def _json(text: str, place: str) -> object:
    try:
        data: object = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{place}: the snapshot in its report is damaged ({error})") from None
    return data


def _inflated(lines: Sequence[str], place: str) -> str:
    end = next((index for index, line in enumerate(lines) if line.startswith("```") or not line.strip()), len(lines))
    try:
        data = b64decode("".join(line.strip() for line in lines[:end]), validate=True)
        return zlib.decompressobj().decompress(data, _LARGEST).decode("utf-8")
    except (ValueError, zlib.error) as error:
        raise SnapshotError(f"{place}: the snapshot in its report is damaged ({error})") from None
