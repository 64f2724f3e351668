"""A client is held, with a reason, and released: nothing is invoiced in between."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.desk.detail_changes import client_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page


class HoldForm(forms.Form):
    reason = forms.TextField(label=_("Why billing is stopped"), max_length=200)


@desk_page(roles=DESK_AND_MONEY)
def hold(request: SignedInRequest, number: str) -> HttpResponse:
    client = client_of(request, number)
    form = HoldForm(posted(request), obj=client, initial={"reason": client.billing_held})
    words = {
        "title": gettext("Stop billing"),
        "label": gettext("Stop billing"),
        "consequences": [
            gettext("What becomes due is held, and told with this reason."),
            gettext("After the release the next run issues all of it, with its own date."),
        ],
    }
    return _set(request, client, form, words, done=gettext("Billing of this client is stopped"))


@desk_page(roles=DESK_AND_MONEY)
def release(request: SignedInRequest, number: str) -> HttpResponse:
    client = client_of(request, number)
    form = forms.Form(posted(request), obj=client)
    words = {
        "title": gettext("Release billing"),
        "label": gettext("Release billing"),
        "sub": client.billing_held,
        "consequences": [gettext("The next run issues what is due, with its own date.")],
    }
    return _set(request, client, form, words, done=gettext("This client is invoiced again"))


def _set(
    request: SignedInRequest, client: Client, form: forms.Form, words: dict[str, Any], *, done: str
) -> HttpResponse:
    """Set the reason, or take it away: the form says which."""
    back = f"/konsola/klienci/{client.number}/"

    def deed(at: datetime) -> str:
        values = {"billing_held": form.values.get("reason", "")}
        client.change_account(values=values, by=request.user, at=at)
        messages.success(request, done)
        return back

    def page(status: int) -> HttpResponse:
        context = {"obj": client, "form": form, "back": back, **words}
        return render(request, "desk/form.html", context, status=status)

    return save(request, form, deed, page)


urlpatterns: list[URLPattern] = [
    path("klienci/<str:number>/hold/", hold),
    path("klienci/<str:number>/release/", release),
]
