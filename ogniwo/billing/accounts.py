"""Deeds over a client and what he pays for: convert, undo, close. One transaction each."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.agreeing import Agreement, add_detail
from ogniwo.billing.changes import cancel, last_span, terminate
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request, Wanted, states_of
from ogniwo.billing.models import BillingDetail, BillingPeriod, Invoice, InvoiceLine, LineChange
from ogniwo.billing.paying import lock
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.kernel.amounts import share
from ogniwo.outbox.models import Message
from ogniwo.programme import letters
from ogniwo.programme.models import Client, Reseller

ACCOUNT_OPENED = "programme/letters/account_opened"

# Stands on the paper, which is Polish.
REFUND_REASON = "Zakończenie usługi przed końcem okresu"


@transaction.atomic
def convert(  # noqa: PLR0913  # what staff decides at a conversion
    client: Client,
    *,
    reseller: Reseller | None,
    reason: str = "",
    unverified_because: str = "",
    details: Sequence[Agreement] = (),
    tell_client: bool = False,
    by: Actor,
    at: datetime,
) -> list[BillingDetail]:
    """A Lead becomes an Account with its first billing details; all of it or nothing (III.3)."""
    client.convert(
        reseller=reseller, reason=reason, unverified_because=unverified_because, by=by, at=at
    )
    if tell_client:
        letters.account_opened(client, at=at)
    return [add_detail(client, agreement, by=by, at=at) for agreement in details]


@transaction.atomic
def undo_convert(client: Client, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Within 24 hours and while nothing is invoiced: back to a Lead, its details cancelled."""
    lock(client.pk)
    billed = [BillingPeriod.State.INVOICED, BillingPeriod.State.FREE]
    if BillingPeriod.objects.filter(client=client, state__in=billed).exists():
        raise Refused("already_invoiced", _("A period of this client is invoiced already."))
    since = client.converted_at
    client.undo_convert(reason=reason, by=by, at=at)
    told = Message.objects.about(client).filter(template=ACCOUNT_OPENED, queued_at__gte=since)
    if told.exists():
        letters.account_withdrawn(client, at=at)
    for detail in BillingDetail.objects.of(client).living():
        cancel(detail, by=by, at=at)


@transaction.atomic
def terminate_with_refund(
    detail: BillingDetail, *, end_on: date, reason: str = REFUND_REASON, by: Actor, at: datetime
) -> list[Invoice]:
    """End, and correct what is invoiced beyond: the unit price × used days / billed days."""
    was = BillingDetail.objects.values_list("end_on", flat=True).get(pk=detail.pk)
    terminate(detail, end_on=end_on, by=by, at=at)
    beyond = detail.periods.filter(state=BillingPeriod.State.INVOICED, end__gt=end_on)
    wanted: dict[Invoice, list[Wanted]] = {}
    for period in beyond.order_by("no").select_related("line__invoice"):
        if period.line is not None:
            line = _refunded(period, period.line, end_on=end_on, was=was)
            if line is not None:
                wanted.setdefault(period.line.invoice, []).append(line)
    return [
        correct(invoice, Request(reason=reason, lines=lines), by=by, at=at)
        for invoice, lines in wanted.items()
    ]


def _refunded(
    period: BillingPeriod, line: InvoiceLine, *, end_on: date, was: date | None
) -> Wanted | None:
    """What the line should say; nothing when it is at zero or says so already.

    Where an earlier end was refunded, the price before all refunds counts: days are given
    back once.
    """
    present = states_of(line.invoice, [line])[line.pk]
    if not present.quantity:
        return None
    if end_on <= period.start:
        return Wanted(line=line.no, quantity="0")
    used, billed = (end_on - period.start).days, (period.end - period.start).days
    price = present.unit_grosze
    if was is not None and was < period.end:
        price = _whole_price(line, price, days=(was - period.start).days, billed=billed)
    unit = share(price, used, billed)
    return None if unit == present.unit_grosze else Wanted(line=line.no, unit_grosze=unit)


def _whole_price(line: InvoiceLine, present: int, *, days: int, billed: int) -> int:
    """The unit price of all billed days, where the present one is what an earlier end left of it.

    The end may have been moved more than once, so each price the line has had is asked.
    """
    earlier = LineChange.objects.filter(line=line).order_by("-correction")
    prices = earlier.values_list("unit_before", flat=True)
    return next((price for price in prices if share(price, days, billed) == present), present)


@transaction.atomic
def close(client: Client, *, on: date, reason: str = "", by: Actor, at: datetime) -> None:
    """The Account is closed; `on` is the first day without service, invoiced days stay invoiced."""
    lock(client.pk)
    client.close(on=on, reason=reason, by=by, at=at)
    for detail in BillingDetail.objects.of(client).living():
        if not detail.is_recurring or (detail.end_on is not None and detail.end_on <= on):
            continue
        end_on = max(on, last_span(detail).start)
        if detail.end_on is None or end_on < detail.end_on:
            terminate(detail, end_on=end_on, by=by, at=at)
