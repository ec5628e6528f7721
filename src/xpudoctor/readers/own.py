"""Our own words: a saved snapshot or a report in any of its forms, alone or among other text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xpudoctor.facts import embedding
from xpudoctor.facts.log import Line
from xpudoctor.facts.snapshot import Snapshot, SnapshotError
from xpudoctor.readers import gpu_names, key_values

_DECODER = json.JSONDecoder()
_MOST_TRIES = 20
# How a report as Markdown or as text begins, and how its last line begins; one for an issue has marks.
_FORMS = (
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


class Ours(NamedTuple):
    """The first snapshot that the text carries, or what the first report in it says of the machine in its head; `others` are the lines
    around what is ours, for what a report advises is no fault that somebody has.

    `stated` are the findings of reports, each with its rule, its message and where it stands; where a snapshot is, it is judged instead.
    `problems` says of a report why its snapshot cannot be read.
    """

    snapshot: Snapshot
    others: tuple[Line, ...]
    stated: tuple[tuple[str, str, str], ...]
    problems: tuple[str, ...]


def found(lines: Sequence[Line], name: str = "input") -> Ours:
    """Return what of ours the lines hold."""
    reports, problems = tuple(_reports(lines)), list[str]()
    snapshots = (*_carried(lines, name, problems), *_snapshots(lines))
    ours = {index for span in (*reports, *(span for _, span in snapshots)) for index in span}
    others = tuple(line for index, line in enumerate(lines) if index not in ours) if ours else tuple(lines)
    if snapshots:
        return Ours(snapshots[0][0], others, (), tuple(problems))
    blocks = [_dedented(lines, span) for span in reports]
    head = key_values.read(list(_head(blocks[0]))) if blocks else Snapshot()
    return Ours(head, others, tuple(finding for block in blocks for finding in _findings(block)), tuple(problems))


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


def _reports(lines: Sequence[Line]) -> Iterator[range]:
    """Yield where each report stands; one without its end goes on to the end of the text."""
    yield from embedding.spans([line.text for line in lines])
    for begins, ends in _FORMS:
        starts = [index for index, line in enumerate(lines) if begins.match(line.text.lstrip())]
        for start, after in zip(starts, [*starts[1:], len(lines)], strict=False):
            last = max((index for index in range(start + 1, after) if ends.match(lines[index].text.lstrip())), default=after - 1)
            yield range(start, last + 1)


def _dedented(lines: Sequence[Line], span: range) -> list[Line]:
    """Return the lines of a report as they were printed, where it stands indented in a text."""
    first = lines[span.start].text
    indent = first[: len(first) - len(first.lstrip())]
    return [Line(line.number, line.text.removeprefix(indent)) for line in lines[span.start : span.stop]]


def _findings(lines: Sequence[Line]) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(lines):
        source = f"line {line.number}"
        if heading := _HEADING.match(line.text):
            message = next((after.text for after in lines[number + 1 : number + 4] if after.text), "")
            yield heading[1], _SURE.sub("", message), source
        elif told := _FOLLOWS.match(line.text):
            yield told[1], told[2], source
        elif told := _TEXT_FINDING.match(line.text):
            yield told[1], " ".join([told[2], *_wrapped(lines[number + 1 :])]), source


def _wrapped(after: Sequence[Line]) -> Iterator[str]:
    """Yield the rest of a message that goes on in indented lines."""
    for line in after[:8]:
        text = line.text.strip()
        if not line.text.startswith("    ") or re.match(r"(?:fix|or|why|seen|see|line \d+)\b[: ]|\u2514|`-|\$ ", text):
            return
        yield text


def _carried(lines: Sequence[Line], name: str, problems: list[str]) -> Iterator[tuple[Snapshot, range]]:
    """Yield the snapshot in each report for an issue, and where the report stands; `problems` takes what is wrong with one."""
    texts = [line.text for line in lines]
    for span in embedding.spans(texts):
        try:
            yield embedding.unpacked(texts[span.start : span.stop], name), span
        except SnapshotError as error:
            problems.append(str(error))


def _snapshots(lines: Sequence[Line]) -> Iterator[tuple[Snapshot, range]]:
    """Yield each snapshot that stands as JSON, and the lines that hold it."""
    end = 0
    schemas = [index for index, line in enumerate(lines) if '"schema"' in line.text]
    near = sorted({near for index in schemas for near in (max(0, index - 1), index)})
    starts = [index for index in near if lines[index].text.lstrip().startswith("{")]
    for index in starts[:_MOST_TRIES]:
        found = _snapshot("\n".join(line.text for line in lines[index:]).lstrip()) if index >= end else None
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
