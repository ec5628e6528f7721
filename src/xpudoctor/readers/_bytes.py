"""How the bytes of a paste are decoded: UTF-8, UTF-16, GBK, or a clear word that they are no text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from xpudoctor.facts.codec import SnapshotError

_CHUNK = 1 << 20
_LONGEST = 1 << 19
_SAMPLE = 4096
# Fewer bytes than this tell nothing about what they are.
_TELLING = 32
_MAGIC = {
    b"PK\x03\x04": "a zip archive",
    b"\x7fELF": "a Linux program or library",
    b"MZ\x90\x00": "a Windows program or library",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a media file",
    b"%PDF-": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"Rar!": "a RAR archive",
    b"GGUF": "a model",
    b"MDMP": "a memory dump",
    b"ElfFile\x00": "a Windows event log",
    b"SQLite format": "a database",
}
# Those that somebody may write; what follows them in a file of that kind is no text.
_WORDS = (b"GGUF", b"RIFF", b"GIF8", b"BZh", b"Rar!", b"MDMP", b"SQLite format")
_HEADER = 64
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1b\x08\x07")) + b"\x7f"


def encoding(first: bytes, name: str) -> str:
    """Return `utf-16-le`, `utf-16-be` or an empty text for all that is read by bytes; raise SnapshotError for what is no text."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if first.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    kind = next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), "")
    if kind and not _reads_on(first):
        raise SnapshotError(f"{name or 'input'}: {kind}, and only text can be read")
    sample = first[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 > len(sample) and min(even, odd) * 10 <= max(even, odd):
        # Every other byte of UTF-16 is zero where the text is ASCII.
        return "utf-16-le" if odd > even else "utf-16-be"
    # Of random bytes one in nine is a control character, of a text hardly any.
    if len(sample) >= _TELLING and len(sample.translate(None, _CONTROLS)) * 20 < len(sample) * 19:
        raise SnapshotError(f"{name or 'input'}: not a text")
    return ""


def _reads_on(first: bytes) -> bool:
    """Whether what begins like a file of some kind goes on as a text: a report may begin with the word GGUF."""
    return first.startswith(_WORDS) and not any(byte in _CONTROLS for byte in first[:_HEADER])


def chunks(stream: BinaryIO, first: bytes, encoding: str) -> Iterator[bytes]:
    """Yield the bytes of a stream, those of UTF-16 as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    chunk = first
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk
        chunk = stream.read(_CHUNK)
    if decoder:
        yield decoder.decode(b"", True).encode("utf-8", "replace")


def text(block: bytes) -> str:
    """Return some lines as text, each in the first encoding that fits it."""
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(_line(line[:_LONGEST]) for line in block.split(b"\n"))


def _line(line: bytes) -> str:
    try:
        # A character that is cut in two at the end is no error.
        return codecs.utf_8_decode(line, "strict", False)[0]
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("gb18030")
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace")
