"""Which documents have tax in a month: read with a handful of statements, however many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from ogniwo.billing.models import Allocation, Invoice, InvoiceLine, InvoiceVat, LineChange
from ogniwo.billing.register.cells import (
    IN_PLN,
    Cell,
    Piece,
    Prepayment,
    RateSums,
    cells_of,
    moved,
)
from ogniwo.billing.snapshot import Snapshot
from ogniwo.kernel.amounts import RATES, in_pln
from ogniwo.kernel.days import warsaw_day, warsaw_midnight
from ogniwo.kernel.money import PLN, Grosze
from ogniwo.kernel.periods import anchor_date

ERROR = "error"
SALES = (Invoice.Kind.FV, Invoice.Kind.KOR)


class Sums(NamedTuple):
    """Net and tax in grosze of PLN."""

    net: Grosze
    vat: Grosze


@dataclass(frozen=True, slots=True)
class Entry:
    """What of one document falls into one month: a row of the register."""

    key: int
    snapshot: Snapshot
    tax_on: date  # the last of the tax days in the month
    rates: dict[str, Sums]
    is_prepaid: bool  # all of it by money that came before the service

    @property
    def net(self) -> Grosze:
        return sum(row.net for row in self.rates.values())

    @property
    def vat(self) -> Grosze:
        return sum(row.vat for row in self.rates.values())


def first_of(day: date) -> date:
    """The month of a day is known by its first day."""
    return day.replace(day=1)


def entries(month: date) -> list[Entry]:
    """The register of a month, in the order of issue.

    A correction that changes no sum (an address) has no tax and no row.
    """
    after = anchor_date(month, 1, 1)
    kept = []
    for invoice, cells in documents(_touching(month, after)):
        here = [cell for cell in cells if month <= cell.tax_on < after]
        if here:
            kept.append(_entry(invoice, here))
    return kept


def _entry(invoice: Invoice, cells: Collection[Cell]) -> Entry:
    rates: dict[str, Sums] = {}
    for cell in sorted(cells, key=lambda cell: RATES.index(cell.rate)):
        so_far = rates.get(cell.rate, Sums(0, 0))
        rates[cell.rate] = Sums(so_far.net + cell.net_pln, so_far.vat + cell.vat_pln)
    return Entry(
        key=invoice.pk,
        snapshot=invoice.snapshot,
        tax_on=max(cell.tax_on for cell in cells),
        rates=rates,
        is_prepaid=all(cell.is_prepaid for cell in cells),
    )


def _touching(start: date, end: date) -> QuerySet[Invoice]:
    """Documents that may have tax in `[start, end)`: by service, by issue or by money."""
    served = InvoiceLine.objects.filter(tax_point_on__gte=start, tax_point_on__lt=end)
    paid = Allocation.objects.filter(
        Q(payment__booked_on__gte=start, payment__booked_on__lt=end)
        | Q(at__gte=warsaw_midnight(start), at__lt=warsaw_midnight(end))
    )
    raised = LineChange.objects.filter(line__in=served)
    return Invoice.objects.filter(
        Q(kind=Invoice.Kind.FV, pk__in=served.values("invoice"))
        | Q(kind=Invoice.Kind.FV, pk__in=paid.values("invoice"))
        | Q(kind=Invoice.Kind.KOR, issued_on__gte=start, issued_on__lt=end)
        | Q(kind=Invoice.Kind.KOR, gross_grosze__gt=0, pk__in=raised.values("correction"))
    )


def documents(chosen: QuerySet[Invoice]) -> Iterator[tuple[Invoice, list[Cell]]]:
    """Each of the chosen documents of sale with its tax days, in the order of issue."""
    found = list(chosen.filter(kind__in=SALES).order_by("issued_on", "pk"))
    keys = chosen.filter(kind__in=SALES).order_by().only("pk")
    sums = _sums(keys, found)
    lines, changes, money = _lines(keys), _changes(keys), _money(keys)
    for invoice in found:
        mid = mid_of(invoice)
        if invoice.kind == Invoice.Kind.FV:
            pieces = lines[invoice.pk]
            cells = cells_of(sums[invoice.pk], pieces, basis=invoice.basis, mid=mid)
            yield invoice, moved(cells, money[invoice.pk], mid=mid)
        else:
            pieces = _dated(invoice, changes[invoice.pk])
            yield invoice, cells_of(sums[invoice.pk], pieces, basis=invoice.basis, mid=mid)


def _dated(correction: Invoice, pieces: Iterable[Piece]) -> list[Piece]:
    """Downwards: the day of issue. Upwards: the original's where the cause was there (§7)."""
    corrects = correction.snapshot["corrects"]
    if correction.gross_grosze > 0 and corrects and corrects["cause"] == ERROR:
        return list(pieces)
    return [piece._replace(tax_on=correction.issued_on) for piece in pieces]


