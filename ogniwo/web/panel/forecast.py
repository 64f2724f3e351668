"""Prognoza in the Panel: what the agreements of the reseller's own clients will bring."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from ogniwo.programme.models import Client
from ogniwo.web import errors, exports
from ogniwo.web.amounts import sees_amounts
from ogniwo.web.forecasting import context_of, file_of, forecast_for
from ogniwo.web.http import SignedInRequest, now, panel_page
from ogniwo.web.panel.access import may_export


@panel_page()
def of_own_clients(request: SignedInRequest) -> HttpResponse:
    """Only for those who see amounts: there is nothing else on it."""
    if not sees_amounts(request):
        return errors.forbidden(request, _("Amounts are hidden from you, so the forecast is too."))
    kind = request.GET.get("format", "")
    if kind and kind not in exports.KINDS:
        return errors.not_found(request)
    if kind and not may_export(request):
        return errors.forbidden(request)
    user = request.user
    clients = Client.objects.visible_to(user)
    seen = forecast_for(user, clients, of=user.reseller, at=now())
    if kind and seen is not None:
        listing, rows = file_of(seen)
        return exports.file_of(request, listing, rows, kind=kind, number=len(rows))
    context = {**context_of(seen), "may_export": may_export(request)}
    return render(request, "panel/forecast.html", context)


urlpatterns = [path("prognoza/", of_own_clients)]
