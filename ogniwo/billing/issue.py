"""Issue one chunk of a run: one transaction of about a dozen statements, numbers last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from ogniwo.billing import bulk, letters
from ogniwo.billing.freeze import buyer_of, snapshot_of
from ogniwo.billing.models import (
    WAITING,
    BillingPeriod,
    BillingRun,
    DetailTerms,
    Invoice,
    InvoiceLine,
    InvoiceVat,
    NbpRate,
    NumbersMoved,
    Series,
)
from ogniwo.billing.paying import settle_clients
from ogniwo.billing.plan import (
    COLUMNS,
    ERROR,
    Books,
    Due,
    Payer,
    Plan,
    PlannedInvoice,
    Rate,
    Terms,
    plan,
)
from ogniwo.billing.snapshot import Seller, digest
from ogniwo.billing.whose import sold_by
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.record import event_of, record_all
from ogniwo.kernel.workdays import next_working
from ogniwo.outbox.post import post_all
from ogniwo.programme.models import Client


class StoredRates:
    """Exchange rates from the table, each day asked for once."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, date], Rate | None] = {}

    def on(self, currency: str, day: date) -> Rate | None:
        if (currency, day) not in self.known:
            row = NbpRate.objects.filter(currency=currency, on=day).first()
            self.known[currency, day] = Rate(row.table, row.on, row.mid) if row else None
        return self.known[currency, day]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What all documents of a run have in common."""

    run: BillingRun | None
    issued_on: date
    by: Actor
    at: datetime
    seller: Seller
    due_days: int
    by_year: bool
    rates: StoredRates

    def due_on(self, client: Client) -> date:
        """The last day to pay, a working day: fixed once, at issue."""
        days = self.due_days if client.due_days is None else client.due_days
        return next_working(self.issued_on + timedelta(days=days))

    def seller_to(self, client: Client) -> Seller:
        """The seller, with the client's own account to pay into where he has one."""
        if not client.virtual_account:
            return self.seller
        return {**self.seller, "account": client.virtual_account}


@dataclass(slots=True)
class Tally:
    """What came of it."""

    issued: int = 0
    held: int = 0
    errors: int = 0
    gross_grosze: int = 0

    def add(self, other: "Tally") -> None:
        self.issued += other.issued
        self.held += other.held
        self.errors += other.errors
        self.gross_grosze += other.gross_grosze


@transaction.atomic
def issue_chunk(
    period_ids: Sequence[int], client_ids: Sequence[int], occasion: Occasion, *, most: int | None
) -> Tally:
    """Issue what these periods give, at most `most` invoices; all or nothing."""
    clients = lock_clients(client_ids)
    dues = read_dues(BillingPeriod.objects.filter(pk__in=period_ids))
    made = plan(dues, books_of({due.detail_id for due in dues}, clients, occasion))
    if most is not None:
        made.invoices = made.invoices[:most]
    note_unbilled(made)
    invoices = write_invoices(made.invoices, clients, occasion)
    return Tally(
        issued=len(invoices),
        held=len(made.held),
        errors=sum(held.reason == ERROR for held in made.held),
        gross_grosze=sum(i.gross_grosze for i in invoices if i.currency == "PLN"),
    )


def lock_clients(client_ids: Sequence[int]) -> dict[int, Client]:
    """The clients, locked in one order: one process at a time bills a client or books for him."""
    found = Client.objects.select_for_update(no_key=True).filter(pk__in=client_ids)
    return {client.pk: client for client in found.order_by("pk")}


def read_dues(periods: QuerySet[BillingPeriod]) -> list[Due]:
    """Those of the periods that still wait, in the order of the run."""
    order = ("bill_on", "client_id", "detail_id", "no")
    rows = periods.filter(state__in=WAITING).order_by(*order)
    return sold_by([Due(*row) for row in rows.values_list(*COLUMNS)])


def books_of(
    detail_ids: Collection[int], clients: Mapping[int, Payer], occasion: Occasion
) -> Books:
    """What the plan looks things up in: clients, terms of these details, exchange rates."""
    return Books(clients, terms_of(detail_ids), occasion.rates, occasion.issued_on)


def terms_of(detail_ids: Collection[int]) -> dict[int, list[Terms]]:
    """The terms of these details, the newest first."""
    terms: dict[int, list[Terms]] = {}
    columns = ("detail_id", "from_on", "price_grosze", "quantity", "rate")
    rows = DetailTerms.objects.filter(detail__in=detail_ids).order_by("detail_id", "-from_on")
    for detail_id, *row in rows.values_list(*columns):
        terms.setdefault(detail_id, []).append(Terms(*row))
    return terms


def note_unbilled(made: Plan) -> None:
    """Write down what is held and why, and what is free."""
    by_reason: dict[str, list[int]] = {}
    for held in made.held:
        if held.due.held_reason != held.reason:
            by_reason.setdefault(held.reason, []).append(held.due.period_id)
    for reason, ids in by_reason.items():
        hold(ids, reason)
    if made.free:
        BillingPeriod.objects.filter(
            pk__in=[due.period_id for due in made.free], state__in=WAITING
        ).update(state=BillingPeriod.State.FREE, held_reason="")


def hold(period_ids: Sequence[int], reason: str) -> None:
    BillingPeriod.objects.filter(pk__in=period_ids, state__in=WAITING).update(
        state=BillingPeriod.State.HELD, held_reason=reason
    )


