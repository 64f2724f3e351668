"""The queues of money: what to match, to hand over, to invoice, and what renews."""

from collections.abc import Iterator
from datetime import date, timedelta
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
from ogniwo.programme.waiting import BAD, GOOD, HALF, MOST, WAIT, Clock
from ogniwo.web.components.formats import day, days, money
from ogniwo.web.desk.meters import meter
from ogniwo.web.desk.queue_items import Queue, Row, Tile, oldest_words
from ogniwo.web.together import Figures, figures

LATE: Final = "/konsola/platnosci/po-terminie/?stan=windykacja"
TO_MATCH: Final = "/konsola/platnosci/"
CREDITS: Final = "/konsola/platnosci/?stan=nadplaty"
DAYS_TO_HAND_OVER: Final = 7
INVOICE_BY: Final = 15  # of the month after the payment [law: VAT 106i(2)]
OF_EACH: Final = 20


def money_queues(user: User, *, on: date) -> Iterator[Queue]:
    """Of each role what it can do something about."""
    if user.role in MONEY:
        yield _match_queue(user, on=on)
        yield _hand_over_queue(user, on=on)
        yield _credit_queue(user, on=on)
    if user.role in DESK:
        yield _renewal_queue(user, on=on)


def money_rows(user: User, *, on: date) -> Iterator[Row]:
    if user.role in MONEY:
        yield from _hand_over_rows(user, on=on)
        yield from _credit_rows(user, on=on)
    if user.role in DESK:
        yield from _renewal_rows(user, on=on)


# -- payments to match -----------------------------------------------------------------------------


def _match_queue(user: User, *, on: date) -> Queue:
    label = _("Payments to match")

    def tile(found: Figures) -> Tile:
        if not found["number"]:
            return Tile(label, "landmark", TO_MATCH, 0, _("nothing waits"), "")
        waits = (on - found["first"]).days
        note = oldest_words(waits, lambda age: pgettext("invoice", "oldest %(age)s") % {"age": age})
        return Tile(label, "landmark", TO_MATCH, found["number"], note, WAIT)

    rows = Payment.objects.visible_to(user).waiting()
    return Queue(figures(rows, number=Count("pk"), first=Min("booked_on")), tile)


# -- hand over for collection ----------------------------------------------------------------------


def _hand_over_queue(user: User, *, on: date) -> Queue:
    label = _("Hand over for collection")

    def tile(found: Figures) -> Tile:
        if not found["number"]:
            return Tile(label, "scale", LATE, 0, _("nothing waits"), "")
        age = days((on - found["first"]).days)
        note = pgettext("invoice", "oldest %(age)s") % {"age": age}
        return Tile(label, "scale", LATE, found["number"], note, BAD)

    late = to_hand_over(on=on).visible_to(user)
    ask = figures(late, number=Count("client", distinct=True), first=Min("due_on"))
    return Queue(ask, tile)


def _hand_over_rows(user: User, *, on: date) -> Iterator[Row]:
    late = to_hand_over(on=on).visible_to(user).order_by()
    clients = late.values("client__company_name", "client__nip").annotate(oldest=Min("due_on"))
    for one in clients.order_by("oldest", "client")[:OF_EACH]:
        began = one["oldest"] + LAST_STEP * ONE_DAY
        clock = _clock(began, began + DAYS_TO_HAND_OVER * ONE_DAY, on=on)
        yield Row(
            due=clock.due,
            since=warsaw_midnight(began),
            icon="scale",
            title=_("Hand over for collection: %(client)s")
            % {"client": one["client__company_name"]},
            sub=_("reminded up to 30 days after the due day, nothing came"),
            url=f"{LATE}&q={one['client__nip']}",
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


def _credit_queue(user: User, *, on: date) -> Queue:
    label = _("Payment without an invoice")

    def tile(found: Figures) -> Tile:
        if not found["number"]:
            return Tile(label, "wallet", CREDITS, 0, _("nothing waits"), "")
        due = invoice_by(found["first"])
        note = _("invoice the oldest by %(day)s") % {"day": day(due)}
        return Tile(label, "wallet", CREDITS, found["number"], note, BAD if due < on else WAIT)

    rows = credits_without_invoice(user)
    ask = figures(rows, number=Count("client", distinct=True), first=Min("booked_on"))
    return Queue(ask, tile)


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


def _renewal_queue(user: User, *, on: date) -> Queue:
    label = _("Renewals")

    def tile(found: Figures) -> Tile:
        if not found["number"]:
            return Tile(label, "calendar-clock", "", 0, _("none within 60 days"), "")
        note = _("the next on %(day)s") % {"day": day(found["first"])}
        return Tile(label, "calendar-clock", "", found["number"], note, "")

    return Queue(figures(_renewals(user, on=on), number=Count("pk"), first=Min("end")), tile)


def _renewal_rows(user: User, *, on: date) -> Iterator[Row]:
    found = _renewals(user, on=on).select_related("detail", "client")
    for period in found[:OF_EACH]:
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
