"""Prognoza: what the agreements of today will bring in twelve months, in all or of a reseller."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path

from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme.models import Client, Reseller
from ogniwo.programme.models.client import ClientQuerySet
from ogniwo.web import errors, exports
from ogniwo.web.forecasting import context_of, file_of, forecast_for
from ogniwo.web.http import SignedInRequest, desk_page, now

LIST = "/konsola/prognoza/"
MOST_RESELLERS = 500


@desk_page()
def of_all(request: SignedInRequest) -> HttpResponse:
    resellers = Reseller.objects.visible_to(request.user).order_by("company_name", "pk")
    clients = Client.objects.visible_to(request.user)
    return _answer(request, clients, {"resellers": resellers[:MOST_RESELLERS]})


@desk_page()
def of_reseller(request: SignedInRequest, number: str) -> HttpResponse:
    """The same of the clients that are this reseller's today."""
    reseller = get_object_or_404(Reseller.objects.visible_to(request.user), number=number)
    clients = Client.objects.visible_to(request.user).filter(reseller=reseller)
    return _answer(request, clients, {"reseller": reseller}, of=reseller)


def _answer(
    request: SignedInRequest,
    clients: ClientQuerySet,
    context: dict[str, Any],
    *,
    of: Reseller | None = None,
) -> HttpResponse:
    kind = request.GET.get("format", "")
    may_export = request.user.role in DESK_AND_MONEY
    if kind and kind not in exports.KINDS:
        return errors.not_found(request)
    if kind and not may_export:
        return errors.forbidden(request)
    seen = forecast_for(request.user, clients, of=of, at=now())
    if kind and seen is not None:
        listing, rows = file_of(seen)
        return exports.file_of(request, listing, rows, kind=kind, number=len(rows))
    context |= {**context_of(seen), "may_export": may_export}
    return render(request, "desk/forecast.html", context)


urlpatterns: list[URLPattern] = [
    path("prognoza/", of_all),
    path("prognoza/<str:number>/", of_reseller),
]
