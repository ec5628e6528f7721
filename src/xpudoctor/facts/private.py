"""What is private by its shape or by the name before it: secrets, addresses, serial numbers, whose machine it is.

Facts that diagnose have shapes of their own and are left alone: versions (Windows drivers have four parts), error codes, PCI ids, package
names, sonames, namespaces of C++. No pattern reaches over the end of a line, so a whole text may be redacted at once. A pattern is
compiled when one of its words is first seen: most machines hold none of these things.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from xpudoctor.facts.tokens import SHAPES

# A secret is what stands after these names (a tokenizer is none, nor is the token that begins or ends a text, nor a number of tokens).
_SECRET_WORDS = (
    r"(?<!bos_)(?<!eos_)(?<!pad_)(?<!unk_)(?<!max_)token(?!iz|s\b|_type|_id)|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|"
    r"private[_-]?key|account[_-]?key|credential|authorization|x-(?:amz|goog)-signature"
)
SECRET_NAME = rf"[\w-]*(?:{_SECRET_WORDS})[\w-]*"
_NO_SECRET = r"(?!(?:true|false|none|null|\*+|<\w+>)(?![\w*]))"

_SECRET_HINTS = ("token", "secret", "passw", "passphrase", "key", "credential", "authorization", "signature")
_HEX = r"[0-9a-fA-F]"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}(?![.\w])"

_GAP = r"[^\S\n]{0,3}"
_NAMED_HOME = r"[^\s/\\:;,'\"<>|]+"


class Private(NamedTuple):
    """What is taken out: `words`, in lower case, are looked for first, and `mark` stands in its place."""

    words: tuple[str, ...]
    pattern: str
    mark: str


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern, made when it is first needed."""
    return re.compile(pattern)


