"""The queues of money: what to hand over for collection, money without an invoice, renewals."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ogniwo.billing.collecting import LAST_STEP, to_hand_over
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.models.detail import PeriodQuerySet
from ogniwo.billing.renewing import BEFORE, renewals
from ogniwo.kernel.days import ONE_DAY, warsaw_midnight
from ogniwo.kernel.periods import anchor_date
from ogniwo.kernel.roles import DESK, MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.programme.waiting import BAD, GOOD, HALF, MOST, WAIT, Clock
from ogniwo.web.components.formats import day, days, money
from ogniwo.web.desk.meters import meter
from ogniwo.web.desk.queue_items import Row, Tile

LATE: Final = "/konsola/platnosci/po-terminie/?stan=windykacja"
CREDITS: Final = "/konsola/platnosci/?stan=nadplaty"
DAYS_TO_HAND_OVER: Final = 7
INVOICE_BY: Final = 15  # of the month after the payment [law: VAT 106i(2)]
OF_EACH: Final = 20


def money_tiles(user: User, *, on: date) -> list[Tile]:
    """Of each role what it can do something about."""
    tiles = []
    if user.role in MONEY:
        tiles += [_hand_over_tile(user, on=on), _credit_tile(user, on=on)]
    if user.role in DESK:
        tiles.append(_renewal_tile(user, on=on))
    return tiles


def money_rows(user: User, *, on: date) -> Iterator[Row]:
    if user.role in MONEY:
        yield from _hand_over_rows(user, on=on)
        yield from _credit_rows(user, on=on)
    if user.role in DESK:
        yield from _renewal_rows(user, on=on)


# -- hand over for collection ----------------------------------------------------------------------


def _hand_over_tile(user: User, *, on: date) -> Tile:
    label, late = _("Hand over for collection"), to_hand_over(on=on)
    mine = Invoice.objects.visible_to(user).filter(pk__in=late.order_by().values("pk"))
    counted = mine.aggregate(number=Count("client", distinct=True), first=Min("due_on"))
    if not counted["number"]:
        return Tile(label, "scale", LATE, 0, _("nothing waits"), "")
    age = days((on - counted["first"]).days)
    note = pgettext("invoice", "oldest %(age)s") % {"age": age}
    return Tile(label, "scale", LATE, counted["number"], note, BAD)


def _hand_over_rows(user: User, *, on: date) -> Iterator[Row]:
    late = to_hand_over(on=on).order_by().values_list("client").annotate(oldest=Min("due_on"))
    oldest = dict(late.order_by("oldest", "client")[:OF_EACH])
    for client in Client.objects.visible_to(user).filter(pk__in=oldest).order_by("pk"):
        began = oldest[client.pk] + LAST_STEP * ONE_DAY
        clock = _clock(began, began + DAYS_TO_HAND_OVER * ONE_DAY, on=on)
        yield Row(
            due=clock.due,
            since=warsaw_midnight(began),
            icon="scale",
            title=_("Hand over for collection: %(client)s") % {"client": client},
            sub=_("reminded up to 30 days after the due day, nothing came"),
            url=f"/konsola/platnosci/po-terminie/?stan=windykacja&q={client.nip}",
            action=pgettext("collection", "Decide"),
            left=meter(clock),
            tone=BAD,
        )


# -- money without an invoice ----------------------------------------------------------------------


def credits_without_invoice(user: User) -> QuerySet[Payment]:
    """Credit of a client who has no open invoice in its currency, not even a disputed one."""
    same = (
        Invoice.objects.visible_to(user)
        .unpaid()
        .filter(client=OuterRef("client"), currency=OuterRef("currency"))
    )
    return Payment.objects.visible_to(user).credits().filter(~Exists(same))


def invoice_by(booked_on: date) -> date:
    """The 15th of the next month."""
    return anchor_date(booked_on, INVOICE_BY, 1)


def _credit_tile(user: User, *, on: date) -> Tile:
    label = _("Payment without an invoice")
    counted = (
        credits_without_invoice(user)
        .order_by()
        .aggregate(number=Count("client", distinct=True), first=Min("booked_on"))
    )
    if not counted["number"]:
        return Tile(label, "wallet", CREDITS, 0, _("nothing waits"), "")
    due = invoice_by(counted["first"])
    note = _("invoice the oldest by %(day)s") % {"day": day(due)}
    return Tile(label, "wallet", CREDITS, counted["number"], note, BAD if due < on else WAIT)


def _credit_rows(user: User, *, on: date) -> Iterator[Row]:
    found = credits_without_invoice(user).order_by("client", "currency").values(
        "client__company_name", "client__number", "currency"
    ).annotate(over=Sum("unallocated_grosze"), first=Min("booked_on"))  # fmt: skip
    for one in found.order_by("first", "client")[:OF_EACH]:
        clock = _clock(one["first"], invoice_by(one["first"]), on=on)
        yield Row(
            due=clock.due,
            since=warsaw_midnight(one["first"]),
            icon="wallet",
            title=_("Payment without an invoice: %(client)s")
            % {"client": one["client__company_name"]},
            sub=_("%(sum)s: issue an invoice by the 15th of the next month")
            % {"sum": money(one["over"], one["currency"])},
            url=f"/konsola/klienci/{one['client__number']}/",
            action=pgettext("credit", "See"),
            left=meter(clock),
        )


# -- renewals --------------------------------------------------------------------------------------


def _renewals(user: User, *, on: date) -> PeriodQuerySet:
    return renewals(on=on).visible_to(user)


def _renewal_tile(user: User, *, on: date) -> Tile:
    label = _("Renewals")
    counted = _renewals(user, on=on).order_by().aggregate(number=Count("pk"), first=Min("end"))
    if not counted["number"]:
        return Tile(label, "calendar-clock", "", 0, _("none within 60 days"), "")
    note = _("the next on %(day)s") % {"day": day(counted["first"])}
    return Tile(label, "calendar-clock", "", counted["number"], note, "")


def _renewal_rows(user: User, *, on: date) -> Iterator[Row]:
    found = _renewals(user, on=on).select_related("detail", "client")
    for period in islice(found, OF_EACH):
        clock = _clock(period.end - BEFORE, period.end, on=on)
        client = period.client
        yield Row(
            due=clock.due,
            since=warsaw_midnight(period.end - BEFORE),
            icon="calendar-clock",
            title=_("A renewal is near: %(client)s") % {"client": client},
            sub=_("%(service)s, renews on %(day)s")
            % {"service": period.detail.name, "day": day(period.end)},
            url=f"/konsola/klienci/{client.shown_number}/billing/{period.detail_id}/",
            action=pgettext("renewal", "See"),
            left=meter(clock),
        )


def _clock(began: date, due: date, *, on: date) -> Clock:
    """The time from one day to another as a promise of so many days."""
    limit = max((due - began).days, 1)
    passed = (on - began).days
    share = passed * 100 // limit
    tone = BAD if share > MOST else WAIT if share >= HALF else GOOD
    return Clock(passed, limit, began + timedelta(days=limit), tone)
