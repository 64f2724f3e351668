"""Postcodes: the Polish 00-000, others as they are."""

import re
from typing import Final

from ogniwo.kernel.text import clean_line

TYPED: Final = re.compile(r"([0-9]{2})[\s\-\u2010-\u2015\u2212]*([0-9]{3})")
LONGEST_ABROAD: Final = 12


class BadPostcode(ValueError):
    """The text is no postcode of that country."""

    code = "bad_postcode"


def normalise(text: str, country: str = "PL") -> str:
    """The postcode as the post writes it."""
    line = clean_line(text)
    if country != "PL":
        if not line or len(line) > LONGEST_ABROAD:
            raise BadPostcode(text)
        return line.upper()
    found = TYPED.fullmatch(line)
    if found is None:
        raise BadPostcode(text)
    return f"{found[1]}-{found[2]}"
