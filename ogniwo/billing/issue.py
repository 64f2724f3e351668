"""Issue one chunk of a run: one transaction of about a dozen statements, numbers last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
from ogniwo.billing.payer import Payer, payers
from ogniwo.billing.paying import settle_clients
from ogniwo.billing.plan import (
    COLUMNS,
    ERROR,
    Books,
    Due,
    Plan,
    PlannedInvoice,
    Rate,
    Terms,
    plan,
)
from ogniwo.billing.rows import InvoiceRow, LineRow, VatRow, lines_of, vat_of
from ogniwo.billing.snapshot import Seller, Snapshot, canonical, digest_of
from ogniwo.billing.whose import sold_by
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert, keys
from ogniwo.journal.record import EventRow, event_row, record_all
from ogniwo.kernel.days import ONE_DAY
from ogniwo.kernel.workdays import next_working
from ogniwo.outbox.post import post_all
from ogniwo.people.models import Link
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
class Issued:
    """A document of this chunk, before and after it is a row."""

    planned: PlannedInvoice
    client: Payer
    snapshot: Snapshot
    row: InvoiceRow


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

    def due_on(self, client: Client | Payer) -> date:
        """The last day to pay, a working day: fixed once, at issue."""
        days = self.due_days if client.due_days is None else client.due_days
        return next_working(self.issued_on + timedelta(days=days))

    def seller_to(self, client: Payer) -> Seller:
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
    dues = read_dues(BillingPeriod.objects.filter(pk__among=period_ids))
    made = plan(dues, books_of({due.detail_id for due in dues}, clients, occasion))
    if most is not None:
        made.invoices = made.invoices[:most]
    note_unbilled(made)
    invoices = write_invoices(made.invoices, clients, occasion)
    return Tally(
        issued=len(invoices),
        held=len(made.held),
        errors=sum(held.reason == ERROR for held in made.held),
        gross_grosze=in_zloty(invoices),
    )


def lock_clients(client_ids: Sequence[int]) -> dict[int, Payer]:
    """The clients, locked in one order: one process at a time bills a client or books for him."""
    return payers(_locked(client_ids))


def lock_rows(client_ids: Sequence[int]) -> None:
    """The same lock, and nothing read."""
    list(_locked(client_ids).order_by("pk").values_list("pk"))


def _locked(client_ids: Sequence[int]) -> QuerySet[Client]:
    return Client.objects.select_for_update(no_key=True).filter(pk__among=client_ids)


def read_dues(periods: QuerySet[BillingPeriod]) -> list[Due]:
    """Those of the periods that still wait, in the order of the run."""
    return sold_by(dues_of(periods))


def dues_of(periods: QuerySet[BillingPeriod]) -> list[Due]:
    """The same, each with the reseller of its detail, whoever has the client by now."""
    order = ("bill_on", "client_id", "detail_id", "no")
    rows = periods.filter(state__in=WAITING).order_by(*order)
    return [Due(*row) for row in rows.values_list(*COLUMNS)]


def books_of(
    detail_ids: Collection[int], clients: Mapping[int, Payer], occasion: Occasion
) -> Books:
    """What the plan looks things up in: clients, terms of these details, exchange rates."""
    return Books(clients, terms_of(detail_ids), occasion.rates, occasion.issued_on)


def terms_of(detail_ids: Collection[int]) -> dict[int, list[Terms]]:
    """The terms of these details, the newest first."""
    terms: dict[int, list[Terms]] = {}
    columns = ("detail_id", "from_on", "price_grosze", "quantity", "rate")
    rows = DetailTerms.objects.filter(detail__among=detail_ids).order_by("detail_id", "-from_on")
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


def take_back(line: InvoiceLine) -> bool:
    """The period of a line that lives again waits no longer; False when it is another by now."""
    same = BillingPeriod.objects.filter(
        detail=line.detail_id, no=line.period_no, start=line.from_on, end=line.to_on + ONE_DAY
    )
    taken = same.update(state=BillingPeriod.State.INVOICED, held_reason="", line=line)
    return bool(taken)


def write_invoices(
    planned: Sequence[PlannedInvoice], clients: Mapping[int, Payer], occasion: Occasion
) -> list[InvoiceRow]:
    """Insert documents with all that belongs to them; the numbers are taken last."""
    if not planned:
        return []
    series = Series.at_work(Invoice.Kind.FV, on=occasion.issued_on, by_year=occasion.by_year)
    number_of_lines = sum(len(one.lines) for one in planned)
    own_keys, line_keys = keys((Invoice, len(planned)), (InvoiceLine, number_of_lines))
    issued = [
        document_of(one, clients[one.client_id], occasion, series=series, serial=serial, key=key)
        for serial, (one, key) in enumerate(zip(planned, own_keys, strict=True), series.last + 1)
    ]
    invoices = [one.row for one in issued]
    insert(Invoice, invoices)
    _write_rows(issued, line_keys)
    record_all(_events(invoices, occasion))
    _post(issued)
    settle_clients(clients, at=occasion.at)
    series.advance(begin=series.last, end=series.last + len(invoices), on=occasion.issued_on)
    _count(invoices, occasion)
    return invoices


def document_of(  # a document is these facts
    planned: PlannedInvoice,
    client: Payer,
    occasion: Occasion,
    *,
    series: Series,
    serial: int,
    key: int,
) -> Issued:
    """The document with its frozen copy, not written."""
    due_on, number = occasion.due_on(client), series.number(serial)
    snapshot = snapshot_of(
        planned,
        seller=occasion.seller_to(client),
        buyer=buyer_of(client),
        number=number,
        issued_on=occasion.issued_on,
        due_on=due_on,
    )
    text = canonical(snapshot)
    first, sums = planned.first, planned.totals
    row = InvoiceRow(
        id=key, kind="FV", number=number, series_id=series.pk, serial=serial,
        client_id=client.id, reseller_id=first.reseller_id,
        run_id=occasion.run.pk if occasion.run else None,
        issued_on=occasion.issued_on, issued_at=occasion.at,
        sale_from=planned.sale_from, sale_to=planned.sale_to, due_on=due_on,
        currency=first.currency, basis=first.basis,
        net_grosze=sums.net, vat_grosze=sums.vat, gross_grosze=sums.gross,
        mpp=planned.mpp, snapshot=text, hash=digest_of(text),
    )  # fmt: skip
    return Issued(planned, client, snapshot, row)


def _write_rows(issued: Sequence[Issued], line_keys: Sequence[int]) -> None:
    """Lines, tax rows, and the periods' pointers to their lines."""
    lines: list[LineRow] = []
    vat: list[VatRow] = []
    periods: list[int] = []
    for one in issued:
        planned, begin = one.planned, len(lines)
        some = line_keys[begin : begin + len(planned.lines)]
        lines += lines_of(planned, invoice=one.row.id, keys=some)
        vat += vat_of(planned, one.snapshot, invoice=one.row.id)
        periods += [line.due.period_id for line in planned.lines]
    insert(InvoiceLine, lines)
    insert(InvoiceVat, vat)
    pairs = list(zip(line_keys, periods, strict=True))
    if bulk.mark_invoiced(pairs) != len(pairs):
        raise NumbersMoved


