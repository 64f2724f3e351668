"""Apply to become a reseller: the public form, and one fixed page after it for everybody (I.1)."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language

from ogniwo.kernel.days import warsaw_day
from ogniwo.people.limits import Limit, TooMany
from ogniwo.programme import apply
from ogniwo.programme.models import TermsVersion
from ogniwo.web import forms
from ogniwo.web.http import client_network, now, public_page
from ogniwo.web.public.application_form import ApplicationForm
from ogniwo.web.public.limits import sentence
from ogniwo.web.vendor import company_of

OF_NETWORK, IN_ALL = Limit(5, timedelta(hours=1)), Limit(100, timedelta(hours=1))
SENT = "/zostan-resellerem/wyslano/"


@public_page
def application_form(request: HttpRequest) -> HttpResponse:
    """The form; whoever sends it, the next page is the same and the rest goes by mail."""
    at = now()
    form = ApplicationForm(request.POST or None, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            _take_limits(client_network(request), at=at)
            return forms.once(request, form, lambda: _submit(form), at=at)
        except TooMany as full:
            form.refuse(sentence(full, at=at), code="too_many")
            return _page(request, form, status=429, retry_after=full.retry_after)
    return _page(request, form, status=form.status)


def _take_limits(network: str, *, at: datetime) -> None:
    OF_NETWORK.take(f"apply-from:{network}", at=at)
    IN_ALL.take("apply", at=at)


def _submit(form: ApplicationForm) -> str:
    apply.submit(form.values, at=form.at, language=get_language() or "pl")
    return SENT


def _page(
    request: HttpRequest, form: ApplicationForm, *, status: int, retry_after: int = 0
) -> HttpResponse:
    terms = TermsVersion.objects.in_force(on=warsaw_day(now()))
    context = {"form": form, "terms": terms, "vendor": company_of(request)}
    response = render(request, "public/apply.html", context, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@public_page
def sent(request: HttpRequest) -> HttpResponse:
    """The same page for a first and a second application: look into your mail."""
    return render(request, "public/sent.html", {"vendor": company_of(request)})


urlpatterns = [
    path("zostan-resellerem/", application_form, name="apply"),
    path("zostan-resellerem/wyslano/", sent),
]
