"""The search of the whole Console: a number leads straight to its object, words find lists."""

import re
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import Invoice
from ogniwo.people.limits import take
from ogniwo.people.models import User
from ogniwo.programme.models import Application, Case, Client, Reseller
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Listing, Order, Page

MOST, A_MINUTE = 6, 120
NUMBER = re.compile(r"([WRLKZ])-?(\d{1,9})", re.IGNORECASE)
DOCUMENT = re.compile(r"[A-Z]{2,5}[/-][0-9/-]{1,25}", re.IGNORECASE)
DIGITS = {"R": 3}


class Hit(NamedTuple):
    """One object: what it is called, its number and its page."""

    obj: Any
    name: str
    number: str
    url: str


class Found(NamedTuple):
    """The first rows of one kind, and the list with all of them."""

    label: str | Promise
    rows: list[Hit]
    more: str


APPLICATIONS = Listing(
    "szukaj-wnioski",
    orders=(Order("nowe", "", ("-pk",)),),
    plain=("number", "company_name", "nip", "email", "first_name", "last_name"),
)
RESELLERS = Listing(
    "szukaj-resellerzy",
    orders=(Order("nazwa", "", ("company_name",)),),
    plain=("number", "company_name", "nip", "email", "first_name", "last_name"),
)
CLIENTS = Listing(
    "szukaj-klienci", orders=(Order("nazwa", "", ("sort_name",)),), search=("folded",)
)
CASES = Listing(
    "szukaj-zgloszenia",
    orders=(Order("nowe", "", ("-pk",)),),
    plain=("number", "subject", "client__company_name", "reseller__company_name"),
)


@desk_page()
def search(request: SignedInRequest) -> HttpResponse:
    words, user = request.GET.get("q", "").strip()[:100], request.user
    straight = _straight(words, user)
    if straight:
        return HttpResponseRedirect(straight)
    take(f"search:{user.pk}", limit=A_MINUTE, per=timedelta(minutes=1), at=now())
    groups = [group for group in _groups(request, user, words) if group.rows] if words else []
    return render(request, "desk/search.html", {"q": words, "groups": groups})


def _straight(words: str, user: User) -> str:
    """The address of the object whose number was typed: k142, K-0142, FV/2026/11/0042."""
    number = NUMBER.fullmatch(words)
    if number:
        kind, digits = number[1].upper(), int(number[2])
        return _address_of(kind, f"{kind}-{digits:0{DIGITS.get(kind, 4)}}", user)
    if DOCUMENT.fullmatch(words):
        name = words.upper().replace("-", "/")
        if Invoice.objects.visible_to(user).filter(number=name).exists():
            return f"/konsola/faktury/{name.replace('/', '-')}/"
    return ""


def _address_of(kind: str, number: str, user: User) -> str:
    places: dict[str, tuple[str, QuerySet[Any]]] = {
        "W": ("wnioski", Application.objects.visible_to(user).filter(number=number)),
        "R": ("resellerzy", Reseller.objects.visible_to(user).filter(number=number)),
        "L": ("leady", Client.objects.visible_to(user).filter(lead_number=number)),
        "K": ("klienci", Client.objects.visible_to(user).filter(number=number)),
        "Z": ("zgloszenia", Case.objects.visible_to(user).filter(number=number)),
    }
    place, rows = places[kind]
    return f"/konsola/{place}/{number}/" if rows.exists() else ""


def _groups(request: SignedInRequest, user: User, words: str) -> list[Found]:
    query = urlencode({"q": words})
    clients = Client.objects.visible_to(user)
    leads = CLIENTS.page(request, clients.exclude(state__in=["account", "closed"]))
    accounts = CLIENTS.page(request, clients.accounts())
    resellers = RESELLERS.page(request, Reseller.objects.visible_to(user))
    cases = CASES.page(request, Case.objects.visible_to(user))
    asked = Application.objects.visible_to(user).filter(number__isnull=False)
    return [
        _found(_("Accounts"), accounts, "klienci", f"?stan=wszystkie&{query}"),
        _found(_("Leads"), leads, "leady", f"?stan=wszystkie&{query}"),
        _found(_("Resellers"), resellers, "resellerzy", f"?{query}"),
        _found(_("Requests"), cases, "zgloszenia", f"?stan=wszystkie&{query}"),
        _found(
            _("Applications"),
            APPLICATIONS.page(request, asked),
            "wnioski",
            f"?stan=wszystkie&{query}",
        ),
    ]


def _found(label: str | Promise, page: Page, place: str, query: str) -> Found:
    hits = [_hit(row, place) for row in page.rows]
    return Found(label, hits[:MOST], f"/konsola/{place}/{query}" if len(hits) > MOST else "")


def _hit(row: Any, place: str) -> Hit:
    number = str(getattr(row, "shown_number", "") or row.number)
    name = str(getattr(row, "subject", "") or row.company_name)
    return Hit(row, name, number, f"/konsola/{place}/{number}/")


urlpatterns: list[URLPattern] = [path("szukaj/", search)]
