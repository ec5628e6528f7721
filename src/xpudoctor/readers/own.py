"""Our own words: a saved snapshot or a report in any of its forms, alone or among other text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence

from xpudoctor.facts import embedding
from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot, SnapshotError
from xpudoctor.readers import gpu_names, key_values

_DECODER = json.JSONDecoder()
_MOST_TRIES = 20
# How a report begins, and how its last line begins: for issues, as Markdown, as text.
_FORMS = (
    (re.compile(re.escape(embedding.BEGIN)), re.compile(re.escape(embedding.END))),
    (
        re.compile(r"## xpudoctor$"),
        re.compile(r"Links: |\*\*.{1,80}\*\*; .{0,20}\d{1,5} checks? passed|\| .{1,80} \| (?:clear|unknown|crashed|ignored) \|"),
    ),
    (re.compile(r"xpudoctor \d+\.\d\S{0,20} \|"), re.compile(r".{0,120}\btells more\.$|.{0,120}\bchecks? passed")),
)
_ID = r"([a-z0-9]+(?:-[a-z0-9]+)+)"
_TEXT_FINDING = re.compile(rf"(?:[\u2717!\xb7X-]|\s{{4}}(?:\u2514|`-) hence) {_ID}(?: \((?:certain|likely|possible)\))?: (\S.*)")
_HEADING = re.compile(rf"### (?:error|warning|info): `{_ID}`$")
_FOLLOWS = re.compile(rf"- follows from it: `{_ID}`: (\S.*)")
_SURE = re.compile(r" \((?:certain|likely|possible)\)$")


def read(lines: Sequence[Line]) -> Snapshot:
    """Return the first snapshot of ours that the lines hold, or what the first report says of the machine in its head."""
    carried = next((snapshot for snapshot, _ in _snapshots(lines)), None)
    if carried is not None:
        return carried
    report = next(_reports(lines), None)
    return key_values.read(list(_head([lines[index] for index in report]))) if report else Snapshot()


def _head(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the system and the GPUs as the head of a report names them (`… | Ubuntu 24.04 | … | Arc A770`), each under a label.

    Versions are left out: the findings that they led to are stated below.
    """
    texts = [line.text for line in lines[:12]]
    points = [text[2:] for text in texts if text.startswith("- ")]
    text = " ".join(texts[: texts.index("")]) if "" in texts else ""
    for part in points if texts[:1] == ["## xpudoctor"] else text.split(" | "):
        if not part.startswith(("xpudoctor ", "Python ", "torch ", "no ")):
            yield Line(lines[0].number, f"{'GPU' if gpu_names.labelled(part) else 'OS'}: {part}")


def others(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that are not ours: what a report advises is no fault that somebody has."""
    ours = {index for span in _spans(lines) for index in span}
    return tuple(line for index, line in enumerate(lines) if index not in ours) if ours else tuple(lines)


def stated(lines: Sequence[Line]) -> tuple[tuple[str, str, str], ...]:
    """Return the findings that a report without a snapshot states, each with its rule, its message and where it stands."""
    if any(True for _ in _snapshots(lines)):
        return ()
    return tuple(found for span in _reports(lines) for found in _findings([lines[index] for index in span]))


def _spans(lines: Sequence[Line]) -> Iterator[range]:
    yield from _reports(lines)
    yield from (span for _, span in _snapshots(lines))


def _reports(lines: Sequence[Line]) -> Iterator[range]:
    """Yield where each report stands; one without its end goes on to the end of the text."""
    for begins, ends in _FORMS:
        starts = [index for index, line in enumerate(lines) if begins.match(line.text)]
        for start, after in zip(starts, [*starts[1:], len(lines)], strict=False):
            last = max((index for index in range(start + 1, after) if ends.match(lines[index].text)), default=after - 1)
            yield range(start, last + 1)


def _findings(lines: Sequence[Line]) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(lines):
        source = f"line {line.number}"
        if heading := _HEADING.match(line.text):
            message = next((after.text for after in lines[number + 1 : number + 4] if after.text), "")
            yield heading[1], html.unescape(_SURE.sub("", message)), source
        elif told := _FOLLOWS.match(line.text):
            yield told[1], html.unescape(told[2]), source
        elif told := _TEXT_FINDING.match(line.text):
            yield told[1], " ".join([told[2], *_wrapped(lines[number + 1 :])]), source


def _wrapped(after: Sequence[Line]) -> Iterator[str]:
    """Yield the rest of a message that goes on in indented lines."""
    for line in after[:8]:
        text = line.text.strip()
        if not line.text.startswith("    ") or re.match(r"(?:fix|or|why|seen|see|line \d+)\b[: ]|\u2514|`-|\$ ", text):
            return
        yield text


def _snapshots(lines: Sequence[Line]) -> Iterator[tuple[Snapshot, range]]:
    """Yield each snapshot, and the lines that hold it."""
    if not any('"schema"' in line.text for line in lines):
        return
    end = 0
    starts = [index for index, line in enumerate(lines) if line.text.startswith("{")]
    for index in starts[:_MOST_TRIES]:
        found = _snapshot("\n".join(line.text for line in lines[index:])) if index >= end else None
        if found:
            end = index + found[1]
            yield found[0], range(index, end)


def _snapshot(text: str) -> tuple[Snapshot, int] | None:
    """Return the snapshot that a text begins with, and of how many lines it is."""
    try:
        data, end = _DECODER.raw_decode(text)
        inner = data["snapshot"] if isinstance(data.get("snapshot"), dict) else data
        return Snapshot.from_json(inner), text.count("\n", 0, end) + 1
    except (ValueError, AttributeError, SnapshotError, RecursionError):
        return None
