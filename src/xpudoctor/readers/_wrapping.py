"""What terminals, consoles and Markdown put around the words of a line, and how it is taken off."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # a title or a link, up to its end
    r"|\x1b[PX^_][^\x1b\n]*(?:\x1b\\)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
)
# What is left of a colour where a web page dropped the escape character, or wrote it out.
_BARE_COLOURS = re.compile(r"(?:\\x1b|\\u001b|\\033|\\e|\^\[|\u241b)?\[\d{1,3}(?:;\d{1,3}){0,6}m")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[\xa0\u2007\u202f\u3000]")

_QUOTE = re.compile(r"(?:[ \t]{0,12}>){1,8} ?")
_FENCE = re.compile(r"\s{0,12}(?:`{3,}|~{3,})[\w{}.+-]{0,30}")
# What an issue's form says to its user; the marks of our own report are no such words.
_COMMENTS = re.compile(r"<!--(?! xpudoctor report)[^\n]{0,4000}?-->")
_TAGS = re.compile(r"</?(?:details|summary|pre|code|br|p|blockquote|sub|kbd)(?: [^<>\n]{0,80})?/?>", re.IGNORECASE)
# What a page's source writes for the characters that mean something in HTML; the ampersand last, for the others begin with it.
_WRITTEN = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#34;", '"'), ("&#39;", "'"), ("&#x27;", "'"), ("&nbsp;", " "), ("&amp;", "&"))
_ENVIRONMENT = r"(?:\([\w.:/\\~@ -]{1,80}\) ?)?"
_PROMPTS = re.compile(
    r"\s{0,8}(?:"
    rf"{_ENVIRONMENT}(?:PS )?(?:[A-Za-z]:)?\\[^<>|\"?*:\n]{{0,200}}(?<![-= ])>"  # C:\x>
    rf"|{_ENVIRONMENT}PS [A-Za-z]:\\?>"
    rf"|{_ENVIRONMENT}\[?[\w.-]{{1,40}}@[\w.-]{{1,80}}(?::| )?[~/\w][^$#%<>:\n]{{0,200}}?\]? ?[$#%](?= |$)"  # user@host:~$
    rf"|{_ENVIRONMENT}(?:ba|z)?sh-\d\.\d{{1,2}}[$#](?= |$)"
    rf"|{_ENVIRONMENT}\$(?= )"
    r"|#(?= (?:sudo |\./)?(?:sycl-ls|clinfo|xpu-smi|lspci|dpkg|apt|rpm|dmesg|uname|lsmod|python3?|pip3?|docker|cat|ls|modinfo|vainfo) )"
    r"|>>>(?= |$)|\.\.\.(?= |$)(?=.{5})|In \[\d{0,4}\]:(?= |$)"
    r") ?"
)


def unwrapped_block(text: str) -> str:
    """Return some lines without colours, titles and control characters; what was written over is gone."""
    if "\x1b" in text or "\x9b" in text:
        text = _ESCAPES.sub("", text)
    if "[" in text:
        text = _BARE_COLOURS.sub("", text)
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(line.rstrip("\r ").rpartition("\r")[2] if "\r" in line else line for line in text.split("\n"))
    return _SPACES.sub(" ", _CONTROLS.sub("", text))


def unwrapped(line: str) -> str:
    """Return one line without quote marks, fence, tags and prompt: what is left is what was said."""
    text = line.rstrip()
    if not text:
        return ""
    text = _unquoted(text)
    if "&" in text:
        text = _unquoted(_as_shown(text))
    if "```" in text or "~~~" in text:
        text = "" if _FENCE.fullmatch(text) else text.strip().strip("`~").strip()
    if "<" in text:
        text = _TAGS.sub(" ", _COMMENTS.sub(" ", text)).rstrip()
    prompt = _PROMPTS.match(text)
    return text[prompt.end() :] if prompt else text


def _unquoted(text: str) -> str:
    quote = _QUOTE.match(text)
    return text[quote.end() :] if quote else text


def _as_shown(text: str) -> str:
    """Return a line of a page's source as the page shows it.

    Where a character stands beside what is written for it, the line is no such source, and both are meant.
    """
    plain = _TAGS.sub(" ", text)
    for written, shown in _WRITTEN:
        if written in text and (shown in " &" or shown not in plain):
            text = text.replace(written, shown)
    return text
