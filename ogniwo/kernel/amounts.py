"""What a period, a line and an invoice cost: exact numbers inside, each rounded once."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple, TypeVar

from ogniwo.kernel.money import Grosze, round_ratio

Key = TypeVar("Key")

NET: Final = "net"
GROSS: Final = "gross"
FULL_BP: Final = 10_000

# In the order in which rates stand everywhere; the ones with a word in place of a figure tax 0.
PERCENT: Final = {"23": 23, "8": 8, "5": 5, "0": 0, "zw": 0, "np": 0, "np_eu": 0, "oo": 0}
RATES: Final = tuple(PERCENT)


class VatRow(NamedTuple):
    """The sums of one rate on one document."""

    rate: str
    net: Grosze
    vat: Grosze
    gross: Grosze


class Totals(NamedTuple):
    """The sums of a whole document."""

    net: Grosze
    vat: Grosze
    gross: Grosze


def unit_price(
    price: Grosze, discount_bp: int = 0, days: int | None = None, of_days: int | None = None
) -> Grosze:
    """The price of one unit in a period: discount, then part of the period, rounded once."""
    if days is None or of_days is None:
        return price if not discount_bp else round_ratio(price * (FULL_BP - discount_bp), FULL_BP)
    return round_ratio(price * (FULL_BP - discount_bp) * days, FULL_BP * of_days)


def line_value(quantity: Decimal | Fraction | int, unit: Grosze) -> Grosze:
    """Quantity × unit price, rounded half up."""
    numerator, denominator = quantity.as_integer_ratio()
    if denominator == 1:
        return numerator * unit
    return round_ratio(numerator * unit, denominator)


def indexed(price: Grosze, index_bp: int) -> Grosze:
    """A price after an index of so many hundredths of a percent, up or down."""
    return round_ratio(price * (FULL_BP + index_bp), FULL_BP)


def share(amount: Grosze, part: int, of: int) -> Grosze:
    """So many parts of an amount: 17 of 31 days, what was paid of what was owed."""
    return round_ratio(amount * part, of)


def in_pln(amount: Grosze, mid: Decimal) -> Grosze:
    """An amount of another currency in grosze, by the mid rate of the table."""
    return line_value(mid, amount)


def vat_rows(lines: Iterable[tuple[str, Grosze]], basis: str) -> list[VatRow]:
    """Per rate the sums of a document out of its (rate, value) lines: tax once on each sum."""
    sums: dict[str, Grosze] = {}
    for rate, value in lines:
        sums[rate] = sums.get(rate, 0) + value
    if len(sums) > 1:
        return [vat_row(rate, sums[rate], basis) for rate in sorted(sums, key=RATES.index)]
    return [vat_row(rate, value, basis) for rate, value in sums.items()]


def vat_row(rate: str, value: Grosze, basis: str) -> VatRow:
    """Net, tax and gross of the sum of one rate; `value` is net or gross, as the basis says."""
    percent = PERCENT[rate]
    if basis == NET:
        vat = round_ratio(value * percent, 100)
        return VatRow(rate, value, vat, value + vat)
    if basis == GROSS:
        vat = round_ratio(value * percent, 100 + percent)
        return VatRow(rate, value - vat, vat, value)
    raise ValueError(f"a price is net or gross, not {basis}")


def vat_parts(whole: VatRow, values: Mapping[Key, Grosze], basis: str) -> list[tuple[Key, VatRow]]:
    """The sums of one rate by some key: each with its own tax, the last takes what is left."""
    *before, last = values
    net, vat = whole.net, whole.vat
    parts = []
    for key in before:
        part = vat_row(whole.rate, values[key], basis)
        net, vat = net - part.net, vat - part.vat
        parts.append((key, part))
    return [*parts, (last, VatRow(whole.rate, net, vat, net + vat))]


def vat_difference(before: Iterable[VatRow], after: Iterable[VatRow]) -> list[VatRow]:
    """What a correction changes per rate: the difference of two rounded states, zeros left out."""
    old = {row.rate: row for row in before}
    new = {row.rate: row for row in after}
    rows = []
    for rate in RATES:
        was = old.get(rate, VatRow(rate, 0, 0, 0))
        now = new.get(rate, VatRow(rate, 0, 0, 0))
        row = VatRow(rate, now.net - was.net, now.vat - was.vat, now.gross - was.gross)
        if row.net or row.vat or row.gross:
            rows.append(row)
    return rows


def totals(rows: Iterable[VatRow]) -> Totals:
    """The sums of the rows of all rates."""
    net = vat = 0
    for row in rows:
        net += row.net
        vat += row.vat
    return Totals(net, vat, net + vat)
