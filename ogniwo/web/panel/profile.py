"""Ustawienia: one's own name, language and password, and what the firm is known by."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from ogniwo.web.http import SignedInRequest, panel_page
from ogniwo.web.own_account import own_account
from ogniwo.web.panel.access import company_of, firm_of, may_write


@panel_page(writes_when_closed=True)
def profile(request: SignedInRequest) -> HttpResponse:
    firm = firm_of(request)
    name = firm.frk_name()
    context = {
        "firm": firm,
        "frk": f"{settings.URL}{name.path}" if name else "",
        "vendor": company_of(request),
        "may_write": may_write(request),
    }
    return own_account(request, "panel/profile.html", context)


urlpatterns = [path("ustawienia/", profile)]
