"""The card with the code of a reseller's form, set with Typst: words come as data."""

import io
import json
import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.utils.translation import gettext as _

from ogniwo.billing.paper import render as paper
from ogniwo.programme.models import Reseller, Vendor
from ogniwo.web.components.formats import language, phone

HERE: Final = Path(__file__).parent
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
INK: Final = "#1d1b26"


def as_pdf(firm: Reseller, vendor: Vendor, *, address: str) -> bytes:
    """A6 across: who, for what, the code and the address under it."""
    card = {
        "language": language(),
        "brand": vendor.brand,
        "colour": vendor.brand_colour if COLOUR.fullmatch(vendor.brand_colour) else INK,
        "title": _("Client registration form"),
        "who": firm.full_name,
        "firm": firm.company_name,
        "contact": f"{phone(firm.phone)} · {firm.email}",
        "words": _("Scan the code or write the address, and leave the data of your company."),
        "address": address,
        "code": _square(address),
        "alt": _("Code with the address of the form"),
    }
    stamp = datetime.combine(firm.joined_at.date(), time(12), tzinfo=UTC)
    try:
        return _set(card, stamp)
    except typst.TypstError:
        # No font holds some letter of a name; the paper shows that one stood there.
        return _set(paper.printable(card), stamp)


def _set(card: dict[str, Any], stamp: datetime) -> bytes:
    done: bytes = typst.compile(
        str(HERE / "card.typ"),
        root=str(HERE),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(paper.FONTS)]),
        ignore_system_fonts=True,
        sys_inputs={"card": json.dumps(card, ensure_ascii=False)},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=stamp,
    )
    return done


def _square(text: str) -> str:
    drawn = io.BytesIO()
    square = segno.make(text, error="m", micro=False)
    square.save(drawn, kind="svg", border=0, xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()
