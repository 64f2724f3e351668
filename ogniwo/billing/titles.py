"""What the title of a transfer names: our documents, and NIPs."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ogniwo.billing.models.series import DIGITS
from ogniwo.kernel import nip

# No letter before it: KFV/2026/11/0042 is a number of somebody else.
KIND: Final = re.compile(r"(?<![^\W\d_])(?:FV|KOR|PRO|NO)(?=[^A-Z])")
BY_MONTH: Final = re.compile(
    r"(FV|KOR|PRO|NO)[^A-Z0-9]*([0-9]{4})([^A-Z0-9]*)(0[1-9]|1[0-2])([^A-Z0-9]*)([0-9]{1,9})(?![0-9])"
)
# A number that goes on behind its serial is none of a yearly series.
BY_YEAR: Final = re.compile(
    r"(FV|KOR|PRO|NO)[^A-Z0-9]+([0-9]{4})[^A-Z0-9]+([0-9]{1,9})(?![0-9])(?!\s?[/\\_-]\s?[0-9])"
)
NIP: Final = re.compile(r"(?<![0-9])(?<![0-9]-)[0-9](?:-?[0-9]){9}(?!-?[0-9])")


class Numbered(NamedTuple):
    """A document number as it can be read in a title; `text` is what stands there."""

    kind: str
    span: str
    serial: int
    text: str = ""

    @property
    def is_literal(self) -> bool:
        """Written just as the document bears it, sign for sign."""
        return self.text == self.number

    @property
    def number(self) -> str:
        """As the document itself bears it."""
        return f"{self.kind}/{self.span}/{self.serial:0{DIGITS}d}"


def numbers_in(title: str) -> Iterator[list[Numbered]]:
    """For each place in the title what it may mean: a number of a monthly, of a yearly series.

    Where signs part year, month and number it is monthly and nothing else: of a mistyped
    FV 2026 11 9942 the yearly number 11 must not be left.
    """
    text = title.upper()
    for place in KIND.finditer(text):
        candidates = []
        monthly = BY_MONTH.match(text, place.start())
        is_parted = False
        if monthly:
            kind, year, before, month, after, serial = monthly.groups()
            candidates.append(Numbered(kind, f"{year}/{month}", int(serial), monthly.group()))
            is_parted = bool(before and after)
        yearly = None if is_parted else BY_YEAR.match(text, place.start())
        if yearly:
            kind, year, serial = yearly.groups()
            candidates.append(Numbered(kind, year, int(serial), yearly.group()))
        if candidates:
            yield candidates


def nips_in(title: str) -> set[str]:
    """The NIPs in a title, dashes allowed, whose last digit is right."""
    digits = {found.replace("-", "") for found in NIP.findall(title)}
    return {number for number in digits if nip.is_valid(number)}