def _events(invoices: Sequence[InvoiceRow], occasion: Occasion) -> list[EventRow]:
    run, kind = occasion.run.pk if occasion.run else None, Invoice._meta.label_lower
    return [
        event_row("billing.invoice.issue", kind, row.id, row.number, by=occasion.by,
                  at=occasion.at, run=run, hash=row.hash)
        for row in invoices
    ]  # fmt: skip


def _post(issued: Sequence[Issued]) -> None:
    """One letter each, with a link of its own, unless the client wants none."""
    sent, links = [], []
    for one in issued:
        if one.client.no_invoice_letters or not one.client.invoices_to:
            continue
        token, link = letters.link_to(one.row.id, at=one.row.issued_at)
        links.append(link)
        sent.append(letters.invoice_issued(one.row, one.snapshot, one.client, token=token))
    insert(Link, links)
    post_all(sent)


def in_zloty(invoices: Sequence[InvoiceRow]) -> int:
    return sum(row.gross_grosze for row in invoices if row.currency == "PLN")


def _count(invoices: Sequence[InvoiceRow], occasion: Occasion) -> None:
    if occasion.run:
        BillingRun.objects.filter(pk=occasion.run.pk).update(
            issued=F("issued") + len(invoices),
            gross_grosze=F("gross_grosze") + in_zloty(invoices),
        )
