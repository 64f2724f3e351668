"""The terms as PDF, for those who keep them in a drawer: the same text, version and SHA-256."""

import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import gettext as _

from ogniwo.billing.paper import render as paper
from ogniwo.programme.models import TermsVersion, Vendor
from ogniwo.web.components.formats import day_long
from ogniwo.web.components.markdown import blocks

HERE: Final = Path(__file__).parent


def as_pdf(version: TermsVersion, vendor: Vendor) -> bytes:
    """The same bytes each time: the stamp is the day from which the version holds."""
    about = {"version": version.number, "day": day_long(version.valid_from)}
    above = _("Version %(version)d, valid from %(day)s") % about
    terms = {
        "title": _("Programme terms"),
        "firm": vendor.company_name,
        "language": "pl",
        "above": f"{vendor.company_name} · {above}",
        "footer": f"SHA-256 {version.sha256}",
        "blocks": blocks(version.text),
    }
    stamp = datetime.combine(version.valid_from, time(12), tzinfo=UTC)
    try:
        return _set(terms, stamp)
    except typst.TypstError:
        # No font holds some letter of the text; the paper shows that one stood there.
        return _set(paper.printable(terms), stamp)


def _set(terms: dict[str, Any], stamp: datetime) -> bytes:
    done: bytes = typst.compile(
        str(HERE / "terms.typ"),
        root=str(HERE),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"terms": json.dumps(terms, ensure_ascii=False)},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=stamp,
    )
    return done


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(paper.FONTS)])
