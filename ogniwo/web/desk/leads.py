"""Leads: what waits for a decision, one Lead, and what the desk may do with it."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from ogniwo.billing.models import BillingDetail
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY
from ogniwo.programme import registering
from ogniwo.programme.likeness import like_client
from ogniwo.programme.models import Client, Reseller
from ogniwo.programme.waiting import lead_clock
from ogniwo.web import forms
from ogniwo.web.client_form import ClientForm, offered
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.conversion import CONVERT
from ogniwo.web.desk.meters import meter
from ogniwo.web.desk.notes import add_note, beside
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move

OVER = ("rejected", "expired", "withdrawn")


def resellers_choices(request: HttpRequest) -> list[Choice]:
    """Resellers that have clients, for the select above a list."""
    user = request.user
    if not user.is_authenticated:
        return []
    found = Reseller.objects.visible_to(user).filter(clients__isnull=False).distinct()
    rows = found.order_by("company_name", "pk").values_list("number", "company_name")
    return [
        Choice("", _("All resellers")),
        *(Choice(number, name, Q(reseller__number=number)) for number, name in rows),
    ]


LEADS = Listing(
    "leady",
    orders=(
        Order("czeka", _("Waiting longest"), ("registered_at",)),
        Order("nowe", _("Newest"), ("-registered_at",)),
        Order("nazwa", _("Client"), ("sort_name",)),
    ),
    search=("folded",),
    filters=(
        Filter(
            "stan",
            _("State of the Lead"),
            (
                Choice("", pgettext_lazy("filter", "To decide"), Q(state="lead")),
                Choice("uzupelnienie", _("Awaiting details"), Q(state="needs_completion")),
                Choice("zamkniete", pgettext_lazy("filter", "Closed"), Q(state__in=OVER)),
                Choice("wszystkie", pgettext_lazy("filter", "All")),
            ),
        ),
        Filter("reseller", _("Reseller"), resellers_choices, as_select=True),
    ),
    columns=(
        Column(_("Number"), lambda c: c.lead_number),
        Column(_("Client"), lambda c: c.company_name),
        Column("NIP", lambda c: c.nip),
        Column(_("City"), lambda c: c.city),
        Column(_("Contact"), lambda c: c.contact_person),
        Column(_("Phone"), lambda c: c.phone),
        Column(_("E-mail"), lambda c: c.email),
        Column(_("State"), lambda c: label_of("client", c.state)),
        Column(_("Reseller"), lambda c: c.reseller or ""),
        Column(_("Registered"), lambda c: c.registered_at),
        Column(_("Protected until"), lambda c: c.protected_until),
    ),
)


class EditForm(ClientForm):
    @property
    def values(self) -> dict[str, Any]:
        return {"values": super().values, "services": self.picked}


class AskForm(forms.Form):
    question = forms.ParagraphsField(
        label=_("Question"), max_length=2000, help_text=_("Goes into the e-mail as you write it.")
    )
    fields_to_open = forms.ManyField(label=_("What is it about?"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [Client._meta.get_field(name) for name in Client.COMPANY_FIELDS]
        choices = [(field.name, capfirst(getattr(field, "verbose_name", ""))) for field in named]
        self.fields["fields_to_open"].choices = choices  # type: ignore[attr-defined]  # a field of choices

    @property
    def values(self) -> dict[str, Any]:
        return {
            "fields": self.cleaned_data["fields_to_open"],
            "question": self.cleaned_data["question"],
        }


class RejectForm(forms.Form):
    reason = forms.PickField(label=_("Reason"), choices=Client.RejectReason.choices, cards=True)
    note = forms.ParagraphsField(
        label=_("A few words about it"), required=False, max_length=300,
        help_text=_("They go into the e-mail to the reseller."),
    )  # fmt: skip


class ExtendForm(forms.Form):
    until = forms.DayField(
        label=_("Protected until"), earliest=lambda: warsaw_day(now()) + timedelta(days=1)
    )


def corrected(client: Client, **decided: Any) -> None:
    """Correct the Lead; the desk may know who holds the NIP."""
    try:
        registering.correct(client, **decided)
    except registering.NipTaken as taken:
        number = taken.holder.shown_number if taken.holder else ""
        sentence = _("This NIP belongs to %(number)s already.") % {"number": number}
        raise Refused(taken.code, sentence) from taken


def edit_options(_request: SignedInRequest, client: Client) -> dict[str, Any]:
    """Start from what is stored; a service that is no longer offered may stay."""
    chosen = list(client.services.all())
    return {"services": list(dict.fromkeys([*offered(), *chosen])), "initial": initial_of(client)}


def initial_of(client: Client) -> dict[str, Any]:
    """A client's data as the form starts with them."""
    values = {name: getattr(client, name) for name in Client.COMPANY_FIELDS}
    return values | {"services": [service.code for service in client.services.all()]}


