"""The client contests an invoice, or no longer; why is kept in its history."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import reminding
from ogniwo.kernel.roles import MONEY
from ogniwo.web import forms
from ogniwo.web.desk.invoice_rows import address_of, found_invoice
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page


class DisputeForm(forms.Form):
    reason = forms.ParagraphsField(label=_("What the client contests"), max_length=500)


class SettledForm(forms.Form):
    reason = forms.ParagraphsField(label=_("How it was settled"), required=False, max_length=500)


@desk_page(roles=MONEY)
def dispute(request: SignedInRequest, number: str) -> HttpResponse:
    words = {
        "title": gettext("Mark as disputed"),
        "label": gettext("Mark as disputed"),
        "consequences": [
            gettext("No reminders are sent."),
            gettext("Money pays it only when the client names it."),
        ],
    }
    form = DisputeForm(posted(request))
    return _set(request, number, form, reminding.dispute, words, done=gettext("Marked as disputed"))


@desk_page(roles=MONEY)
def undispute(request: SignedInRequest, number: str) -> HttpResponse:
    words = {
        "title": gettext("No longer disputed"),
        "label": gettext("No longer disputed"),
        "consequences": [
            gettext("Reminders go on with the step reached."),
            gettext("The client’s overpayment pays it again."),
        ],
    }
    form = SettledForm(posted(request))
    done = gettext("The dispute is over")
    return _set(request, number, form, reminding.undispute, words, done=done)


def _set(
    request: SignedInRequest,
    number: str,
    form: forms.Form,
    mark: Callable[..., None],
    words: dict[str, Any],
    *,
    done: str,
) -> HttpResponse:
    found = found_invoice(request, number)

    def deed(at: datetime) -> str:
        mark(found, reason=form.values["reason"], by=request.user, at=at)
        messages.success(request, done)
        return address_of(found)

    def page(status: int) -> HttpResponse:
        context = {"obj": found, "form": form, "back": address_of(found), **words}
        return render(request, "desk/form.html", context, status=status)

    return save(request, form, deed, page)


urlpatterns: list[URLPattern] = [
    path("faktury/<str:number>/dispute/", dispute),
    path("faktury/<str:number>/undispute/", undispute),
]
