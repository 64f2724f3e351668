"""Billing details of a client: one added, looked at, changed, paused and ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import changes
from ogniwo.billing.agreeing import add_detail
from ogniwo.billing.models import BillingDetail
from ogniwo.journal.moves import Conflict, Refused
from ogniwo.kernel.amounts import RATES
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.components.formats import day_long, vat_rate
from ogniwo.web.conflict import conflict
from ogniwo.web.desk import proformas
from ogniwo.web.desk.agreements import Catalogue, DetailForm, QuantityField
from ogniwo.web.desk.notes import history_of
from ogniwo.web.http import SignedInRequest, desk_page, now

LAST_PERIODS = 12
CONFLICT = 409
OVER = frozenset({"cancelled", "ended", "done"})


class TermsForm(forms.Form):
    """New terms; "from which invoice" is asked where there are several."""

    from_on = forms.PickField(label=_("From which period"))
    price = forms.MoneyField(label=_("Price"), minimum=1)
    quantity = QuantityField(label=_("Quantity"))
    rate = forms.PickField(label=_("VAT rate"), choices=[(rate, vat_rate(rate)) for rate in RATES])

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        terms = self.obj.terms_on(max(on, self.obj.start_on))
        self.fields["price"].initial = terms.price_grosze
        self.fields["quantity"].initial = terms.quantity
        self.fields["rate"].initial = terms.rate
        if self.obj.is_recurring:
            offer_boundaries(self, "from_on", on=on)
        else:
            del self.fields["from_on"]

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        start = given.get("from_on")
        return {
            "from_on": date.fromisoformat(start) if start else self.obj.start_on,
            "price_grosze": given["price"],
            "quantity": given["quantity"],
            "rate": given["rate"],
        }


class PauseForm(forms.Form):
    from_on = forms.PickField(label=_("From"), help_text=_("Paused time costs nothing."))

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_boundaries(self, "from_on", on=on)

    @property
    def values(self) -> dict[str, Any]:
        return {"from_on": date.fromisoformat(self.cleaned_data["from_on"])}


class ResumeForm(forms.Form):
    from_on = forms.DayField(label=_("From"))
    anchor_day = forms.NumberField(
        label=_("Billing day"), required=False, low=1, high=31,
        help_text=_("Empty: the day of the month on which it begins."),
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["from_on"].initial = on


class EndForm(forms.Form):
    last_day = forms.DayField(
        label=_("Last day of service"),
        help_text=_("A period that is not invoiced yet is cut; an invoiced one stays."),
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)

    @property
    def values(self) -> dict[str, Any]:
        return {"end_on": self.cleaned_data["last_day"] + timedelta(days=1)}


class CancelForm(forms.Form):
    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)


def offer_boundaries(form: forms.Form, name: str, *, on: date) -> None:
    """The next days on which a period begins that is not invoiced."""
    days = changes.boundaries(form.obj, after=on)
    form.fields[name].choices = [(day.isoformat(), day_long(day)) for day in days]  # type: ignore[attr-defined]  # a field of choices


@dataclass(frozen=True)
class Change:
    """What may be done with a detail: its words, its form, and in which states."""

    label: str | Promise
    done: str | Promise
    form: Callable[..., forms.Form]
    deed: Callable[..., Any]
    states: frozenset[str]
    icon: str
    look: str = ""
    recurring: bool = True


RUNNING = frozenset({"planned", "active"})
CHANGES: Mapping[str, Change] = {
    "change_terms": Change(
        _("Change the price"), _("The new terms are saved"), TermsForm, changes.change_terms,
        RUNNING | {"paused"}, "pencil", recurring=False,
    ),
    "pause": Change(
        _("Pause"), _("The service is paused"), PauseForm, changes.pause, RUNNING, "circle-pause"
    ),
    "resume": Change(
        _("Resume"), _("The service runs again"), ResumeForm, changes.resume,
        frozenset({"paused"}), "refresh-cw",
    ),
    "terminate": Change(
        _("End"), _("The end is saved"), EndForm, changes.terminate,
        RUNNING | {"paused", "ending"}, "hourglass", "danger",
    ),
    "cancel": Change(
        _("Cancel the detail"), _("The detail is cancelled"), CancelForm, changes.cancel,
        RUNNING | {"paused", "ending"}, "x", "danger", recurring=False,
    ),
}  # fmt: skip


@desk_page(roles=DESK_AND_MONEY)
def add(request: SignedInRequest, number: str) -> HttpResponse:
    client, at = _client(request, number), now()
    form = DetailForm(
        request.POST if request.method == "POST" else None,
        catalogue=Catalogue(),
        initial={"start_on": warsaw_day(at) + timedelta(days=1)},
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, client)

    def deed() -> str:
        add_detail(client, form.agreement(), by=request.user, at=at)
        messages.success(request, gettext("The billing detail is added"))
        return f"{_address(client)}#billing"

    try:
        return forms.once(request, form, deed, at=at)
    except Refused as refusal:
        form.refuse(str(refusal), code=refusal.code)
        return _form(request, form, client, status=CONFLICT)


def _form(
    request: SignedInRequest, form: DetailForm, client: Client, *, status: int = 0
) -> HttpResponse:
    context = {"form": form, "client": client, "back": _address(client)}
    return render(request, "desk/detail_add.html", context, status=status or form.status)


@desk_page()
def detail(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    client, on = _client(request, number), warsaw_day(now())
    found = _found(request, client, pk)
    state = found.state(on=on)
    periods = found.periods.select_related("line__invoice").order_by("-no")
    context = {
        "client": client,
        "detail": found,
        "state": state,
        "next": found.next_bill(),
        "now": found.terms_on(max(on, found.start_on)),
        "terms": found.terms.order_by("-from_on"),
        "periods": [(row, row.end - timedelta(days=1)) for row in periods[:LAST_PERIODS]],
        "history": history_of(request, found),
        "offers": _offers(request, found, state),
        "address": f"{_address(client)}billing/{found.pk}/",
        "back": _address(client),
    }
    return render(request, "desk/detail.html", context)


@desk_page(roles=DESK_AND_MONEY)
def change(request: SignedInRequest, number: str, pk: int, verb: str) -> HttpResponse:
    client, at = _client(request, number), now()
    found, offer = _found(request, client, pk), CHANGES.get(verb)
    if offer is None:
        raise Http404
    form = offer.form(
        request.POST if request.method == "POST" else None, obj=found, on=warsaw_day(at)
    )
    back = f"{_address(client)}billing/{found.pk}/"
    context = {"obj": found, "form": form, "back": back, "title": offer.label, "label": offer.label}
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/form.html", context, status=form.status)
    if form.posted_version not in {None, found.version}:
        stale = Conflict("stale", _("Somebody changed this in the meantime."), obj=found)
        return conflict(request, found, form=form, refusal=stale)
    try:
        offer.deed(found, by=request.user, at=at, **form.values)
    except Refused as refusal:
        form.refuse(str(refusal), code=refusal.code)
        return render(request, "desk/form.html", context, status=CONFLICT)
    messages.success(request, str(offer.done))
    return HttpResponseRedirect(back)


def _offers(request: SignedInRequest, found: BillingDetail, state: str) -> list[tuple[str, Change]]:
    if request.user.role not in DESK_AND_MONEY:
        return []
    return [
        (verb, offer)
        for verb, offer in CHANGES.items()
        if state in offer.states and (found.is_recurring or not offer.recurring)
    ]


def _client(request: SignedInRequest, number: str) -> Client:
    rows = Client.objects.visible_to(request.user).filter(number__isnull=False)
    return get_object_or_404(rows.numbered(number))


def _found(request: SignedInRequest, client: Client, pk: int) -> BillingDetail:
    rows = BillingDetail.objects.visible_to(request.user).of(client).select_related("service")
    return get_object_or_404(rows.with_next(), pk=pk)


def _address(client: Client) -> str:
    return f"/konsola/klienci/{client.number}/"


urlpatterns: list[URLPattern] = [
    *proformas.urlpatterns,
    path("klienci/<str:number>/billing/add/", add),
    path("klienci/<str:number>/billing/<int:pk>/", detail),
    path("klienci/<str:number>/billing/<int:pk>/<str:verb>/", change),
]
