"""Money is a whole number of grosze; there is one way to round and one way to write it."""

import re
from fractions import Fraction
from typing import Final

Grosze = int

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
PLN: Final = "PLN"
EUR: Final = "EUR"
SIGNS: Final = {PLN: "zł", EUR: "€"}

SPACES: Final = re.compile(r"[\s\u2060\ufeff]+")
# Either no grouping or groups of three: "12 34,50" is a slip of the finger, not an amount.
AMOUNT: Final = re.compile(
    r"([-\u2212]?)((?:[0-9]{1,3}(?: [0-9]{3}){1,4})|[0-9]{1,15})(?:[,.]([0-9]{1,2}))?"
)
CURRENCY: Final = re.compile(r"(?:zł|zl|pln|eur|€)\.?$", re.IGNORECASE)


class BadMoney(ValueError):
    """The text is no amount of money."""

    code = "bad_money"


def round_half_up(value: Fraction) -> Grosze:
    """To a whole grosz, halves away from zero: the only rounding there is."""
    return round_ratio(value.numerator, value.denominator)


def round_ratio(numerator: int, denominator: int) -> Grosze:
    """The same rounding of a ratio of whole numbers; the denominator is above zero."""
    if numerator < 0:
        return -((denominator - 2 * numerator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def parse_money(text: str) -> Grosze:
    """Grosze out of an amount as people type it: 1234,5 · 1 234,50 · 1234.50 · 12 zł."""
    compact = SPACES.sub(" ", text).strip()
    compact = CURRENCY.sub("", compact).strip()
    found = AMOUNT.fullmatch(compact)
    if found is None:
        raise BadMoney(text)
    sign, whole, part = found.groups()
    grosze = int(whole.replace(" ", "")) * 100 + int((part or "").ljust(2, "0"))
    return -grosze if sign else grosze


def format_money(grosze: Grosze, currency: str | None = None) -> str:
    """As printed in Poland: 1 234,56, with a currency 1 234,56 zł; the gaps never break."""
    whole, part = divmod(abs(grosze), 100)
    sign = MINUS if grosze < 0 else ""
    amount = f"{sign}{whole:,}".replace(",", NBSP) + f",{part:02d}"
    return amount if currency is None else f"{amount}{NBSP}{SIGNS.get(currency, currency)}"


def plain_amount(grosze: Grosze) -> str:
    """For machines (XML, CSV, QR): 1234.56, -20.00."""
    whole, part = divmod(abs(grosze), 100)
    return f"{'-' if grosze < 0 else ''}{whole}.{part:02d}"
