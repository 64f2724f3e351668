"""The pieces that all formats share: texts, accounts, amounts and days as banks write them."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

from ogniwo.kernel.iban import NRB
from ogniwo.kernel.text import clean_line

# Commas or points; groups by space or point; a currency may follow (mBank).
AMOUNT: Final = re.compile(
    r"([+-]?)([0-9]{1,15}|[0-9]{1,3}(?:[ .'][0-9]{3}){1,4})(?:([.,])([0-9]{1,2}))?(?: ?[A-Z]{3})?"
)
RETURN: Final = re.compile(r"\bzwrot|\breturn|\bodrzuc|\brecall", re.IGNORECASE)
ACCOUNT_SIGNS: Final = str.maketrans("", "", " '\"-\u00a0=/")
MINUSES: Final = str.maketrans({"\u2212": "-", "\u2013": "-"})
FULL_LINES: Final = frozenset({27, 35, 65, 140})


def line_of(text: str) -> str:
    """One clean line. The short way for what banks send, the careful one for the rest."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    if line.isprintable():
        return unicodedata.normalize("NFC", line)
    return clean_line(line)


def joined(lines: list[str]) -> str:
    """Lines that a bank has wrapped: a full one may have cut a word, a short one has not."""
    text = ""
    for number, line in enumerate(lines):
        text += line
        if len(line) not in FULL_LINES and number + 1 < len(lines):
            text += " "
    return line_of(text)


def account_of(text: str) -> str:
    """26 digits of a Polish account, anything else in capitals without spaces, as given."""
    if NRB.fullmatch(text) or not text:
        return text
    compact = text.translate(ACCOUNT_SIGNS).upper()
    digits = compact.removeprefix("PL")
    if NRB.fullmatch(digits):
        return digits
    # ":25:" at some banks: the currency stands behind the number.
    if NRB.fullmatch(digits[:-3]) and digits[-3:].isalpha():
        return digits[:-3]
    return compact if compact.isalnum() else ""


@lru_cache(maxsize=4096)
def day_of(text: str) -> date:
    """YYMMDD. Raises ValueError for a day that does not exist."""
    return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))


def grosze_of(text: str, *, decimal: str = "") -> int:
    """Hundredths out of a written amount; `decimal` if it is known. Raises ValueError."""
    found = AMOUNT.fullmatch(text) or AMOUNT.fullmatch(_plain(text))
    if found is None:
        raise ValueError(text)
    sign, whole, point, cents = found.groups()
    if decimal and point and point != decimal:
        raise ValueError(text)
    if decimal != "," and "." in whole and point != ",":
        raise ValueError(text)  # 1.234: thousands or a slip?
    digits = "".join(character for character in whole if character.isdigit())
    value = int(digits) * 100 + int((cents or "").ljust(2, "0"))
    return -value if sign == "-" else value


def _plain(text: str) -> str:
    """Minus signs and spaces of every kind, a space behind the sign."""
    return re.sub(r"^([+-]) ", r"\1", " ".join(text.translate(MINUSES).split()))


def says_return(title: str, *, amount: int) -> bool:
    """Whether money out says that it takes earlier money back (BILLING §8.4)."""
    return amount < 0 and RETURN.search(title) is not None
