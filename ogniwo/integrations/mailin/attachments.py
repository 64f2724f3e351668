"""Files that come with a letter: their type is told by their content, never by their name."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from ogniwo.integrations.mailin.headers import text_of
from ogniwo.kernel.text import clean_line

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 10 * MEGABYTE
LARGEST_TOGETHER: Final = 25 * MEGABYTE
LONGEST_NAME: Final = 120

OTHER: Final = "application/octet-stream"
MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"<?xml", "application/xml"),
    (b"\xef\xbb\xbf<?xml", "application/xml"),
)
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT: Final = "text/plain"
TABLE: Final = "text/csv"
KEPT_TYPES: Final = {kind for _start, kind in MAGIC} | {SHEET, DOCUMENT, TEXT, TABLE}
SAMPLE: Final = 64 * 1024
UNTYPED: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True)
class Attachment:
    """One file of a letter; `is_kept` says whether its type and size may be stored."""

    name: str
    type: str
    size: int
    sha256: str
    content: bytes
    is_kept: bool


def attachment_of(name: str, content: bytes, *, before: int) -> Attachment:
    """Weigh one file; `before` is the size of the letter's earlier ones."""
    safe = clean_line(name.replace("\\", "/").rpartition("/")[2])[-LONGEST_NAME:]
    kind = type_of(content, safe)
    size = len(content)
    return Attachment(
        name=safe.strip(". ") or "plik",
        type=kind,
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        is_kept=kind in KEPT_TYPES and size <= LARGEST and before + size <= LARGEST_TOGETHER,
    )


def type_of(content: bytes, name: str) -> str:
    """The type by the first bytes; the name only tells a table from other text."""
    for start, kind in MAGIC:
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if not content or b"\x00" in content[:SAMPLE] or _looks_like_page(content):
        return OTHER
    if UNTYPED.search(text_of(content[:SAMPLE], None)):
        return OTHER
    return TABLE if name.lower().endswith(".csv") else TEXT


def _office(content: bytes) -> str:
    # The names of the entries stand in the directory at the end: nothing is unpacked.
    if b"[Content_Types].xml" not in content:
        return OTHER
    if b"vbaProject.bin" in content:
        return OTHER
    if b"xl/workbook.xml" in content:
        return SHEET
    return DOCUMENT if b"word/document.xml" in content else OTHER


def _looks_like_page(content: bytes) -> bool:
    start = content[:SAMPLE].lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<svg", b"<script"))
