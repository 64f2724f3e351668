"""Kolejki: what waits in each queue, and one list over all of them by deadline."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ogniwo.billing.models import BillingPeriod
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import ADMINISTRATOR, DESK
from ogniwo.outbox.models import Message
from ogniwo.outbox.turns import worker_seen
from ogniwo.programme import waiting
from ogniwo.programme.models import Application, Case, Client, InboundLetter, Vendor
from ogniwo.web.components.formats import days
from ogniwo.web.desk.meters import meter
from ogniwo.web.desk.money_queues import money_rows, money_tiles
from ogniwo.web.desk.queue_items import Row, Tile
from ogniwo.web.http import SignedInRequest, desk_page, now

SHOWN, OF_EACH = 15, 40
SEEN_WITHIN = timedelta(minutes=2)
HELD = "/konsola/fakturowanie/wstrzymane/"
LETTERS = "/konsola/ustawienia/listy/"


@desk_page()
def queues(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    mine = request.GET.get("kto") == "moje"
    rows = sorted(_rows(request, on=on, mine=mine), key=lambda row: (row.due, row.since))
    shown = rows if request.GET.get("ile") == "wszystkie" else rows[:SHOWN]
    context = {
        "on": on,
        "mine": mine,
        "tiles": tiles(request, on=on),
        "rows": shown,
        "more": len(rows) - len(shown),
        "today": sum(row.due <= on for row in rows),
        "connections": connections(),
    }
    return render(request, "desk/queues.html", context)


# -- tiles -------------------------------------------------------------------------------------


def tiles(request: SignedInRequest, *, on: date) -> list[Tile]:
    """One for each queue this person may open."""
    user, found = request.user, []
    applications = Application.objects.visible_to(user)
    if user.role in DESK or applications.exists():
        found.append(_applications_tile(applications.to_decide(), on=on))
    leads = Client.objects.visible_to(user).filter(state=Client.State.LEAD)
    found.append(
        _tile(
            _("Leads"), "circle-dot", "/konsola/leady/",
            leads, "registered_at", limit=waiting.LEAD_DAYS, on=on,
            oldest=lambda age: pgettext("Lead", "oldest %(age)s") % {"age": age},
        )
    )  # fmt: skip
    found.append(
        _tile(
            _("Requests"), "message-square", "/konsola/zgloszenia/",
            Case.objects.visible_to(user).for_desk(), "opened_at",
            limit=waiting.CASE_DAYS, on=on,
            oldest=lambda age: pgettext("request", "oldest %(age)s") % {"age": age},
        )
    )  # fmt: skip
    if user.role in DESK:
        found.append(
            _tile(
                _("Mailbox"), "mail", "/konsola/zgloszenia/skrzynka/",
                InboundLetter.objects.visible_to(user).queued(), "received_at",
                limit=waiting.LETTER_DAYS, on=on,
                oldest=lambda age: pgettext("letter", "oldest %(age)s") % {"age": age},
            )
        )  # fmt: skip
    found += [_letters_tile(request), _held_tile(request, on=on)]
    return [*found, *money_tiles(user, on=on)]


def _tile(  # noqa: PLR0913 - a tile is these facts
    label: str, icon: str, url: str, rows: Any, since: str, *, limit: int, on: date, oldest: Any
) -> Tile:
    counted = rows.order_by().aggregate(number=Count("pk"), first=Min(since))
    if not counted["number"]:
        return Tile(label, icon, url, 0, _("nothing waits"), "")
    clock = waiting.since_clock(counted["first"], limit, on=on)
    tone = "" if clock.tone == waiting.GOOD else clock.tone
    return Tile(label, icon, url, counted["number"], oldest(days(clock.day)), tone)


def _applications_tile(rows: Any, *, on: date) -> Tile:
    label, url = _("Applications"), "/konsola/wnioski/"
    ordered = list(waiting.by_clock(rows, on=on)[:1])
    if not ordered:
        return Tile(label, "user-plus", url, 0, _("nothing waits"), "")
    clock = waiting.application_clock(ordered[0], Vendor.load(), on=on)
    note = pgettext("application", "oldest %(age)s") % {"age": days(clock.day)}
    tone = "" if clock.tone == waiting.GOOD else clock.tone
    return Tile(label, "user-plus", url, rows.count(), note, tone)


def _letters_tile(request: SignedInRequest) -> Tile:
    number = Message.objects.failed().count()
    url = f"{LETTERS}?stan=failed" if request.user.role == ADMINISTRATOR else ""
    note = _("given up after 3 days") if number else _("all letters leave")
    return Tile(_("Letters not sent"), "send", url, number, note, "bad" if number else "")


def _held_tile(request: SignedInRequest, *, on: date) -> Tile:
    held = BillingPeriod.objects.visible_to(request.user).held()
    counted = held.order_by().aggregate(number=Count("client", distinct=True), first=Min("bill_on"))
    label = _("Held invoices")
    if not counted["number"]:
        return Tile(label, "circle-pause", HELD, 0, _("nothing is held"), "")
    age = days(max((on - counted["first"]).days, 0))
    note = pgettext("invoice", "oldest %(age)s") % {"age": age}
    return Tile(label, "circle-pause", HELD, counted["number"], note, "bad")


# -- the list over all queues ------------------------------------------------------------------


def _rows(request: SignedInRequest, *, on: date, mine: bool) -> Iterator[Row]:
    yield from _application_rows(request, on=on, mine=mine)
    yield from _lead_rows(request, on=on, mine=mine)
    yield from _case_rows(request, on=on, mine=mine)
    if not mine:
        yield from _letter_rows(request, on=on)
        yield from money_rows(request.user, on=on)


def _application_rows(request: SignedInRequest, *, on: date, mine: bool) -> Iterator[Row]:
    vendor, found = Vendor.load(), Application.objects.visible_to(request.user).to_decide()
    if mine:
        found = found.filter(owner=request.user)
    ordered = waiting.by_clock(found, on=on)
    for one in ordered.select_related("owner")[:OF_EACH]:
        clock = waiting.application_clock(one, vendor, on=on)
        yield Row(
            due=clock.due,
            since=one.submitted_at or one.applied_at,
            icon="user-plus",
            title=_("Application %(number)s: %(company)s")
            % {"number": one.number, "company": one.company_name},
            sub=str(one.owner or _("nobody is in charge")),
            url=f"/konsola/wnioski/{one.number}/",
            action=_("Assess"),
            left=meter(clock),
        )


def _lead_rows(request: SignedInRequest, *, on: date, mine: bool) -> Iterator[Row]:
    found = Client.objects.visible_to(request.user).filter(state=Client.State.LEAD)
    if mine:
        found = found.filter(reseller__keeper=request.user)
    for one in found.select_related("reseller").order_by("registered_at", "pk")[:OF_EACH]:
        clock = waiting.lead_clock(one, on=on)
        reseller = _("reseller: %(name)s") % {"name": one.reseller or "–"}
        yield Row(
            due=on if one.objected_at else clock.due,
            since=one.registered_at,
            icon="ban" if one.objected_at else "circle-dot",
            title=_("Lead %(number)s: %(client)s") % {"number": one.lead_number, "client": one},
            sub=_("the client objects") if one.objected_at else reseller,
            url=f"/konsola/leady/{one.lead_number}/",
            action=pgettext("Lead", "Decide"),
            left=meter(clock),
            tone="bad" if one.objected_at else "info",
        )


def _case_rows(request: SignedInRequest, *, on: date, mine: bool) -> Iterator[Row]:
    found = Case.objects.visible_to(request.user).for_desk()
    if mine:
        found = found.filter(owner=request.user)
    for one in found.select_related("reseller", "client").order_by("opened_at", "pk")[:OF_EACH]:
        clock = waiting.case_clock(one, on=on)
        yield Row(
            due=clock.due,
            since=one.opened_at,
            icon="message-square",
            title=_("Request %(number)s: %(subject)s")
            % {"number": one.number, "subject": one.subject},
            sub=" · ".join(str(name) for name in (one.client, one.reseller) if name),
            url=f"/konsola/zgloszenia/{one.number}/",
            action=_("Apply") if one.changes else _("Answer"),
            left=meter(clock),
        )


def _letter_rows(request: SignedInRequest, *, on: date) -> Iterable[Row]:
    found = InboundLetter.objects.visible_to(request.user).queued().defer("raw", "text")
    for one in found[:OF_EACH]:
        clock = waiting.since_clock(one.received_at, waiting.LETTER_DAYS, on=on)
        is_forged = one.what == InboundLetter.What.FORGED
        yield Row(
            due=clock.due,
            since=one.received_at,
            icon="shield-alert" if is_forged else "mail",
            title=_("Letter: %(subject)s") % {"subject": one.subject or _("(no subject)")},
            sub=str(one.get_what_display())
            + (f" · {one.from_address}" if one.from_address else ""),
            url=f"/konsola/zgloszenia/skrzynka/{one.pk}/",
            action=_("Sort"),
            left=meter(clock),
            tone="bad" if is_forged else "info",
        )


# -- connections -------------------------------------------------------------------------------


class Connection(NamedTuple):
    name: str | Promise
    note: str
    at: datetime | None
    state: str


def connections() -> list[Connection]:
    """What the installation leans on, and whether it answers."""
    sent = Message.objects.aggregate(at=Max("sent_at"))["at"]
    seen = worker_seen(since=now() - SEEN_WITHIN)
    note = _("last letter") if sent else _("no letter yet")
    if not settings.SMTP_URL:
        note = _("letters are written to files")
    return [
        Connection(_("Background work"), "", None, "works" if seen else "down"),
        Connection(_("Outgoing mail"), note, sent, "works" if settings.SMTP_URL else "off"),
    ]


urlpatterns: list[URLPattern] = [path("", queues)]
