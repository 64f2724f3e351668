"""The public start, what happens to data of people, and the vendor's old address."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import path

from ogniwo.web.http import public_page
from ogniwo.web.vendor import company_of


@public_page
def start(request: HttpRequest) -> HttpResponse:
    """Become a reseller, or sign in."""
    return render(request, "public/start.html", {"vendor": company_of(request)})


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Who holds which data of whom, why and for how long (RODO art. 13 and 14)."""
    return render(request, "public/privacy.html", {"vendor": company_of(request)})


@public_page
def alias(request: HttpRequest, name: str) -> HttpResponse:
    """The vendor's old address of the application form leads to the new one."""
    if name != company_of(request).alias:
        raise Http404
    return HttpResponsePermanentRedirect("/zostan-resellerem/")


urlpatterns = [path("", start), path("prywatnosc/", privacy)]
last_urlpatterns = [path("<slug:name>/", alias)]