def make_due_again(line_ids: Sequence[int]) -> None:
    """The periods of lines at zero wait for the next run."""
    BillingPeriod.objects.filter(line__in=line_ids).update(state=BillingPeriod.State.DUE, line=None)


def write_invoices(
    planned: Sequence[PlannedInvoice], clients: dict[int, Client], occasion: Occasion
) -> list[Invoice]:
    """Insert documents with all that belongs to them; the numbers are taken last."""
    if not planned:
        return []
    series = Series.at_work(Invoice.Kind.FV, on=occasion.issued_on, by_year=occasion.by_year)
    invoices = [
        invoice_of(one, clients[one.client_id], occasion, series=series, serial=serial)
        for serial, one in enumerate(planned, series.last + 1)
    ]
    insert(invoices)
    _write_rows(planned, invoices)
    record_all([_event(invoice, occasion) for invoice in invoices])
    _post(invoices)
    settle_clients(clients, at=occasion.at)
    series.advance(begin=series.last, end=series.last + len(invoices), on=occasion.issued_on)
    _count(invoices, occasion)
    return invoices


def invoice_of(
    planned: PlannedInvoice, client: Client, occasion: Occasion, *, series: Series, serial: int
) -> Invoice:
    """The document with its frozen copy, not saved."""
    due_on, number = occasion.due_on(client), series.number(serial)
    snapshot = snapshot_of(
        planned,
        seller=occasion.seller_to(client),
        buyer=buyer_of(client),
        number=number,
        issued_on=occasion.issued_on,
        due_on=due_on,
    )
    first, sums = planned.first, planned.totals
    return Invoice(
        kind=Invoice.Kind.FV,
        number=number,
        series=series,
        serial=serial,
        client=client,
        reseller_id=first.reseller_id,
        run=occasion.run,
        issued_on=occasion.issued_on,
        issued_at=occasion.at,
        sale_from=planned.sale_from,
        sale_to=planned.sale_to,
        due_on=due_on,
        currency=first.currency,
        basis=first.basis,
        net_grosze=sums.net,
        vat_grosze=sums.vat,
        gross_grosze=sums.gross,
        mpp=planned.mpp,
        snapshot=snapshot,
        hash=digest(snapshot),
    )


def _write_rows(planned: Sequence[PlannedInvoice], invoices: Sequence[Invoice]) -> None:
    """Lines, tax rows, and the periods' pointers to their lines."""
    lines: list[InvoiceLine] = []
    vat: list[InvoiceVat] = []
    periods: list[int] = []
    for one, invoice in zip(planned, invoices, strict=True):
        lines += _lines(one, invoice)
        vat += _vat(one, invoice)
        periods += [line.due.period_id for line in one.lines]
    insert(lines)
    insert(vat)
    pairs = [(period, line.pk) for period, line in zip(periods, lines, strict=True)]
    if bulk.mark_invoiced(pairs) != len(pairs):
        raise NumbersMoved


def _lines(planned: PlannedInvoice, invoice: Invoice) -> list[InvoiceLine]:
    return [
        InvoiceLine(
            invoice_id=invoice.pk,
            no=no,
            detail_id=line.due.detail_id,
            period_no=line.due.no,
            name=line.name,
            unit=line.due.unit,
            from_on=line.due.start,
            to_on=line.due.last_day,
            part=line.part,
            quantity=line.quantity,
            unit_grosze=line.unit_grosze,
            rate=line.rate,
            exemption=line.due.exemption,
            amount_grosze=line.amount_grosze,
            tax_point_on=line.tax_point_on,
            commissionable=line.due.commissionable,
            annex15=line.due.annex15,
        )
        for no, line in enumerate(planned.lines, 1)
    ]


def _vat(planned: PlannedInvoice, invoice: Invoice) -> list[InvoiceVat]:
    fx: dict[str, int] = (invoice.snapshot["fx"] or {}).get("vat_pln_grosze", {})
    return [
        InvoiceVat(
            invoice_id=invoice.pk,
            rate=row.rate,
            net_grosze=row.net,
            vat_grosze=row.vat,
            gross_grosze=row.gross,
            vat_pln_grosze=fx.get(row.rate),
        )
        for row in planned.vat
    ]


def _event(invoice: Invoice, occasion: Occasion) -> Any:
    run = occasion.run.pk if occasion.run else None
    return event_of(
        "billing.invoice.issue", invoice, by=occasion.by, at=occasion.at, run=run,
        hash=invoice.hash,
    )  # fmt: skip


def _post(invoices: Sequence[Invoice]) -> None:
    """One letter each, with a link of its own, unless the client wants none."""
    sent, links = [], []
    for invoice in invoices:
        if invoice.client.no_invoice_letters or not invoice.client.invoices_to:
            continue
        token, link = letters.link_to(invoice, at=invoice.issued_at)
        links.append(link)
        sent.append(letters.invoice_issued(invoice, token=token))
    insert(links)
    post_all(sent)


def _count(invoices: Sequence[Invoice], occasion: Occasion) -> None:
    if occasion.run:
        gross = sum(i.gross_grosze for i in invoices if i.currency == "PLN")
        BillingRun.objects.filter(pk=occasion.run.pk).update(
            issued=F("issued") + len(invoices), gross_grosze=F("gross_grosze") + gross
        )
