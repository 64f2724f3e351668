"""What a client was charged and paid in a period, with a running balance, and what is open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from ogniwo.billing.models import Allocation, Invoice, NoteAllocation, Payment
from ogniwo.journal.models import Event
from ogniwo.kernel.days import ONE_DAY, warsaw_day, warsaw_midnight
from ogniwo.kernel.money import Grosze
from ogniwo.programme.models import Client

REFUND = "billing.payment.refund"


class Deed(models.TextChoices):
    """What moves a balance, in the order in which it stands within a day."""

    INVOICE = "invoice", _("Invoice")
    CORRECTION = "correction", _("Correction")
    PAYMENT = "payment", word("statement", "Payment")
    NOTE = "note", word("statement", "Used for an interest note")
    REVERSAL = "reversal", word("statement", "Payment returned")
    REFUND = "refund", word("statement", "Refund")


ORDER = {deed: place for place, deed in enumerate(Deed)}


class Entry(NamedTuple):
    """One line: above zero the client owes more, below zero less."""

    day: date
    deed: Deed
    key: int
    title: str
    grosze: Grosze

    @property
    def label(self) -> str:
        return str(self.deed.label)

    @property
    def size(self) -> Grosze:
        """Without its sign, for a column that says which way it goes."""
        return abs(self.grosze)


class Open(NamedTuple):
    """A document not paid in full on the last day."""

    number: str
    due_on: date | None
    left_grosze: Grosze


@dataclass(frozen=True, slots=True)
class Statement:
    """One currency; `balance` after each line. Above zero: the client owes."""

    currency: str
    start: date
    end: date  # the last day
    opening: Grosze
    lines: list[tuple[Entry, Grosze]]
    open_items: list[Open]

    @property
    def closing(self) -> Grosze:
        return self.lines[-1][1] if self.lines else self.opening

    @property
    def credit(self) -> Grosze:
        """What the client has paid too much, above zero."""
        return max(-self.closing, 0)

    @property
    def charged(self) -> Grosze:
        return sum(max(entry.grosze, 0) for entry, _balance in self.lines)

    @property
    def paid(self) -> Grosze:
        return sum(max(-entry.grosze, 0) for entry, _balance in self.lines)


def currencies(client: Client) -> list[str]:
    """Those of his documents and payments, złoty first."""
    used = set(Invoice.objects.filter(client=client).values_list("currency", flat=True).distinct())
    used |= set(Payment.objects.filter(client=client).values_list("currency", flat=True).distinct())
    return sorted(used, reverse=True)


def statement(client: Client, *, currency: str, start: date, end: date) -> Statement:
    """The account of a client from `start` to `end`, both inclusive."""
    entries = sorted(
        (entry for entry in _entries(client, currency) if entry.day <= end),
        key=lambda entry: (entry.day, ORDER[entry.deed], entry.key),
    )
    balance = opening = sum(entry.grosze for entry in entries if entry.day < start)
    lines = []
    for entry in entries:
        if entry.day >= start:
            balance += entry.grosze
            lines.append((entry, balance))
    items = list(open_items(client, currency=currency, on=end))
    return Statement(currency, start, end, opening, lines, items)


def _entries(client: Client, currency: str) -> Iterator[Entry]:
    yield from _documents(client, currency)
    payments = Payment.objects.filter(client=client, currency=currency)
    for payment in payments:
        yield Entry(
            payment.booked_on, Deed.PAYMENT, payment.pk, payment.title, -payment.amount_grosze
        )
        if payment.reversed_at is not None:
            day = _not_before(payment, payment.reversed_at)
            yield Entry(day, Deed.REVERSAL, payment.pk, payment.title, payment.amount_grosze)
    yield from _refunds({payment.pk: payment for payment in payments if payment.refunded_grosze})
    used = NoteAllocation.objects.filter(payment__client=client, payment__currency=currency)
    for row in used.select_related("payment", "note"):
        day = _not_before(row.payment, row.at)
        yield Entry(day, Deed.NOTE, row.pk, row.note.number, row.grosze)


def _documents(client: Client, currency: str) -> Iterator[Entry]:
    """Invoices and corrections; one of an address alone moves nothing."""
    sales = Invoice.objects.filter(client=client, currency=currency).exclude(kind=Invoice.Kind.PRO)
    rows = sales.exclude(gross_grosze=0).values_list(
        "issued_on", "kind", "pk", "number", "gross_grosze"
    )
    for issued_on, kind, key, number, gross in rows:
        deed = Deed.CORRECTION if kind == Invoice.Kind.KOR else Deed.INVOICE
        yield Entry(issued_on, deed, key, number, gross)


def _refunds(refunded: dict[int, Payment]) -> Iterator[Entry]:
    """The days stand in the journal; a payment keeps only how much of it was sent back."""
    events = Event.objects.filter(
        kind=Payment._meta.label_lower, key__in=list(refunded), verb=REFUND
    )
    for event in events.order_by("pk"):
        payment = refunded[event.key]
        day = _not_before(payment, event.at)
        yield Entry(day, Deed.REFUND, event.pk, payment.title, int(event.facts["grosze"]))


def _not_before(payment: Payment, at: datetime) -> date:
    """Nothing becomes of money before the day it is booked on."""
    return max(payment.booked_on, warsaw_day(at))


def open_items(client: Client, *, currency: str, on: date) -> Iterator[Open]:
    """Invoices with something left on that day, by due day; money counts from its allocation."""
    known = Allocation.objects.filter(
        invoice__client=client, payment__booked_on__lte=on, at__lt=warsaw_midnight(on + ONE_DAY)
    )
    paid = dict(known.order_by().values_list("invoice").annotate(sum=Sum("grosze")))
    corrected = Sum("corrections__gross_grosze", filter=Q(corrections__issued_on__lte=on))
    invoices = (
        Invoice.objects.filter(
            client=client, currency=currency, kind=Invoice.Kind.FV, issued_on__lte=on
        )
        .annotate(owed=F("gross_grosze") + Coalesce(corrected, 0))
        .order_by("due_on", "pk")
        .values_list("pk", "number", "due_on", "owed")
    )
    for key, number, due_on, owed in invoices:
        left = owed - paid.get(key, 0)
        if left > 0:
            yield Open(number, due_on, left)
