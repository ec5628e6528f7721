"""What must not leave the machine is taken out of a snapshot before anything is judged, printed or saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from xpudoctor.facts.log import Line, Log
from xpudoctor.facts.private import NAMED, PATTERNS, SECRET_NAME, compiled
from xpudoctor.facts.record import Record

# A user or host of one of these names is told by the path only: as a bare word it would blank what diagnoses.
_PLAIN_WORDS = frozenset(
    (
        "admin administrator ai all amd app apps arc bmg code conda cpu cuda default dev devel developer dg2 docker driver everyone "
        "gpu guest host i915 intel ipex kernel linux llm llms localhost max me mesa ml model models my name none nvidia oneapi project "
        "projects public python pytorch render runner server shared space system test torch triton unknown user username video vllm "
        "windows work workspace wsl xpu you your "
        "and are error fail failed failure false for found from has info not root the true warning was with yes "
        # folders of the system
        "bin boot data dev dri etc home lib lib64 local media mnt opt proc root run sbin share site-packages src srv sys tmp usr var venv "
        # distributions
        "alma almalinux alpine arch cachyos centos debian endeavouros fedora gentoo kali manjaro mint nixos opensuse pop rhel rocky "
        "slackware suse ubuntu void zorin"
    ).split()
)
# Fields whose words are the system's, the device's or a package's own: a user of the same name must not blank them.
_CLOSED = frozenset(
    "os distribution like family kind kernel_driver stage environment installer package_manager name version origin architecture".split()
)


class Identity(Record):
    """Who the user of this machine is, as far as it must not be told."""

    user: str = ""
    home: str = ""
    host: str = ""


def redactor(identity: Identity, keep: frozenset[str] = frozenset(), named: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """Return a function that takes secrets and the identity out of a text.

    `keep` are words that must survive; `named` are the names that a text gives its user and machine, each with its mark.
    """
    plain = _PLAIN_WORDS | keep
    folder = re.escape(identity.home.rstrip("/\\"))
    home = re.compile(rf"(?<![\w.~-]){folder}(?![\w.-])", re.IGNORECASE) if folder else None
    marks = {identity.user: "<user>", identity.host: "<host>", **(named or {})}
    names = [
        (re.compile(rf"(?<![\w.+-]){re.escape(word)}(?![\w-])", re.IGNORECASE), mark)
        for word, mark in marks.items()
        if len(word) > 2 and word.lower() not in plain
    ]

    # One folder stands in the record of every package.
    @cache
    def redact(text: str) -> str:
        text = _writable(text)
        text = _impersonal(home.sub("~", text) if home else text)
        for name, mark in names:
            text = name.sub(mark, text)
        return text

    return redact


def _impersonal(text: str) -> str:
    """Return a text without what is private by its shape."""
    lower = text.lower()
    for words, pattern, mark in PATTERNS:
        for word in words:  # any() would take four times as long, and an environment is thousands of texts.
            if word in lower:
                text = compiled(pattern).sub(mark, text)
                break
    return text


def names_in(text: str) -> dict[str, str]:
    """Return the words by which a text names its user and its machine (in a prompt, a home folder, a field), each with its mark."""
    lower = text.lower()
    return {
        word: mark
        for words, pattern, marks in NAMED
        if any(hint in lower for hint in words)
        for found in compiled(pattern).finditer(text)
        for word, mark in zip(found.groups(), marks, strict=True)
        if word
    }


def redacted(value: Any, redact: Callable[[str], str]) -> Any:
    """Return a section, or a part of one, with its texts redacted; variables whose name is a secret's lose their value."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Log) and value.lines:
        # As one text: a private key is more than one line, and one search is faster than thousands.
        texts = redact(value.text).split("\n")
        return replace(value, lines=tuple(Line(line.number, text) for line, text in zip(value.lines, texts, strict=True)))
    if isinstance(value, tuple):
        return tuple(redacted(item, redact) for item in value)
    if isinstance(value, Mapping):
        return {_key(key, redact): _told(key, item, redact) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in fields(value))
        return type(value)(**{name: redacted(getattr(value, name), _writable if name in _CLOSED else redact) for name in names})
    return value


def _writable(text: str) -> str:
    """Return a text that any file can hold: a byte that was no UTF-8 is half a surrogate pair here."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _key(key: str, redact: Callable[[str], str]) -> str:
    return redact(key) if "/" in key or "\\" in key else key


def _told(key: str, item: Any, redact: Callable[[str], str]) -> Any:
    return "<secret>" if item and compiled(f"(?i){SECRET_NAME}").fullmatch(key) else redacted(item, redact)
