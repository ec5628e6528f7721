"""What must not leave the machine, and how it is taken out of a snapshot before anything is printed or saved.

Facts that diagnose are never touched: versions (Windows drivers have four parts), error codes, PCI ids, package names, sonames.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

# A secret is what stands after these names, or has one of these services' shapes.
# (a tokenizer is none, nor is a number of tokens).
_SECRET_WORDS = r"token(?!iz|s\b|_type|_id)|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|credential|authorization"
_SECRET_NAME = rf"[\w-]*(?:{_SECRET_WORDS})[\w-]*"
_SECRET_SHAPE = r"\b(?:hf_|gh[pousr]_|github_pat_|glpat-|sk-|xox[abpr]-|pypi-|npm_|AKIA|ASIA|AIza|ya29\.|eyJ)[\w.-]{12,}"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Up to the last @, for a password may hold one.
    (re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/'\"<>]{1,400}@", re.IGNORECASE), r"\1<credentials>@"),
    # After a slash it is a file of such a name.
    (
        re.compile(rf"(?<![\w/-])({_SECRET_NAME}['\"]?\s{{0,3}}[=:]\s{{0,3}}['\"]?)(?:bearer\s+)?[^\s'\",;&]{{4,}}", re.IGNORECASE),
        r"\1<secret>",
    ),
    (re.compile(r"\b(bearer\s+)[\w.~+/-]{8,}=*", re.IGNORECASE), r"\1<secret>"),
    (re.compile(_SECRET_SHAPE), "<secret>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "<uuid>"),
    (re.compile(r"\b(serial(?:[ _-]?(?:number|no))?\.?['\"]?\s{0,3}[=:]\s{0,3}['\"]?)[\w-]{4,}", re.IGNORECASE), r"\1<serial>"),
    (re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", re.IGNORECASE), "<mac>"),
)
_HOMES = re.compile(r"(?<![\w.~-])((?:/home|/Users|/mnt/[a-z]/Users)/|[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2})([^\s/\\:;,'\"<>|]+)")
# A user or host of one of these names is told by the path only: as a bare word it would blank what diagnoses.
_PLAIN_WORDS = frozenset(
    (
        "admin administrator amd arc conda cuda default docker gpu guest host intel ipex linux llm localhost max mesa nvidia oneapi public "
        "python pytorch render runner server system test torch triton user video vllm windows work wsl xpu cpu i915 bmg dg2 driver kernel "
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


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the user of this machine is, as far as it must not be told."""

    user: str = ""
    home: str = ""
    host: str = ""


def redactor(identity: Identity, keep: frozenset[str] = frozenset()) -> Callable[[str], str]:
    """Return a function that takes secrets and the identity out of a text; `keep` are more words that must survive."""
    plain = _PLAIN_WORDS | keep
    folder = re.escape(identity.home.rstrip("/\\"))
    home = re.compile(rf"(?<![\w.~-]){folder}(?![\w.-])", re.IGNORECASE) if folder else None
    words = [
        (re.compile(rf"(?<![\w.+-]){re.escape(word)}(?![\w-])", re.IGNORECASE), mark)
        for word, mark in ((identity.user, "<user>"), (identity.host, "<host>"))
        if len(word) > 2 and word.lower() not in plain
    ]

    # One folder stands in the record of every package.
    @cache
    def redact(text: str) -> str:
        text = _writable(text)
        text = home.sub("~", text) if home else text
        text = _HOMES.sub(r"\1<user>", text)
        for pattern, mark in (*_PATTERNS, *words):
            text = pattern.sub(mark, text)
        return text

    return redact


def redacted(value: Any, redact: Callable[[str], str]) -> Any:
    """Return a section, or a part of one, with its texts redacted; variables whose name is a secret's lose their value."""
    if isinstance(value, str):
        return redact(value)
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
    return "<secret>" if item and _SECRET_VARIABLE.fullmatch(key) else redacted(item, redact)


_SECRET_VARIABLE = re.compile(_SECRET_NAME, re.IGNORECASE)
