"""Billing details of a client: one added, and one looked at with what is coming."""

from datetime import timedelta
from operator import attrgetter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext

from ogniwo.billing.agreeing import add_detail
from ogniwo.billing.outlook import billed_numbers, outlook
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.desk import detail_changes, holding, indexing, proformas
from ogniwo.web.desk.agreements import Catalogue, DetailForm
from ogniwo.web.desk.detail_changes import address_of_detail, client_of, detail_of, offers_of
from ogniwo.web.desk.notes import history_of
from ogniwo.web.http import SignedInRequest, desk_page, now

LAST_PERIODS = 12
CONFLICT = 409


@desk_page(roles=DESK_AND_MONEY)
def add(request: SignedInRequest, number: str) -> HttpResponse:
    client, at = client_of(request, number), now()
    form = DetailForm(
        request.POST if request.method == "POST" else None,
        catalogue=Catalogue(),
        initial={"start_on": warsaw_day(at) + timedelta(days=1)},
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, client)

    def deed() -> str:
        add_detail(client, form.agreement(), by=request.user, at=at)
        messages.success(request, gettext("The billing detail is added"))
        return f"{_address(client)}#billing"

    try:
        return forms.once(request, form, deed, at=at)
    except Refused as refusal:
        form.refuse(str(refusal), code=refusal.code)
        return _form(request, form, client, status=CONFLICT)


def _form(
    request: SignedInRequest, form: DetailForm, client: Client, *, status: int = 0
) -> HttpResponse:
    context = {"form": form, "client": client, "back": _address(client)}
    return render(request, "desk/detail_add.html", context, status=status or form.status)


@desk_page()
def detail(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    found, on = detail_of(request, number, pk), warsaw_day(now())
    state, billed = found.state(on=on), billed_numbers(found)
    periods = found.periods.select_related("line__invoice").defer("line__invoice__snapshot")
    context = {
        "client": found.client,
        "detail": found,
        "state": state,
        "next": found.next_bill(),
        "coming": outlook(found, billed=billed),
        "now": found.terms_on(max(on, found.start_on)),
        "terms": sorted(found.terms.all(), key=attrgetter("from_on"), reverse=True),
        "periods": [(row, row.last_day) for row in periods.order_by("-no")[:LAST_PERIODS]],
        "history": history_of(request, found),
        "offers": offers_of(request.user, found, state, is_fresh=not billed),
        "may_offer": request.user.role in DESK_AND_MONEY,
        "address": address_of_detail(found),
        "back": _address(found.client),
    }
    return render(request, "desk/detail.html", context)


def _address(client: Client) -> str:
    return f"/konsola/klienci/{client.number}/"


urlpatterns: list[URLPattern] = [
    *proformas.urlpatterns,
    *holding.urlpatterns,
    *indexing.urlpatterns,
    path("klienci/<str:number>/billing/add/", add),
    path("klienci/<str:number>/billing/<int:pk>/", detail),
    *detail_changes.urlpatterns,
]
