"""A month as an address names it: 2026-11."""

import re
from datetime import date
from typing import Final

MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month_asked(text: str) -> date | None:
    """The first day of a month of this century; None for anything else that strangers type."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None
