"""NIP, the Polish tax number: ten digits, the last of which checks the others."""

import re
from typing import Final

WEIGHTS: Final = (6, 5, 7, 2, 3, 4, 5, 6, 7)
DIGITS: Final = re.compile(r"[0-9]{10}")
# The invoice schema of the tax office wants neither a leading 0 nor 0 in places 2 and 3.
OFFICE: Final = re.compile(r"[1-9](?:0[1-9]|[1-9][0-9])[0-9]{7}")
# People paste NIPs with any spacing and with any of the dashes a word processor makes.
SPACING: Final = re.compile(r"[\s\-\u2010-\u2015\u2212\u00ad\u200b\u2060\ufeff.]+")


class BadNip(ValueError):
    """The text is no NIP; `code` says why."""

    def __init__(self, code: str) -> None:
        """One of `nip_empty`, `nip_characters`, `nip_length`, `nip_zero`, `nip_checksum`."""
        super().__init__(code)
        self.code = code


def normalise(text: str) -> str:
    """Ten digits out of any usual spelling: spaces, dashes, a leading PL."""
    compact = SPACING.sub("", text).upper().removeprefix("PL")
    if not compact:
        raise BadNip("nip_empty")
    if not (compact.isascii() and compact.isdigit()):
        raise BadNip("nip_characters")
    if not DIGITS.fullmatch(compact):
        raise BadNip("nip_length")
    if not OFFICE.fullmatch(compact):
        raise BadNip("nip_zero")
    if not _checks(compact):
        raise BadNip("nip_checksum")
    return compact


def is_valid(nip: str) -> bool:
    """Whether the ten digits, already normalised, are a NIP."""
    return bool(OFFICE.fullmatch(nip)) and _checks(nip)


def format_nip(nip: str) -> str:
    """As people write it: 999-118-40-77; whatever is not ten digits stays as it is."""
    if not DIGITS.fullmatch(nip):
        return nip
    return f"{nip[:3]}-{nip[3:6]}-{nip[6:8]}-{nip[8:]}"


def _checks(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits[:9], strict=True))
    # A remainder of ten has no digit: such numbers were never given out.
    return total % 11 == int(digits[9])
