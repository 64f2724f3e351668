"""The client's "it wasn't me": a page with a button, from the letter that told him of us."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path

from ogniwo.people.models import Link
from ogniwo.programme.models import Client
from ogniwo.programme.objecting import object_to
from ogniwo.web.http import READING, now, public_page
from ogniwo.web.vendor import company_of

THANKS = "/to-nie-ja/"


@public_page
def objection(request: HttpRequest, token: str) -> HttpResponse:
    """What we have of him and from whom; the button says that he did not ask."""
    at = now()
    link = Link.objects.find("objection", token, at=at)
    client = link.thing(Client)
    if request.method in READING:
        context = {"client": client, "vendor": company_of(request)}
        return render(request, "public/objection.html", context)
    object_to(client, link, at=at)
    return HttpResponseRedirect(THANKS)


@public_page
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "public/objection_thanks.html", {"vendor": company_of(request)})


urlpatterns = [path("to-nie-ja/", thanks), path("to-nie-ja/<str:token>/", objection)]
