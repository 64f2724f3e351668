"""Kolejki: what waits in each queue, and one list over all of them by deadline."""

from collections.abc import Iterable, Iterator, Sequence
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
from ogniwo.kernel.roles import ACCOUNTANT, ADMINISTRATOR, DESK, READER
from ogniwo.outbox.models import Heartbeat, Message
from ogniwo.programme import waiting
from ogniwo.programme.models import Application, Case, Client, InboundLetter
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.desk.meters import meter
from ogniwo.web.desk.money_queues import money_queues, money_rows
from ogniwo.web.desk.queue_items import Queue, Row, Tile, oldest_words
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.together import Figures, figures, number

SHOWN, OF_EACH = 15, 40
SEEN_WITHIN = timedelta(minutes=2)
APPLICATIONS = DESK | {READER}  # as `Application.objects.visible_to`
HELD = "/konsola/fakturowanie/wstrzymane/"
LETTERS = "/konsola/ustawienia/listy/"


@desk_page()
def queues(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    mine = request.GET.get("kto") == "moje"
    applications = _applications(request, on=on)
    found = _rows(request, applications, on=on, mine=mine)
    rows = sorted(found, key=lambda row: (row.due, row.since))
    shown = rows if request.GET.get("ile") == "wszystkie" else rows[:SHOWN]
    context = {
        "on": on,
        "mine": mine,
        "rows": shown,
        "more": len(rows) - len(shown),
        "today": sum(row.due <= on for row in rows),
        **counted(request, applications, on=on),
    }
    return render(request, "desk/queues.html", context)


# -- tiles -------------------------------------------------------------------------------------


def counted(
    request: SignedInRequest, applications: Sequence[Application], *, on: date
) -> dict[str, Any]:
    """Tiles and connections: all that is counted on this page and in its menu, in one statement."""
    queues = [*_queues(request, applications, on=on), *money_queues(request.user, on=on)]
    alive = Heartbeat.objects.filter(seen_at__gte=now() - SEEN_WITHIN)
    asked = {f"queue {place}": queue.ask for place, queue in enumerate(queues)}
    found = figures_of(
        request,
        "desk",
        asked | {"alive": number(alive), "sent": figures(Message.objects.all(), at=Max("sent_at"))},
    )
    return {
        "tiles": [queue.tile(found[f"queue {place}"]) for place, queue in enumerate(queues)],
        "connections": connections(sent=found["sent"]["at"], works=found["alive"]["number"] > 0),
    }


def _queues(
    request: SignedInRequest, applications: Sequence[Application], *, on: date
) -> Iterator[Queue]:
    """One for each queue this person may open."""
    user = request.user
    if user.role in APPLICATIONS:
        yield _applications_queue(request, applications, on=on)
    leads = Client.objects.visible_to(user).filter(state=Client.State.LEAD)
    yield _queue(
        _("Leads"), "circle-dot", "/konsola/leady/",
        leads, "registered_at", limit=waiting.LEAD_DAYS, on=on,
        oldest=lambda age: pgettext("Lead", "oldest %(age)s") % {"age": age},
    )  # fmt: skip
    yield _queue(
        _("Requests"), "message-square", "/konsola/zgloszenia/",
        Case.objects.visible_to(user).for_desk(), "opened_at",
        limit=waiting.CASE_DAYS, on=on,
        oldest=lambda age: pgettext("request", "oldest %(age)s") % {"age": age},
    )  # fmt: skip
    if user.role in DESK:
        yield _queue(
            _("Mailbox"), "mail", "/konsola/zgloszenia/skrzynka/",
            InboundLetter.objects.visible_to(user).queued(), "received_at",
            limit=waiting.LETTER_DAYS, on=on,
            oldest=lambda age: pgettext("letter", "oldest %(age)s") % {"age": age},
        )  # fmt: skip
    yield _letters_queue(request)
    yield _held_queue(request, on=on)


def _queue(  # noqa: PLR0913 - a queue is these facts
    label: str, icon: str, url: str, rows: Any, since: str, *, limit: int, on: date, oldest: Any
) -> Queue:
    def tile(found: Figures) -> Tile:
        if not found["number"]:
            return Tile(label, icon, url, 0, _("nothing waits"), "")
        clock = waiting.since_clock(found["first"], limit, on=on)
        tone = "" if clock.tone == waiting.GOOD else clock.tone
        return Tile(label, icon, url, found["number"], oldest_words(clock.day, oldest), tone)

    return Queue(figures(rows, number=Count("pk"), first=Min(since)), tile)


def _applications_queue(
    request: SignedInRequest, oldest: Sequence[Application], *, on: date
) -> Queue:
    label, url = _("Applications"), "/konsola/wnioski/"

    def tile(found: Figures) -> Tile:
        if not oldest:
            return Tile(label, "user-plus", url, 0, _("nothing waits"), "")
        clock = waiting.application_clock(oldest[0], request.vendor, on=on)
        note = oldest_words(
            clock.day, lambda age: pgettext("application", "oldest %(age)s") % {"age": age}
        )
        tone = "" if clock.tone == waiting.GOOD else clock.tone
        return Tile(label, "user-plus", url, found["number"], note, tone)

    return Queue(number(Application.objects.visible_to(request.user).to_decide()), tile)


def _letters_queue(request: SignedInRequest) -> Queue:
    url = f"{LETTERS}?stan=failed" if request.user.role == ADMINISTRATOR else ""

    def tile(found: Figures) -> Tile:
        failed = found["number"]
        note = _("given up after 3 days") if failed else _("all letters leave")
        return Tile(_("Letters not sent"), "send", url, failed, note, "bad" if failed else "")

    return Queue(number(Message.objects.failed()), tile)


def _held_queue(request: SignedInRequest, *, on: date) -> Queue:
    held = BillingPeriod.objects.visible_to(request.user).held()
    label = _("Held invoices")

    def tile(found: Figures) -> Tile:
        if not found["number"]:
            return Tile(label, "circle-pause", HELD, 0, _("nothing is held"), "")
        waits = max((on - found["first"]).days, 0)
        note = oldest_words(waits, lambda age: pgettext("invoice", "oldest %(age)s") % {"age": age})
        return Tile(label, "circle-pause", HELD, found["number"], note, "bad")

    ask = figures(held, number=Count("client", distinct=True), first=Min("bill_on"))
    return Queue(ask, tile)


# -- the list over all queues ------------------------------------------------------------------


def _applications(request: SignedInRequest, *, on: date) -> list[Application]:
    """Those with the fewest days left, which the tile and the list both tell of."""
    found = Application.objects.visible_to(request.user).to_decide()
    return list(waiting.by_clock(found, on=on).select_related("owner")[:OF_EACH])


def _rows(
    request: SignedInRequest, applications: Sequence[Application], *, on: date, mine: bool
) -> Iterator[Row]:
    yield from _application_rows(request, applications, on=on, mine=mine)
    if request.user.role != ACCOUNTANT:  # who may not decide about Leads has them in the menu
        yield from _lead_rows(request, on=on, mine=mine)
    yield from _case_rows(request, on=on, mine=mine)
    if not mine:
        yield from _letter_rows(request, on=on)
        yield from money_rows(request.user, on=on)


def _application_rows(
    request: SignedInRequest, applications: Sequence[Application], *, on: date, mine: bool
) -> Iterator[Row]:
    if mine:
        taken = Application.objects.visible_to(request.user).to_decide().filter(owner=request.user)
        applications = list(waiting.by_clock(taken, on=on).select_related("owner")[:OF_EACH])
    for one in applications:
        clock = waiting.application_clock(one, request.vendor, on=on)
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


def connections(*, sent: datetime | None, works: bool) -> list[Connection]:
    """What the installation leans on, and whether it answers."""
    note = _("last letter") if sent else _("no letter yet")
    if not settings.SMTP_URL:
        note = _("letters are written to files")
    return [
        Connection(_("Background work"), "", None, "works" if works else "down"),
        Connection(_("Outgoing mail"), note, sent, "works" if settings.SMTP_URL else "off"),
    ]


urlpatterns: list[URLPattern] = [path("", queues)]
