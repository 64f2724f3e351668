"""Klienci: the list of a reseller's Leads and Accounts."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ogniwo.programme.models import Client
from ogniwo.web.client_form import today
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.components.statuses import label_of
from ogniwo.web.http import SignedInRequest, panel_page
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.panel.access import company_of, may_export, may_write
from ogniwo.web.panel.portfolio import Holding, clients_of
from ogniwo.web.together import Ask, figures

GONE = (Client.State.REJECTED, Client.State.EXPIRED, Client.State.WITHDRAWN)
STATES = (
    Choice("", pgettext_lazy("clients", "All")),
    Choice("lead", _("Leads"), Q(state__in=Client.LEADS)),
    Choice("konto", _("Accounts"), Q(state__in=[Client.State.ACCOUNT, Client.State.CLOSED])),
    Choice("zalegle", pgettext_lazy("clients", "Overdue"), Q(is_late=True)),
    Choice("odpadle", _("Dropped"), Q(state__in=GONE)),
)
ORDERS = (
    Order("nazwa", _("Client"), ("sort_name",)),
    Order("data", _("Registered"), ("-registered_at",)),
)


def listing(on: date) -> Listing:
    """The list as of a day: what is billed next depends on it."""

    def held(client: Any) -> Holding:
        return Holding(client, on=on)

    columns = (
        Column(_("Number"), lambda c: c.shown_number),
        Column(_("Client"), lambda c: c.company_name),
        Column("NIP", lambda c: c.nip),
        Column(_("City"), lambda c: c.city),
        Column(_("Contact person"), lambda c: c.contact_person),
        Column(_("Phone"), lambda c: c.phone),
        Column(_("E-mail"), lambda c: c.email),
        Column(_("State"), lambda c: label_of("client", held(c).badge)),
        Column(_("Registered"), lambda c: c.registered_at),
        Column(_("Net a month"), lambda c: held(c).monthly, money=True),
        Column(_("Next invoice"), lambda c: bill.day if (bill := held(c).next_bill) else None),
        Column(_("To pay"), lambda c: held(c).open_grosze, money=True),
    )
    return Listing(
        "klienci",
        orders=ORDERS,
        search=("folded",),
        filters=(Filter("stan", _("Client's state"), STATES),),
        columns=columns,
    )


@panel_page()
def clients(request: SignedInRequest) -> HttpResponse:
    """Search, filters and order in the query string; exports for those who see amounts."""
    on = today()
    page = listing(on).page(request, clients_of(request.user, on=on))
    counted = figures_of(request, "panel", {"tally": tally(request)})
    context = {
        "rows": [Holding(client, on=on) for client in page.rows],
        "tally": counted["tally"] | {"cap": company_of(request).open_leads_cap},
        "may_write": may_write(request),
    }
    return page.answer("panel/clients.html", context, may_export=may_export(request))


def tally(request: SignedInRequest) -> Ask:
    """How many clients there are in all, how many Accounts and open Leads."""
    return figures(
        Client.objects.visible_to(request.user),
        clients=Count("pk"),
        accounts=Count("pk", filter=Q(state__in=[Client.State.ACCOUNT, Client.State.CLOSED])),
        leads=Count("pk", filter=Q(state__in=Client.LEADS)),
    )


urlpatterns = [path("klienci/", clients)]
