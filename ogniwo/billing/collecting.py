"""What reminders did not bring: invoices to hand over to those who collect debts."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import Invoice, Reminder
from ogniwo.billing.models.invoice import InvoiceQuerySet
from ogniwo.billing.paying import allowed, lock
from ogniwo.billing.reminding import STEPS
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import event_of, record_all
from ogniwo.kernel.days import warsaw_day
from ogniwo.programme.models import Client

LAST_STEP: Final = STEPS[-1]


def to_hand_over(*, on: date) -> InvoiceQuerySet:
    """Late for as long as the ladder reminds, not contested, not handed over yet."""
    last = Reminder.objects.filter(invoice=OuterRef("pk"), step=LAST_STEP)
    # What was raised is late by the raise's own day: its ladder knows which.
    over = Q(raised_grosze=0, due_on__lte=on - timedelta(days=LAST_STEP)) | Q(Exists(last))
    late = Invoice.objects.overdue(on=on).filter(over)
    return late.filter(disputed_at__isnull=True, handed_over_at__isnull=True)


@transaction.atomic
def hand_over(client: Client, *, by: Actor, at: datetime) -> int:
    """Whoever collects debts has the client's papers: how many invoices. Refused: nothing_late."""
    allowed(by)
    lock(client.pk)
    invoices = list(to_hand_over(on=warsaw_day(at)).filter(client=client).order_by("pk"))
    if not invoices:
        raise Refused("nothing_late", _("No invoice of this client is late for 30 days."))
    _mark(invoices, at, verb="hand_over", by=by, at=at)
    return len(invoices)


@transaction.atomic
def call_back(client: Client, *, by: Actor, at: datetime) -> int:
    """Handed over by mistake, or given back: the task is there again."""
    allowed(by)
    lock(client.pk)
    handed = Invoice.objects.unpaid().filter(client=client, handed_over_at__isnull=False)
    invoices = list(handed.order_by("pk"))
    _mark(invoices, None, verb="call_back", by=by, at=at)
    return len(invoices)


def _mark(
    invoices: list[Invoice], handed_over_at: datetime | None, *, verb: str, by: Actor, at: datetime
) -> None:
    mine = Invoice.objects.filter(pk__in=[one.pk for one in invoices])
    mine.update(handed_over_at=handed_over_at)
    record_all(event_of(f"billing.invoice.{verb}", one, by=by, at=at) for one in invoices)
