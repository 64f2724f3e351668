"""The weekly letter to a reseller's people: which invoices of their clients are overdue."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from ogniwo.billing import late_letters
from ogniwo.billing.models import Invoice
from ogniwo.kernel.days import warsaw_day, warsaw_midnight, warsaw_time
from ogniwo.kernel.roles import RESELLER_WRITERS
from ogniwo.outbox.models import Message
from ogniwo.people.models import User
from ogniwo.people.models.user import UserQuerySet
from ogniwo.programme.models import Reseller, Vendor

MONDAY: Final = 0
FIRST_HOUR: Final = time(8)


def tick_digest(at: datetime, limit: int = 500) -> int:
    """The sweep: on Mondays from eight; how many letters. A Monday that is missed is left out."""
    on = warsaw_day(at)
    if on.weekday() != MONDAY or warsaw_time(at).time() < FIRST_HOUR:
        return 0
    people = _people(on=on)
    late = Invoice.objects.overdue(on=on).filter(reseller__in=people.values("reseller"))
    firms = late.order_by("reseller").values_list("reseller_id", flat=True).distinct()[:limit]
    return sum(_tell_firm(firm, on=on, at=at) for firm in list(firms) if firm is not None)


@transaction.atomic
def _tell_firm(firm: int, *, on: date, at: datetime) -> int:
    """The row of the firm is locked, so that of two workers the second finds the letters there."""
    Reseller.objects.select_for_update(no_key=True).get(pk=firm)
    vendor, told = Vendor.load(), 0
    late = Invoice.objects.overdue(on=on).filter(reseller=firm).select_related("client")
    invoices = list(late.order_by("due_on", "pk").defer("snapshot"))
    for person in _of(firm, on=on) if invoices else ():
        amounts = vendor.amounts_shown and person.sees_amounts
        late_letters.overdue_digest(person, invoices, amounts=amounts, at=at)
        told += 1
    return told


def _of(firm: int, *, on: date) -> Iterator[User]:
    yield from _people(on=on).filter(reseller=firm).select_related("reseller").order_by("pk")


def _people(*, on: date) -> UserQuerySet:
    """Who wants the letter and has not got it today; readers only look, they are not told."""
    got = Message.objects.filter(
        template=late_letters.DIGEST, to=OuterRef("email"), queued_at__gte=warsaw_midnight(on)
    )
    active: UserQuerySet = User.objects.active()
    people = active.filter(role__in=RESELLER_WRITERS, wants_digest=True)
    return people.exclude(reseller__state=Reseller.State.ENDED).filter(~Exists(got))
