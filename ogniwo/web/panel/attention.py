"""Wymaga uwagi: what needs the reseller, by when and how much, each with its action."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.portfolio import ending_between
from ogniwo.billing.renewing import renewals
from ogniwo.programme.models import Case, Client
from ogniwo.web.amounts import sees_amounts, shown_amount
from ogniwo.web.components.formats import day_long, days_ahead
from ogniwo.web.http import SignedInRequest
from ogniwo.web.panel.access import company_of
from ogniwo.web.panel.invoices import LATE, address_of
from ogniwo.web.together import of_any

MOST_OF_A_KIND = 5
ENDING_WITHIN = timedelta(days=30)
LEADS_END_WITHIN = timedelta(days=14)


class Need(NamedTuple):
    tone: str
    icon: str
    title: str
    text: str
    url: str
    action: str


class Leads(NamedTuple):
    """Some of each: the newest, those with a question, those whose reservation ends soon."""

    newest: list[Client]
    asked: list[Client]
    ending: list[Client]


def leads_of(request: SignedInRequest, *, on: date) -> Leads:
    """In one statement; a Lead may be one of each."""
    mine, soon = Client.objects.visible_to(request.user).leads(), on + LEADS_END_WITHIN
    newest = mine.order_by("-pk")[:MOST_OF_A_KIND]
    asked = mine.filter(state=Client.State.NEEDS_COMPLETION).order_by("asked_at", "pk")
    ending = mine.filter(protected_until__lte=soon).order_by("protected_until", "pk")
    found = list(of_any(newest, asked[:MOST_OF_A_KIND], ending[:MOST_OF_A_KIND]).order_by("-pk"))
    with_question = [one for one in found if one.state == Client.State.NEEDS_COMPLETION]
    over = [one for one in found if one.protected_until and one.protected_until <= soon]
    return Leads(
        found[:MOST_OF_A_KIND],
        sorted(with_question, key=attrgetter("asked_at", "pk"))[:MOST_OF_A_KIND],
        sorted(over, key=attrgetter("protected_until", "pk"))[:MOST_OF_A_KIND],
    )


def invoices_of(request: SignedInRequest, *, on: date) -> tuple[list[Invoice], list[Invoice]]:
    """The newest, and those that are late for longest, in one statement."""
    mine = Invoice.objects.visible_to(request.user)
    newest = mine.newest_first()[:MOST_OF_A_KIND]
    late = mine.overdue(on=on).order_by("due_on", "pk")[:MOST_OF_A_KIND]
    rows = of_any(newest, late).with_status(on=on).select_related("client").defer("snapshot")
    found = list(rows.newest_first())
    unpaid = [one for one in found if one.payment_status in LATE]
    return found[:MOST_OF_A_KIND], sorted(unpaid, key=attrgetter("due_on", "pk"))[:MOST_OF_A_KIND]


def needs_of(
    request: SignedInRequest,
    details: Sequence[BillingDetail],
    late: Sequence[Invoice],
    leads: Leads,
    *,
    on: date,
) -> list[Need]:
    """Questions first, then money that is late, then what ends soon."""
    return [
        *_questions(request, leads.asked),
        *_replies(request),
        *_late(request, late, on=on),
        *_leads_ending(leads.ending, on=on),
        *_services_ending(details, on=on),
        *_renewals(request, on=on),
    ]


def _questions(request: SignedInRequest, asked: Sequence[Client]) -> Iterator[Need]:
    for client in asked:
        yield Need(
            "wait",
            "message-square",
            _("Complete the Lead: %(client)s") % {"client": client},
            _("%(brand)s asks: %(question)s")
            % {"brand": company_of(request).brand, "question": client.question},
            f"/panel/klienci/{client.lead_number}/",
            _("Complete"),
        )


def _replies(request: SignedInRequest) -> Iterator[Need]:
    waiting = Case.objects.visible_to(request.user).filter(state=Case.State.WAITING)
    for case in waiting.select_related("client").order_by("last_post_at", "pk")[:MOST_OF_A_KIND]:
        yield Need(
            "wait",
            "message-square",
            _("Reply to the request: %(subject)s") % {"subject": case.subject},
            f"{case.number} · {case.client}" if case.client else case.number,
            f"/panel/zgloszenia/{case.number}/",
            _("Reply"),
        )


def _late(request: SignedInRequest, late: Sequence[Invoice], *, on: date) -> Iterator[Need]:
    for invoice in late:
        days = invoice.days_late(on=on)
        yield Need(
            "bad",
            "circle-alert",
            _unpaid(request, invoice),
            ngettext("%(number)s, %(days)d day overdue", "%(number)s, %(days)d days overdue", days)
            % {"number": invoice.number, "days": days},
            address_of(invoice),
            _("See"),
        )


def _unpaid(request: SignedInRequest, invoice: Invoice) -> str:
    facts = {
        "client": invoice.client,
        "sum": shown_amount(request, invoice.left_grosze, invoice.currency),
    }
    if sees_amounts(request):
        return _("%(client)s has not paid %(sum)s") % facts
    return _("%(client)s has not paid an invoice") % facts


def _leads_ending(leads: Sequence[Client], *, on: date) -> Iterator[Need]:
    for client in leads:
        if client.protected_until is None:
            continue
        left = (client.protected_until - on).days
        yield Need(
            "wait",
            "hourglass",
            _("The reservation of a Lead ends: %(client)s") % {"client": client},
            days_ahead(max(left, 0)),
            f"/panel/klienci/{client.lead_number}/",
            _("See"),
        )


def _services_ending(details: Sequence[BillingDetail], *, on: date) -> Iterator[Need]:
    for detail in ending_between(details, on, on + ENDING_WITHIN)[:MOST_OF_A_KIND]:
        number = detail.client.shown_number
        yield Need(
            "wait",
            "hourglass",
            _("%(service)s ends: %(client)s") % {"service": detail.name, "client": detail.client},
            _("Last day: %(day)s") % {"day": day_long(detail.last_day)},
            f"/panel/zgloszenia/nowe/?klient={number}&rodzaj=other",
            _("Ask for an extension"),
        )


def _renewals(request: SignedInRequest, *, on: date) -> Iterator[Need]:
    """Terms of a year or three that go on by themselves: the time to talk to the client."""
    found = renewals(on=on).visible_to(request.user).select_related("detail", "client")
    for period in found[:MOST_OF_A_KIND]:
        yield Need(
            "info",
            "calendar-clock",
            _("A renewal is near: %(client)s") % {"client": period.client},
            _("%(service)s goes on by itself on %(day)s")
            % {"service": period.detail.name, "day": day_long(period.end)},
            f"/panel/klienci/{period.client.shown_number}/",
            _("See"),
        )
