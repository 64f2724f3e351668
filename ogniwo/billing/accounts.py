"""Deeds over a client and what he pays for: convert, undo, close. One transaction each."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.agreeing import Agreement, add_detail
from ogniwo.billing.changes import cancel, last_span, terminate
from ogniwo.billing.models import BillingDetail, BillingPeriod
from ogniwo.billing.paying import lock
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.outbox.models import Message
from ogniwo.programme import letters
from ogniwo.programme.models import Client, Reseller

ACCOUNT_OPENED = "programme/letters/account_opened"


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
