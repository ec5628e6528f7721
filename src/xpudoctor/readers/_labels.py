"""How a person labels a fact: `GPU: Arc A770`, `| OS | Windows 11 |`, `驱动: 31.0.101.5333`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xpudoctor.facts.log import Line

_LONGEST = 400
_BULLET = r"[\s>*#•\-+`]{0,8}(?:\d{1,2}[.)]\s)?[\s*`_]{0,4}"
# A C++ name (`std::x`), a path (C:\…) and a URL have a colon, too, and no label before it.
_PAIR = re.compile(
    rf"{_BULLET}([A-Za-z\u4e00-\u9fff][\w \u4e00-\u9fff()/.\-]{{0,40}}?)[\s*`\]_]{{0,6}}(?::(?![:\\/])|\uff1a|=(?!=))[\s*`]{{0,40}}(\S.*)"
)
_CELLS = re.compile(r"\s{0,8}\|([^|]{1,60})\|([^|]{1,200})\|")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value under a label, which is in lower case and without marks."""

    label: str
    value: str
    number: int

    @property
    def source(self) -> str:
        return f"line {self.number}"


def labelled(lines: Sequence[Line]) -> Iterator[Labelled]:
    """Yield the labelled values, one a line at most."""
    for line in lines:
        if len(line.text) > _LONGEST:
            continue
        match = _CELLS.match(line.text) or _PAIR.match(line.text)
        if match and (value := match[2].strip(" \t*`_")):
            yield Labelled(" ".join(match[1].strip(" *`_").lower().replace("_", " ").split()), value, line.number)
