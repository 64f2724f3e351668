"""An Account in the Panel: what is late, what it pays, from what it is billed, and its data."""

from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.portfolio import monthly_sum, next_bill_of, running_details, runs_on
from ogniwo.programme.models import Case, Client
from ogniwo.web.amounts import shown_amount
from ogniwo.web.client_form import today
from ogniwo.web.components.formats import day_long
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.http import SignedInRequest
from ogniwo.web.panel.access import company_of, may_write
from ogniwo.web.panel.details import rows_of
from ogniwo.web.panel.history import history_of
from ogniwo.web.panel.invoices import LATE, address_of, invoices_words
from ogniwo.web.together import figures, of_any

SHOWN = 5


class Standing(NamedTuple):
    """What the invoices of a client come to."""

    number: int
    paid: int
    late: int
    late_number: int
    since: date | None


def account_page(request: SignedInRequest, client: Client) -> HttpResponse:
    on = today()
    details = list(running_details(BillingDetail.objects.visible_to(request.user).of(client)))
    standing = standing_of(client, request, on=on)
    cases = list(
        Case.objects.visible_to(request.user).filter(client=client).order_by("-pk")[:SHOWN]
    )
    newest, worst = invoices_of(request, client, on=on)
    context: dict[str, Any] = {
        "client": client,
        "brand": company_of(request).brand,
        "may_write": may_write(request),
        "key": "overdue" if standing.late and client.state == "account" else client.state,
        "alarm": alarm_of(request, worst, on=on) if worst and standing.late_number else None,
        "stats": stats_of(request, details, standing, client=client, on=on),
        "details": rows_of(details, viewer=request.user, on=on),
        "invoices": [(one, address_of(one), one.days_late(on=on)) for one in newest],
        "standing": standing,
        "cases": cases,
        "history": history_of(request, client, *cases, *newest),
    }
    return render(request, "panel/account.html", context)


def standing_of(client: Client, request: SignedInRequest, *, on: date) -> Standing:
    """Asked for together with what the menu counts."""
    late = Q(payment_status__in=LATE)
    invoices = Invoice.objects.visible_to(request.user).filter(client=client, currency="PLN")
    asked = figures(
        invoices.with_status(on=on),
        number=Count("pk"),
        paid=Sum("paid_grosze"),
        late=Sum(F("due_now_grosze") - F("paid_grosze"), filter=late),
        late_number=Count("pk", filter=late),
        since=Min("issued_on"),
    )
    sums = figures_of(request, "panel", {"standing": asked})["standing"]
    return Standing(
        sums["number"], sums["paid"] or 0, sums["late"] or 0, sums["late_number"], sums["since"]
    )


def invoices_of(
    request: SignedInRequest, client: Client, *, on: date
) -> tuple[list[Invoice], Invoice | None]:
    """The newest, and the one that is late for longest, in one statement."""
    mine = Invoice.objects.visible_to(request.user).filter(client=client)
    newest, late = mine.newest_first()[:SHOWN], mine.overdue(on=on).order_by("due_on", "pk")[:1]
    rows = of_any(newest, late).with_status(on=on).select_related("client").defer("snapshot")
    found = list(rows.newest_first())
    unpaid = [one for one in found if one.payment_status in LATE]
    return found[:SHOWN], min(unpaid, key=attrgetter("due_on", "pk"), default=None)


def alarm_of(request: SignedInRequest, worst: Invoice, *, on: date) -> dict[str, str]:
    """The invoice that is late for longest, as a sentence with the way to it."""
    days = worst.days_late(on=on)
    return {
        "title": ngettext(
            "Invoice %(number)s is %(days)d day overdue",
            "Invoice %(number)s is %(days)d days overdue",
            days,
        )
        % {"number": worst.number, "days": days},
        "text": _("To pay: %(sum)s.")
        % {"sum": shown_amount(request, worst.left_grosze, worst.currency)},
        "href": address_of(worst),
    }


def stats_of(
    request: SignedInRequest,
    details: list[BillingDetail],
    standing: Standing,
    *,
    client: Client,
    on: date,
) -> list[dict[str, Any]]:
    """The four numbers of an Account."""
    recurring = sum(1 for detail in details if runs_on(detail, on))
    upcoming = next_bill_of(details)
    gross = shown_amount(request, upcoming.gross_grosze, upcoming.currency) if upcoming else "–"
    list_url = f"/panel/faktury/?klient={client.shown_number}"
    return [
        {
            "label": _("Net a month"),
            "value": shown_amount(request, monthly_sum(details, on=on)),
            "note": ngettext("%(n)d recurring service", "%(n)d recurring services", recurring)
            % {"n": recurring},
        },
        {
            "label": _("Next invoice"),
            "value": gross,
            "note": day_long(upcoming.day) if upcoming else _("nothing is planned"),
        },
        {
            "label": _("Overdue"),
            "value": shown_amount(request, standing.late),
            "note": invoices_words(standing.late_number),
            "tone": "bad" if standing.late_number else "",
            "href": f"{list_url}&p=overdue" if standing.late_number else "",
        },
        {
            "label": _("Paid so far"),
            "value": shown_amount(request, standing.paid),
            "note": invoices_words(standing.number),
            "href": list_url,
        },
    ]
