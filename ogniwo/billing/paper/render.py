"""Sets the sheet with Typst: the same frozen copy gives the same bytes, for ever."""

import json
import re
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from ogniwo.billing.paper.sheet import sheet_of
from ogniwo.billing.paper.transfer import transfer_code
from ogniwo.billing.snapshot import Snapshot

HERE: Final = Path(__file__).parent
TEMPLATE: Final = HERE / "invoice.typ"
FONTS: Final = HERE / "fonts"

# Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic and Georgian letters with the punctuation of
# business: what the fonts surely hold.
UNPRINTABLE: Final = re.compile(
    r"[^\n\u0020-\u007e\u00a0-\u024f\u0370-\u03ff\u0400-\u045f\u0531-\u0556\u0561-\u0587"
    r"\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u10d0-\u10f0\u1ea0-\u1ef9\u200b\u2010-\u201f"
    r"\u2020-\u2026\u2030\u2032\u2033\u2039\u203a\u20ac\u2116\u2122\u2212\u2260\u2264\u2265\ufffd]"
)
# The mark for a character that cannot be shown; a reader sees that one stood there.
UNKNOWN: Final = "\ufffd"


def as_pdf(snapshot: Snapshot, *, qr_payload: str | None = None, language: str = "pl") -> bytes:
    """The invoice as PDF/A-3a and PDF/UA-1; an empty `qr_payload` leaves the code out."""
    code = transfer_code(snapshot) if qr_payload is None else qr_payload
    sheet = sheet_of(snapshot, code=code, language=language)
    issued = date.fromisoformat(snapshot["issued_on"])
    return set_sheet(sheet, TEMPLATE, issued=issued)


def set_sheet(sheet: dict[str, Any], template: Path, *, issued: date) -> bytes:
    """A sheet in words as PDF/A-3a and PDF/UA-1, dated at noon of the day of issue."""
    try:
        return _set(sheet, template, issued)
    except typst.TypstError:
        # The standards refuse a letter no font holds: an emoji in a name, a Chinese sign.
        return _set(printable(sheet), template, issued)


def _set(sheet: dict[str, Any], template: Path, issued: date) -> bytes:
    return typst.compile(
        str(template),
        root=str(HERE),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=datetime.combine(issued, time(12), tzinfo=UTC),
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def printable(value: Any) -> Any:
    """The same data with a mark in place of every character the fonts do not hold."""
    if isinstance(value, str):
        return UNPRINTABLE.sub(UNKNOWN, value)
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value
