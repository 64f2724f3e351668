"""The ladder of reminders before and after the due day; one letter per client and day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import late_letters
from ogniwo.billing.models import Invoice, Reminder
from ogniwo.billing.models.invoice import InvoiceQuerySet
from ogniwo.billing.paying import allowed, lock, settle
from ogniwo.journal.actors import SYSTEM_ACTOR, Actor
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import event_of, record, record_all
from ogniwo.kernel.days import warsaw_day, warsaw_midnight, warsaw_time
from ogniwo.kernel.workdays import is_working
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Client

BEFORE: Final = -3
STEPS: Final = (1, 7, 14, 30)
DAYS_WORTH_A_REMINDER: Final = 7
FIRST_HOUR, LAST_HOUR = time(8), time(18)


def tick_reminders(at: datetime, limit: int = 500) -> int:
    """The sweep: on working days from eight to six; letters to at most `limit` clients."""
    if not is_working(warsaw_day(at)) or not FIRST_HOUR <= warsaw_time(at).time() < LAST_HOUR:
        return 0
    return remind(at, limit=limit, once_a_day=True)


def remind(
    at: datetime,
    *,
    by: Actor = SYSTEM_ACTOR,
    limit: int | None = None,
    once_a_day: bool = False,
) -> int:
    """Send what is due today; how many invoices had a step. Safe to repeat.

    `once_a_day`: who got a letter today, by hand for instance, has his step tomorrow.
    """
    day = warsaw_day(at)
    sent = 0
    for client_id, pks in islice(_due_by_client(day), limit):
        with transaction.atomic():
            client = lock(client_id)
            if once_a_day and was_reminded(client, on=day):
                continue
            sent += _remind_client(client, pks, on=day, by=by, at=at)
    return sent


@transaction.atomic
def remind_now(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """Today's letter outside the ladder, with all that is late at the client, once a day.

    Refused: disputed, nothing_left, no_address, reminded_today.
    """
    allowed(by)
    client, day = lock(invoice.client_id), warsaw_day(at)
    fresh = Invoice.objects.unpaid().filter(pk=invoice.pk).first()
    if fresh is None:
        raise Refused("nothing_left", _("Nothing is left to pay."))
    if fresh.is_disputed:
        raise Refused("disputed", _("The invoice is disputed: no reminders are sent."))
    if not client.invoices_to:
        raise Refused("no_address", _("The client has no e-mail address."))
    if was_reminded(client, on=day):
        raise Refused("reminded_today", _("A reminder went to this client today already."))
    invoices = _with_the_late(client, [fresh], on=day)
    step = max(_step_of(one, on=day) for one in invoices)
    late_letters.reminder(client, invoices, step=step, at=at)
    record_all(event_of("billing.invoice.remind_now", one, by=by, at=at) for one in invoices)


def was_reminded(client: Client, *, on: date) -> bool:
    """Whether a letter of this kind was written to him on that day."""
    letters = Message.objects.about(client).filter(template=late_letters.REMINDER)
    return letters.filter(queued_at__gte=warsaw_midnight(on)).exists()


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


def dispute(invoice: Invoice, *, reason: str = "", by: Actor, at: datetime) -> None:
    """The client contests it: no reminders, and no money unless he names it."""
    _mark(invoice, at, verb="dispute", reason=reason, by=by, at=at)


def undispute(invoice: Invoice, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Reminders go on with the step reached; credit pays it again."""
    _mark(invoice, None, verb="undispute", reason=reason, by=by, at=at)


@transaction.atomic
def _mark(
    invoice: Invoice,
    disputed_at: datetime | None,
    *,
    verb: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    allowed(by)
    lock(invoice.client_id)
    if not Invoice.objects.filter(
        pk=invoice.pk, disputed_at__isnull=disputed_at is not None
    ).update(disputed_at=disputed_at):
        return
    said = {"reason": ("", reason.strip())} if reason.strip() else None
    record(f"billing.invoice.{verb}", invoice, by=by, at=at, details=said)
    settle(invoice.client_id, invoice.currency, at=at)


def _due_by_client(day: date) -> Iterator[tuple[int, list[int]]]:
    """Clients with a step due and their invoices, read without a lock: two statements a day."""
    last = Reminder.objects.filter(
        invoice=OuterRef("pk"), due_on=OuterRef("due_on"), step=STEPS[-1]
    )
    rows = candidates(day).exclude(Q(Exists(last)) & Q(raised_grosze=0))
    ready = rows.order_by("client", "due_on", "pk").defer("snapshot").prefetch_related("reminders")
    due = [one for one in ready if step_due(one, list(one.reminders.all()), on=day)]
    for client_id, invoices in groupby(due, key=lambda one: one.client_id):
        yield client_id, [one.pk for one in invoices]


def _remind_client(client: Client, pks: Sequence[int], *, on: date, by: Actor, at: datetime) -> int:
    """Read again under the lock; where nobody can be written to, no step is counted as sent."""
    if not client.invoices_to:
        return 0
    steps: list[tuple[Invoice, Reminder]] = []
    invoices = candidates(on).filter(pk__in=pks).order_by("due_on", "pk")
    for invoice in invoices.prefetch_related("reminders"):
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
    highest = max(row.step for _invoice, row in steps)
    named = _with_the_late(client, [one for one, _reminder in steps], on=on)
    late_letters.reminder(client, named, step=highest, at=at)
    return len(steps)


def _with_the_late(client: Client, invoices: Sequence[Invoice], *, on: date) -> list[Invoice]:
    """All that the letter lists: these, and whatever else of his is late, by due day."""
    late = Invoice.objects.overdue(on=on).filter(client=client, disputed_at__isnull=True)
    named = {one.pk: one for one in (*late, *invoices)}
    return sorted(named.values(), key=lambda one: (one.due_on or on, one.pk))


def _row(invoice: Invoice, due_on: date, step: int, *, on: date) -> Reminder:
    return Reminder(
        invoice=invoice, due_on=due_on, step=step, on=on, left_grosze=invoice.left_grosze
    )


def _had_time(invoice: Invoice, due_on: date) -> bool:
    """Whether there were days enough to pay since the document of that due day was issued."""
    issued_on: date | None = invoice.issued_on
    if due_on != invoice.due_on:
        raised = invoice.corrections.filter(due_on=due_on).order_by("issued_on")
        issued_on = raised.values_list("issued_on", flat=True).first()
    return issued_on is not None and (due_on - issued_on).days >= DAYS_WORTH_A_REMINDER


def _step_of(invoice: Invoice, *, on: date) -> int:
    """The step whose words fit that day, whether the ladder has sent it or not."""
    days = invoice.days_late(on=on)
    return max((step for step in STEPS if step <= days), default=BEFORE)
