"""The ladder of reminders before and after the due day; one letter per client and day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import Q

from ogniwo.billing import letters
from ogniwo.billing.models import Invoice, Reminder
from ogniwo.billing.models.invoice import InvoiceQuerySet
from ogniwo.billing.paying import allowed, lock, settle
from ogniwo.journal.actors import SYSTEM_ACTOR, Actor
from ogniwo.journal.record import event_of, record, record_all
from ogniwo.kernel.days import warsaw_day

BEFORE: Final = -3
STEPS: Final = (1, 7, 14, 30)
DAYS_WORTH_A_REMINDER: Final = 7


def remind(at: datetime, *, by: Actor = SYSTEM_ACTOR) -> int:
    """Send what is due today; how many invoices were named. Safe to repeat."""
    day = warsaw_day(at)
    found = candidates(day).order_by("client", "due_on", "pk").values_list("client_id", "pk")
    sent = 0
    for client_id, rows in groupby(list(found), key=lambda row: row[0]):
        with transaction.atomic():
            lock(client_id)
            sent += _remind_client([pk for _client, pk in rows], on=day, by=by, at=at)
    return sent


def candidates(day: date) -> InvoiceQuerySet:
    """Something left, not contested, near its due day or past it, and the client wants letters."""
    near = Q(due_on__lte=day - timedelta(days=BEFORE)) | Q(raised_grosze__gt=0)
    return Invoice.objects.unpaid().filter(
        near, disputed_at__isnull=True, client__no_reminders=False
    )


def step_due(invoice: Invoice, sent: Sequence[Reminder], *, on: date) -> tuple[date, int] | None:
    """The due day and the highest step reached, unless it or a higher one was sent."""
    due_on = invoice.oldest_due_on()
    if due_on is None:
        return None
    days = (on - due_on).days
    step = max((step for step in STEPS if step <= days), default=None)
    if step is None and BEFORE <= days <= 0 and _had_time(invoice, due_on):
        step = BEFORE
    if step is None or (step > 0 and invoice.paid_grosze >= invoice.due_now(on=on)):
        return None
    reached = [row.step for row in sent if row.due_on == due_on]
    return None if reached and max(reached) >= step else (due_on, step)


def dispute(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """The client contests it: no reminders, and no money unless he names it."""
    _mark(invoice, at, verb="dispute", by=by, at=at)


def undispute(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """Reminders go on with the step reached; credit pays it again."""
    _mark(invoice, None, verb="undispute", by=by, at=at)


@transaction.atomic
def _mark(
    invoice: Invoice, disputed_at: datetime | None, *, verb: str, by: Actor, at: datetime
) -> None:
    allowed(by)
    lock(invoice.client_id)
    if not Invoice.objects.filter(
        pk=invoice.pk, disputed_at__isnull=disputed_at is not None
    ).update(disputed_at=disputed_at):
        return
    record(f"billing.invoice.{verb}", invoice, by=by, at=at)
    settle(invoice.client_id, invoice.currency, at=at)


def _remind_client(pks: Sequence[int], *, on: date, by: Actor, at: datetime) -> int:
    invoices = candidates(on).filter(pk__in=pks).select_related("client")
    steps: list[tuple[Invoice, Reminder]] = []
    for invoice in invoices.order_by("due_on", "pk").prefetch_related("reminders"):
        found = step_due(invoice, list(invoice.reminders.all()), on=on)
        if found is not None:
            due_on, step = found
            steps.append((invoice, _row(invoice, due_on, step, on=on)))
    if not steps:
        return 0
    Reminder.objects.bulk_create(row for _invoice, row in steps)
    record_all(
        event_of("billing.invoice.remind", invoice, by=by, at=at, step=row.step)
        for invoice, row in steps
    )
    letters.reminder(steps, at=at)
    return len(steps)


def _row(invoice: Invoice, due_on: date, step: int, *, on: date) -> Reminder:
    return Reminder(
        invoice=invoice, due_on=due_on, step=step, on=on, left_grosze=invoice.left_grosze
    )


def _had_time(invoice: Invoice, due_on: date) -> bool:
    return (due_on - invoice.issued_on).days >= DAYS_WORTH_A_REMINDER
