"""Documents as rows: what a run writes, a chunk at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from ogniwo.billing.plan import PlannedInvoice
from ogniwo.billing.snapshot import Snapshot


class InvoiceRow(NamedTuple):
    """An issued document with its frozen copy as text."""

    id: int
    kind: str
    number: str
    series_id: int
    serial: int
    client_id: int
    reseller_id: int | None
    run_id: int | None
    issued_on: date
    issued_at: datetime
    sale_from: date
    sale_to: date
    due_on: date
    currency: str
    basis: str
    net_grosze: int
    vat_grosze: int
    gross_grosze: int
    mpp: bool
    snapshot: str
    hash: str


class LineRow(NamedTuple):
    """One row of a document."""

    id: int
    invoice_id: int
    no: int
    detail_id: int
    period_no: int
    name: str
    unit: str
    from_on: date
    to_on: date
    part: str
    quantity: Decimal
    unit_grosze: int
    rate: str
    exemption: str
    amount_grosze: int
    tax_point_on: date
    commissionable: bool
    annex15: bool


class VatRow(NamedTuple):
    """The sums of one rate on a document."""

    invoice_id: int
    rate: str
    net_grosze: int
    vat_grosze: int
    gross_grosze: int
    vat_pln_grosze: int | None


class PeriodRow(NamedTuple):
    """A period that may be invoiced one day."""

    detail_id: int
    client_id: int
    no: int
    start: date
    end: date
    of_days: int
    bill_on: date


def lines_of(planned: PlannedInvoice, *, invoice: int, keys: Sequence[int]) -> list[LineRow]:
    """The lines of a document, with the keys they are given."""
    return [
        LineRow(
            key, invoice, no, line.due.detail_id, line.due.no, line.name, line.due.unit,
            line.due.start, line.due.last_day, line.part, line.quantity, line.unit_grosze,
            line.rate, line.due.exemption, line.amount_grosze, line.tax_point_on,
            line.due.commissionable, line.due.annex15,
        )
        for no, (key, line) in enumerate(zip(keys, planned.lines, strict=True), 1)
    ]  # fmt: skip


def vat_of(planned: PlannedInvoice, snapshot: Snapshot, *, invoice: int) -> list[VatRow]:
    """Its tax, a row for each rate."""
    fx = snapshot["fx"]
    in_pln = fx["vat_pln_grosze"] if fx else {}
    return [
        VatRow(invoice, row.rate, row.net, row.vat, row.gross, in_pln.get(row.rate))
        for row in planned.vat
    ]