MOVES = {
    "convert": CONVERT,
    "edit": MoveForm(
        _("Correct the data"),
        _("Lead %(number)s is saved"),
        icon="pencil",
        form=EditForm,
        template="desk/client_edit.html",
        deed=corrected,
        options=edit_options,
    ),
    "ask": MoveForm(
        _("Ask for details"),
        _("The question about %(number)s is sent"),
        icon="message-square",
        form=AskForm,
        preview="asked",
        intro=_("The reseller answers by saving the Lead."),
    ),
    "extend": MoveForm(
        _("Protect for longer"),
        _("Lead %(number)s is protected for longer"),
        icon="clock",
        form=ExtendForm,
    ),
    "reject": MoveForm(
        _("Reject the Lead"),
        _("Lead %(number)s is rejected"),
        look="danger",
        icon="x",
        form=RejectForm,
        preview="asked",
        intro=_("The NIP becomes free."),
    ),
}


@desk_page()
def leads(request: SignedInRequest) -> HttpResponse:
    rows = Client.objects.visible_to(request.user).filter(state__in=(*Client.LEADS, *OVER))
    page, on = LEADS.page(request, rows.select_related("reseller")), warsaw_day(now())
    may_export = request.user.role in DESK_AND_MONEY
    if "format" in request.GET:
        return page.answer("desk/leads.html", may_export=may_export)
    listed = [(row, _left(row, on=on)) for row in page.rows]
    return page.answer("desk/leads.html", {"listed": listed}, may_export=may_export)


@desk_page()
def lead(request: SignedInRequest, number: str) -> HttpResponse:
    client, on = _found(request, number), warsaw_day(now())
    if client.is_account:
        return HttpResponseRedirect(f"/konsola/klienci/{client.number}/")
    details = BillingDetail.objects.visible_to(request.user).of(client).living()
    context = beside(request, client) | {
        "client": client,
        "left": _left(client, on=on),
        "alike": like_client(client, viewer=request.user) if client.is_lead else [],
        "details": [(row, row.state(on=on), row.next_bill()) for row in details.with_next()],
        "asked_fields": [_label(name) for name in client.open_fields],
        "MOVES": MOVES,
        "address": _address(client),
    }
    return render(request, "desk/lead.html", context)


@desk_page()
def move_lead(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, _found(request, number), verb, MOVES)


@require_POST
@desk_page(roles=DESK_AND_MONEY)
def note_lead(request: SignedInRequest, number: str) -> HttpResponse:
    return add_note(request, _found(request, number), _address)


def _found(request: SignedInRequest, number: str) -> Client:
    rows = Client.objects.visible_to(request.user).select_related("reseller", "registered_by")
    return get_object_or_404(rows, lead_number=number.upper())


def _address(client: Client) -> str:
    return f"/konsola/leady/{client.lead_number}/"


def _left(client: Client, *, on: date) -> Any:
    return meter(lead_clock(client, on=on)) if client.state == Client.State.LEAD else None


def _label(name: str) -> str:
    return str(getattr(Client._meta.get_field(name), "verbose_name", name))


urlpatterns: list[URLPattern] = [
    path("leady/", leads),
    path("leady/<str:number>/", lead),
    path("leady/<str:number>/note/", note_lead),
    path("leady/<str:number>/<str:verb>/", move_lead),
]
