"""A document's tax split over its rates and tax days, exact to the grosz. Plain arithmetic."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ogniwo.kernel.amounts import PERCENT, RATES, VatRow, in_pln, share, vat_parts
from ogniwo.kernel.money import Grosze, round_ratio

IN_PLN = Decimal(1)


class RateSums(NamedTuple):
    """What a document says of one rate: in its own currency and in grosze of PLN."""

    rate: str
    net: Grosze
    vat: Grosze
    net_pln: Grosze
    vat_pln: Grosze


class Piece(NamedTuple):
    """The value of a line, net or gross as the basis says, and the day its tax falls due."""

    rate: str
    tax_on: date
    amount: Grosze


class Prepayment(NamedTuple):
    """Money that pays a document, and its tax day: the later of payment and allocation."""

    tax_on: date
    amount: Grosze


@dataclass(slots=True)
class Cell:
    """The part of a document that falls on one day with one rate."""

    rate: str
    tax_on: date
    gross: Grosze  # in the currency of the document
    net_pln: Grosze
    vat_pln: Grosze
    is_prepaid: bool = False


def cells_of(
    sums: Iterable[RateSums], pieces: Sequence[Piece], *, basis: str, mid: Decimal = IN_PLN
) -> list[Cell]:
    """One cell for each rate and tax day, in this order; together they are the document."""
    found: list[Cell] = []
    for row in sorted(sums, key=lambda row: RATES.index(row.rate)):
        by_day: dict[date, Grosze] = {}
        for piece in pieces:
            if piece.rate == row.rate:
                by_day[piece.tax_on] = by_day.get(piece.tax_on, 0) + piece.amount
        found += _split(row, by_day, basis=basis, mid=mid)
    return found


def _split(
    row: RateSums, by_day: dict[date, Grosze], *, basis: str, mid: Decimal
) -> Iterator[Cell]:
    """Every day its own tax, the last one what is left: the document rounded only once."""
    whole = VatRow(row.rate, row.net, row.vat, row.net + row.vat)
    *before, last = vat_parts(whole, {day: by_day[day] for day in sorted(by_day)}, basis)
    net_pln, vat_pln = row.net_pln, row.vat_pln
    for day, part in before:
        part_net, part_vat = in_pln(part.net, mid), in_pln(part.vat, mid)
        net_pln, vat_pln = net_pln - part_net, vat_pln - part_vat
        yield Cell(row.rate, day, part.gross, part_net, part_vat)
    day, part = last
    yield Cell(row.rate, day, part.gross, net_pln, vat_pln)


def moved(
    cells: Sequence[Cell], prepayments: Iterable[Prepayment], *, mid: Decimal = IN_PLN
) -> list[Cell]:
    """The cells with what was paid before its tax day moved to the day of the money: 19a(8).

    Each payment is split over all cells by gross, the last one takes the rest; the part of a cell
    whose tax day has come stays there.
    """
    weights = [cell.gross for cell in cells]
    unpaid = list(weights)
    parts: list[Cell] = []
    for payment in sorted(prepayments):
        for place, part in enumerate(_shares(payment.amount, weights, unpaid)):
            unpaid[place] -= part
            if part and payment.tax_on < cells[place].tax_on:
                parts.append(_take(cells[place], part, on=payment.tax_on, mid=mid))
    return [*parts, *(cell for cell in cells if cell.gross or cell.net_pln or cell.vat_pln)]


def _shares(amount: Grosze, weights: Sequence[Grosze], unpaid: Sequence[Grosze]) -> list[Grosze]:
    """By weight, the last one the rest; none gets more than is unpaid of it."""
    whole, left = sum(weights), amount
    parts = []
    for place, weight in enumerate(weights):
        is_last = place == len(weights) - 1
        part = left if is_last or not whole else share(amount, weight, whole)
        part = max(0, min(part, left, unpaid[place]))
        parts.append(part)
        left -= part
    for place, part in enumerate(parts):  # roundings that met a full cell
        more = max(0, min(left, unpaid[place] - part))
        parts[place] += more
        left -= more
    return parts


def _take(cell: Cell, part: Grosze, *, on: date, mid: Decimal) -> Cell:
    """Cut a paid part out of a cell; the last part takes all that is left, tax included."""
    percent = PERCENT[cell.rate]
    if part == cell.gross:
        net_pln, vat_pln = cell.net_pln, cell.vat_pln
    else:
        gross_pln = in_pln(part, mid)
        vat_pln = round_ratio(gross_pln * percent, 100 + percent)
        net_pln = gross_pln - vat_pln
    cell.gross -= part
    cell.net_pln -= net_pln
    cell.vat_pln -= vat_pln
    return Cell(cell.rate, on, part, net_pln, vat_pln, is_prepaid=True)
