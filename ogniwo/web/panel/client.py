"""One client at one address: a Lead or an Account, whichever he is by now."""

from datetime import datetime

from django.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.urls import path

from ogniwo.programme.models import Client
from ogniwo.web.http import SignedInRequest, now, panel_page
from ogniwo.web.moves import make_move
from ogniwo.web.panel.accounts import account_page
from ogniwo.web.panel.leads import MOVES, lead_page


@panel_page()
def client(request: SignedInRequest, number: str) -> HttpResponse:
    found = client_of(request, number)
    if number != found.shown_number:
        return moved(found, number, at=now())
    return account_page(request, found) if found.is_account else lead_page(request, found)


@panel_page()
def move_client(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, client_of(request, number), verb, MOVES)


def client_of(request: SignedInRequest, number: str) -> Client:
    """A client of his, by either number; missing and foreign are the same 404."""
    found = Client.objects.visible_to(request.user).numbered(number).first()
    if found is None:
        raise Http404
    return found


def moved(found: Client, number: str, *, at: datetime) -> HttpResponse:
    """From L- to K- after the conversion: for good once it cannot be undone any more (III.4)."""
    address = f"/panel/klienci/{found.shown_number}/"
    until = found.undo_until()
    settled = until is not None and at >= until
    if found.is_account and settled and number == found.lead_number:
        return HttpResponsePermanentRedirect(address)
    return HttpResponseRedirect(address)


urlpatterns = [
    path("klienci/<str:number>/", client),
    path("klienci/<str:number>/<str:verb>/", move_client),
]
