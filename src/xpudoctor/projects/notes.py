"""Whether a README tells where XPU wheels are: then its readers know, whatever the lists of requirements say."""

from __future__ import annotations

import re

from xpudoctor.facts.project import Project, Source, Use
from xpudoctor.projects._text import in_text

INDEX = re.compile(r"https://[\w./-]{1,80}/whl/[\w./-]{0,20}xpu")


def read(file: str, text: str) -> Project:
    """Return the first address of XPU wheels in a text."""
    match = INDEX.search(text)
    uses = (Use("index", match[0], in_text(file, "text", text, match[0])),) if match else ()
    return Project(code=(Source(file, uses=uses),)) if uses else Project()
