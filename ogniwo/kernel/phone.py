"""Phone numbers: kept as E.164, read as people dial them; without a prefix they are Polish."""

import re
from typing import Final

import phonenumbers

COUNTRY: Final = "PL"
POLISH: Final = 48
LABEL: Final = re.compile(r"^\s*(?:tel|kom|telefon|phone)\b\.?:?\s*", re.IGNORECASE)
# The library would read letters as keys of a keypad: an extension must not become a number.
TYPED: Final = re.compile(r"[\s\u200b-\u200d\u2060\ufeff0-9+()./\u2010-\u2015\u2212-]+")
DIALLED: Final = re.compile(r"0?([1-9][0-9]{8})")


class BadPhone(ValueError):
    """The text is no phone number."""

    code = "bad_phone"


def normalise(text: str) -> str:
    """The number as E.164 (+48600214118) out of any usual spelling."""
    typed = LABEL.sub("", text)
    if not TYPED.fullmatch(typed):
        raise BadPhone(text)
    try:
        number = phonenumbers.parse(typed, COUNTRY)
    except phonenumbers.NumberParseException as reason:
        raise BadPhone(text) from reason
    if number.country_code == POLISH:
        return _polish(phonenumbers.national_significant_number(number))
    # Numbering plans change faster than the library: a possible number is good enough.
    if not phonenumbers.is_possible_number(number):
        raise BadPhone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _polish(digits: str) -> str:
    # Before 2005 one dialled 0 first; some business cards still say so.
    found = DIALLED.fullmatch(digits)
    if found is None:
        raise BadPhone(digits)
    return f"+{POLISH}{found[1]}"


def format_phone(e164: str) -> str:
    """As people read it: 600 214 118, 75 612 34 08, a foreign one with its prefix."""
    try:
        number = phonenumbers.parse(e164, COUNTRY)
    except phonenumbers.NumberParseException:
        return e164
    polish = number.country_code == POLISH
    styles = phonenumbers.PhoneNumberFormat
    style = styles.NATIONAL if polish else styles.INTERNATIONAL
    return phonenumbers.format_number(number, style)