def mid_of(invoice: Invoice) -> Decimal:
    """The frozen rate of exchange."""
    fx = invoice.snapshot["fx"]
    return Decimal(fx["mid"]) if fx else IN_PLN


def _sums(keys: QuerySet[Invoice], found: Iterable[Invoice]) -> dict[int, list[RateSums]]:
    """By rate. The net of a foreign correction is the difference of two rounded states."""
    foreign = {one.pk: one for one in found if one.currency != PLN}
    before = _before(foreign)
    rows = InvoiceVat.objects.filter(invoice__in=keys).values_list(
        "invoice", "rate", "net_grosze", "vat_grosze", "vat_pln_grosze"
    )
    by_invoice: dict[int, list[RateSums]] = defaultdict(list)
    for key, rate, net, vat, vat_pln in rows:
        net_pln = net
        if key in foreign:
            mid, was = mid_of(foreign[key]), before.get((key, rate), 0)
            net_pln = in_pln(was + net, mid) - in_pln(was, mid)
        in_zloty = vat if vat_pln is None else vat_pln
        by_invoice[key].append(RateSums(rate, net, vat, net_pln, in_zloty))
    return by_invoice


def _before(foreign: dict[int, Invoice]) -> dict[tuple[int, str], Grosze]:
    """Net by rate of the state that each foreign correction changes."""
    corrections = [one for one in foreign.values() if one.corrects_id is not None]
    if not corrections:
        return {}
    originals = {one.corrects_id for one in corrections}
    rows = list(
        InvoiceVat.objects.filter(
            Q(invoice__in=originals) | Q(invoice__corrects__in=originals)
        ).values_list("invoice", "invoice__corrects", "rate", "net_grosze")
    )
    found: dict[tuple[int, str], Grosze] = defaultdict(int)
    for one in corrections:
        for key, corrects, rate, net in rows:
            if key < one.pk and one.corrects_id in {key, corrects}:
                found[one.pk, rate] += net
    return found


def _lines(keys: QuerySet[Invoice]) -> dict[int, list[Piece]]:
    rows = InvoiceLine.objects.filter(invoice__in=keys)
    return _by_document(rows.values_list("invoice", "rate", "tax_point_on", "amount_grosze"))


def _changes(keys: QuerySet[Invoice]) -> dict[int, list[Piece]]:
    """What each correction took away and gave, on the tax days of the original's lines."""
    rows = LineChange.objects.filter(correction__in=keys).values_list(
        "correction", "line__tax_point_on", "rate_before", "amount_before", "rate_after",
        "amount_after",
    )  # fmt: skip
    pieces = []
    for key, tax_on, rate_before, before, rate_after, after in rows:
        pieces += [(key, rate_before, tax_on, -before), (key, rate_after, tax_on, after)]
    return _by_document(pieces)


def _by_document(rows: Iterable[tuple[int, str, date, Grosze]]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = defaultdict(list)
    for key, rate, tax_on, amount in rows:
        found[key].append(Piece(rate, tax_on, amount))
    return found


def _money(keys: QuerySet[Invoice]) -> dict[int, list[Prepayment]]:
    rows = Allocation.objects.filter(invoice__in=keys).order_by("pk")
    found: dict[int, list[Prepayment]] = defaultdict(list)
    for key, grosze, at, booked_on in rows.values_list(
        "invoice", "grosze", "at", "payment__booked_on"
    ):
        found[key].append(Prepayment(max(booked_on, warsaw_day(at)), grosze))
    return found
