"""From what is due to invoices: the one planning function of preview and run. Writes nothing."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from ogniwo.billing.models.detail import NAME_LENGTH, discount_on
from ogniwo.billing.payer import Payer
from ogniwo.kernel import nip
from ogniwo.kernel.amounts import (
    Totals,
    VatRow,
    in_pln,
    line_value,
    totals,
    unit_price,
    vat_rows,
)
from ogniwo.kernel.money import PLN
from ogniwo.kernel.workdays import previous_working

logger = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)
THREE_YEARS = 36
SPLIT_PAYMENT_ABOVE = 1_500_000
BILLED_STATES = frozenset({"account", "closed"})
ERROR = "error"
NOTHING = Totals(0, 0, 0)


class Due(NamedTuple):
    """A period with what its detail says, in the order of `COLUMNS`."""

    period_id: int
    no: int
    start: date
    end: date
    of_days: int
    bill_on: date
    state: str
    held_reason: str
    client_id: int
    detail_id: int
    name: str
    unit: str
    months: int | None
    basis: str
    currency: str
    separate: bool
    annex15: bool
    commissionable: bool
    exemption: str
    reseller_id: int | None
    free_periods: int
    discounts: list[dict[str, Any]]

    @property
    def last_day(self) -> date:
        return self.end - ONE_DAY


COLUMNS = (
    "id", "no", "start", "end", "of_days", "bill_on", "state", "held_reason", "client_id",
    "detail_id", "detail__name", "detail__unit", "detail__months", "detail__basis",
    "detail__currency", "detail__separate", "detail__annex15", "detail__commissionable",
    "detail__exemption", "detail__reseller_id", "detail__free_periods", "detail__discounts",
)  # fmt: skip


class Terms(NamedTuple):
    """What holds for periods that start on `from_on` or later."""

    from_on: date
    price_grosze: int
    quantity: Decimal
    rate: str


class Rate(NamedTuple):
    """The exchange rate of an invoice."""

    table: str
    on: date
    mid: Decimal


class Rates(Protocol):
    """Where rates are found."""

    def on(self, currency: str, day: date) -> Rate | None: ...


@dataclass(slots=True)
class PlannedLine:
    """One line of an invoice to be."""

    due: Due
    name: str
    part: str
    quantity: Decimal
    unit_grosze: int
    rate: str
    amount_grosze: int
    tax_point_on: date


@dataclass(slots=True)
class PlannedInvoice:
    """One invoice to be; it has everything but a number and dates."""

    client_id: int
    lines: list[PlannedLine]
    fx: Rate | None = None
    vat: list[VatRow] = field(default_factory=list)
    totals: Totals = NOTHING
    mpp: bool = False

    @property
    def first(self) -> Due:
        return self.lines[0].due

    @property
    def sale_from(self) -> date:
        return min(line.due.start for line in self.lines)

    @property
    def sale_to(self) -> date:
        return max(line.due.last_day for line in self.lines)


class Held(NamedTuple):
    """A due period that cannot be invoiced, and why."""

    due: Due
    reason: str


@dataclass(slots=True)
class Plan:
    """What becomes of the due periods."""

    invoices: list[PlannedInvoice] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    free: list[Due] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Books:
    """What the plan looks things up in."""

    clients: Mapping[int, Payer]
    terms: Mapping[int, Sequence[Terms]]
    rates: Rates
    issued_on: date


def plan(dues: Iterable[Due], books: Books) -> Plan:
    """Price and group `dues`, given in the order billing day, client, detail, number."""
    made = Plan()
    groups: dict[tuple[Any, ...], PlannedInvoice] = {}
    reasons = {pk: client_reason(client) for pk, client in books.clients.items()}
    for due in dues:
        try:
            line = priced(due, books.terms[due.detail_id])
            fx = _rate_of(line, books)
        except Exception:
            logger.exception("billing detail %s, period %s cannot be priced", due.detail_id, due.no)
            made.held.append(Held(due, ERROR))
            continue
        if line.amount_grosze == 0:
            made.free.append(due)
            continue
        reason = reasons[due.client_id] or line_reason(line, books.clients[due.client_id], fx)
        if reason:
            made.held.append(Held(due, reason))
            continue
        key = _group(line)
        if key not in groups:
            groups[key] = PlannedInvoice(due.client_id, [], fx)
        groups[key].lines.append(line)
    made.invoices = [summed(invoice) for invoice in groups.values()]
    return made


def priced(due: Due, terms: Sequence[Terms]) -> PlannedLine:
    """The line of a period: the terms of its first day, discount, part, one rounding."""
    start = due.start
    _from, price, quantity, rate = next(row for row in terms if row.from_on <= start)
    days = (due.end - start).days
    is_part = days != due.of_days
    discount = discount_on(due.discounts, start) if due.discounts else 0
    if due.no <= due.free_periods:
        unit = 0
    elif is_part:
        unit = unit_price(price, discount, days, due.of_days)
    else:
        unit = unit_price(price, discount)
    return PlannedLine(
        due=due,
        name=part_name(due.name, days, due.of_days) if is_part else due.name,
        part=f"{days}/{due.of_days}" if is_part else "",
        quantity=quantity,
        unit_grosze=unit,
        rate=rate,
        amount_grosze=line_value(quantity, unit),
        tax_point_on=tax_point(due),
    )


def tax_point(due: Due) -> date:
    """The first day of what is paid at once (one-off, three years), else the last day."""
    return due.start if due.months in {None, THREE_YEARS} else due.last_day


def part_name(name: str, days: int, of_days: int) -> str:
    """The name on the paper, which is Polish: quantity × price must hold there."""
    suffix = f" ({days} z {of_days} dni)"
    return name[: NAME_LENGTH - len(suffix)] + suffix


def client_reason(client: Payer) -> str:
    """Why nothing of this client can be invoiced now; empty when nothing stands against it."""
    checks = (
        (client.state not in BILLED_STATES, "not_account"),
        (bool(client.billing_held), "client_held"),
        (not (client.street and client.city), "no_address"),
        (client.country == "PL" and not nip.is_valid(client.nip), "bad_nip"),
        (not (client.invoice_email or client.email), "no_email"),
    )
    return next((reason for fails, reason in checks if fails), "")


def line_reason(line: PlannedLine, client: Payer, fx: Rate | None) -> str:
    """Why this line alone cannot be invoiced now."""
    if line.rate == "np_eu" and not client.vat_ue:
        return "no_vat_ue"
    if line.due.currency != PLN and fx is None:
        return "no_fx_rate"
    return ""


def summed(invoice: PlannedInvoice) -> PlannedInvoice:
    """With tax on the sums of its rates and the mark of split payment."""
    invoice.vat = vat_rows(
        ((line.rate, line.amount_grosze) for line in invoice.lines), invoice.first.basis
    )
    invoice.totals = totals(invoice.vat)
    gross = invoice.totals.gross
    in_zloty = gross if invoice.fx is None else in_pln(gross, invoice.fx.mid)
    invoice.mpp = in_zloty > SPLIT_PAYMENT_ABOVE and any(line.due.annex15 for line in invoice.lines)
    return invoice


def _rate_of(line: PlannedLine, books: Books) -> Rate | None:
    if line.due.currency == PLN:
        return None
    day = previous_working(min(books.issued_on, line.tax_point_on))
    return books.rates.on(line.due.currency, day)


def _group(line: PlannedLine) -> tuple[Any, ...]:
    """Lines share an invoice when all of this is equal."""
    due = line.due
    return (
        due.bill_on,
        due.client_id,
        due.currency,
        due.basis,
        due.reseller_id,
        None if due.currency == PLN else line.tax_point_on,
        due.detail_id if due.separate else None,
    )