PATTERNS = (
    # Up to the last @, for a password may hold one.
    Private(("@",), r"(?i)(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/'\"<>]{1,400}@", r"\1<credentials>@"),
    Private(("hooks.slack.com", "/webhooks/"), r"(://hooks\.slack\.com/services/|/api/webhooks/)[\w/-]{16,}", r"\1<secret>"),
    Private(("cookie:",), r"(?im)^([^\S\n]{0,40}(?:set-)?cookie:[^\S\n]{0,9}).+", r"\1<secret>"),
    Private(("password",), r"(?i)\b(login[^\S\n]{1,9})\S{1,200}([^\S\n]{1,9}password[^\S\n]{1,9})\S{1,400}", r"\1<user>\2<secret>"),
    # After a slash it is a file of such a name.
    Private(
        _SECRET_HINTS,
        rf"(?i)(?<![\w/-])({SECRET_NAME}['\"]?{_GAP}[=:]{_GAP}['\"]?)(?:(?:bearer|basic|token)[^\S\n]+)?{_NO_SECRET}[^\s'\",;&]{{4,}}",
        r"\1<secret>",
    ),
    Private(
        _SECRET_HINTS,
        rf"(?i)(?<![\w/])(--?{SECRET_NAME}[^\S\n]{{1,3}}['\"]?){_NO_SECRET}[^\s'\",;&-][^\s'\",;&]{{3,}}",
        r"\1<secret>",
    ),
    Private(("bearer ", "basic "), r"(?i)\b((?:bearer|basic)[^\S\n]+)(?=[\w.~+/-]*\d)[\w.~+/-]{8,}={0,2}", r"\1<secret>"),
    Private(("sig=", "key=", "auth="), r"([?&](?:sig|key|auth)=)[^\s&'\"]{8,}", r"\1<secret>"),
    *(Private(tuple(words.split()), rf"(?<![A-Za-z0-9])(?:{shape})", "<secret>") for words, shape in SHAPES),
    # A line of a private key: nothing but base64, in both cases and with digits.
    Private(
        ("private key",),
        r"(?m)^(?=[^\n]{0,80}[a-z])(?=[^\n]{0,80}[A-Z])(?=[^\n]{0,80}\d)[A-Za-z0-9+/]{20,76}={0,2}[^\S\n]*$",
        "<secret>",
    ),
    Private(("-",), rf"\b{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}\b", "<uuid>"),
    Private(("machine", "boot"), rf"(?i)\b((?:machine|boot)[ _-]?id['\"]?{_GAP}[=:]?{_GAP}['\"]?){_HEX}{{32}}\b", r"\1<uuid>"),
    Private(
        ("serial", "s/n", "tag", "product id"),
        r"(?i)\b((?:\w{0,20}serial(?:[ _-]?(?:number|no|num|short))?\.?|s/n|service[ _]?tag|asset[ _]?tag|product id)"
        r"['\"]?[^\S\n]{0,30}[=:][^\S\n]{0,30}['\"]?)(?=[\w-]{0,40}\d)[\w-]{4,}",
        r"\1<serial>",
    ),
    Private(("s-1-5-21",), r"\bS-1-5-21(?:-\d{1,10}){3,4}\b", "<sid>"),
    Private((":", "-"), rf"(?<![\w:-])(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}(?![\w:-])", "<mac>"),
    # Addresses that no version looks like, and any address where the word or the mark beside it says that it is one.
    Private(
        ("192.168.", "172.", "169.254."),
        rf"(?<![\w.])(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)\.{_OCTET}\.{_OCTET}(?![\w.]\w)",
        "<ip>",
    ),
    Private(
        (
            "://",
            "@",
            "inet",
            "host",
            "peer",
            "server",
            "client",
            "gateway",
            "dns",
            "addr",
            "connect",
            "listen",
            "ip:",
            "ip=",
            "ip ",
            "ipv4",
        ),
        rf"(?i)((?://|@|(?:\b|_)(?:inet|host|peer|server|client|gateway|dns|addr(?:ess)?|connect(?:ed|ing|ion)?(?:[ _](?:to|from))?|"
        rf"listening on|ip(?:v4)?(?:[ _]?addr(?:ess)?)?)['\"]?{_GAP}[=:]?{_GAP}['\"(]?))(?!127\.|0\.0\.0\.0|255\.){_IPV4}",
        r"\1<ip>",
    ),
    Private((":", "/"), rf"(?<![\w./=-])(?!127\.|0\.0\.0\.0|255\.){_OCTET}(?:\.{_OCTET}){{3}}(?=:\d{{2,5}}\b|/\d{{1,2}}\b)", "<ip>"),
    Private(
        ("::", ":"),
        r"(?i)(?<![\w:])(?:fe80|f[cd][0-9a-f]{2}|[23][0-9a-f]{3})(?=[0-9a-f:]{0,40}::|(?::[0-9a-f]{1,4}){7})(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::)?(?![\w:])",
        "<ip>",
    ),
    Private(("@",), r"(?<![\w.+/-])(?!git@)[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,12}(?![\w@])", "<email>"),
    Private(("desktop-", "laptop-", "win-"), r"\b(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{6,15}\b", "<host>"),
    Private(
        ("/home/", "/users/", "/media/", "/run/user/"),
        rf"(?i)(?<![\w.~-])((?:/home|/Users|/mnt/[a-z]/Users|/run/media|/media|/run/user)/)(?!<){_NAMED_HOME}",
        r"\1<user>",
    ),
    # A Windows account may have a name of two or three words.
    Private(
        ("users",),
        rf"(?i)(?<![\w~-])([a-z]:[\\/]{{1,4}}Users[\\/]{{1,4}})(?!<|Public\b|Default\b)"
        rf"(?:{_NAMED_HOME}(?:[ ]{_NAMED_HOME}){{0,2}}(?=[\\/])|{_NAMED_HOME})",
        r"\1<user>",
    ),
)

# Where a text says who its user is and what the machine is called: those words are then taken out wherever they stand.
NAMED: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    (
        ("/home/", "users", "/media/"),
        r"(?i)(?:/home|/Users|/run/media|/media)/([\w.-]{1,40})|\b[a-z]:[\\/]{1,4}Users[\\/]{1,4}([\w.-]{1,40})",
        ("<user>", "<user>"),
    ),
    (
        ("@",),
        r"(?m)^[^\S\n]{0,9}(?:\([\w.-]{1,40}\)[^\S\n]{0,3})?([\w.-]{1,40})@([\w.-]{1,60}):[^\n]{0,200}?[$#](?:\s|$)",
        ("<user>", "<host>"),
    ),
    (("name",), r"(?im)^[^\S\n]{0,20}(?:host|machine|computer)[ _]?name[^\S\n]{0,9}[=:][^\S\n]{0,30}([\w.-]{2,60})", ("<host>",)),
    (
        ("user", "logname", "owner"),
        r"(?im)^[^\S\n]{0,20}(?:export |set |\$env:)?(?:user(?:[ _]?name)?|logname|registered owner)"
        r"[^\S\n]{0,9}[=:][^\S\n]{0,30}['\"]?([\w.-]{2,40})['\"]?[^\S\n]*$",
        ("<user>",),
    ),
    (("linux ",), r"\bLinux ([\w.-]{2,60}) \d+\.\d+\.\d+[\w.+-]* #", ("<host>",)),
    ((":",), r"(?m)^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ([\w.-]{2,60}) [\w.-]+(?:\[\d+\])?:", ("<host>",)),
)
