"""Pages made with the kit, for its tests only: a list, an object with moves, a form."""

from typing import Any

from django.db import OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel.roles import DESK, READER, RESELLER_WRITERS
from ogniwo.people.limits import TooMany
from ogniwo.people.models import LinkGone
from ogniwo.programme.models import Client
from ogniwo.web import forms, site
from ogniwo.web.http import SignedInRequest, desk_page, now, panel_page, public_page
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move


class EditForm(forms.Form):
    company_name = forms.TextField(label=_("Company name"))
    phone = forms.PhoneField()
    platform = forms.PickField(label=_("Platform"), choices=Client.Platform.choices)

    @property
    def values(self) -> dict[str, Any]:
        return {"values": super().values}


class RejectForm(forms.Form):
    reason = forms.PickField(
        label=_("Reason"),
        choices=Client.RejectReason.choices,
        cards=True,
        hints={"other": _("Write it in the note.")},
    )
    note = forms.ParagraphsField(label=_("Note"), required=False, max_length=500)


def _edited(_request: SignedInRequest, lead: Client) -> dict[str, Any]:
    names = ("company_name", "phone", "platform")
    return {"initial": {name: getattr(lead, name) for name in names}}


MOVES = {
    "edit": MoveForm(_("Edit"), _("%(obj)s saved"), form=EditForm, options=_edited),
    "reject": MoveForm(_("Reject"), form=RejectForm, look="danger"),
    "withdraw": MoveForm(_("Withdraw"), _("Lead of %(obj)s withdrawn"), undo="edit"),
}
CLIENTS = Listing(
    "klienci",
    orders=(
        Order("nazwa", _("Client"), ("sort_name",)),
        Order("data", _("Registered"), ("-registered_at", "sort_name")),
    ),
    search=("folded",),
    filters=(
        Filter(
            "stan",
            _("State"),
            (
                Choice("", _("All")),
                Choice("lead", _("Leads"), Q(state="lead")),
                Choice("konto", _("Accounts"), Q(state="account")),
            ),
        ),
        Filter(
            "sklep", _("Shop"), (Choice("", _("All")), Choice("x", "X", Q(platform="x"))),
            as_select=True,
        ),
    ),
    columns=(
        Column(_("Number"), lambda client: client.lead_number),
        Column(_("Client"), lambda client: client.company_name),
        Column(_("Net"), lambda _client: 123456, money=True),
        Column(_("Registered"), lambda client: client.registered_at.date()),
    ),
    per_page=3,
)  # fmt: skip


@panel_page()
def clients(request: SignedInRequest) -> HttpResponse:
    rows = Client.objects.visible_to(request.user).select_related("reseller")
    may_export = request.user.role in RESELLER_WRITERS
    return CLIENTS.page(request, rows).answer("tried/list.html", may_export=may_export)


@panel_page()
def lead(request: SignedInRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Client.objects.visible_to(request.user), lead_number=number)
    return render(request, "tried/lead.html", {"lead": found, "MOVES": MOVES})


@panel_page()
def move_lead(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    found = get_object_or_404(Client.objects.visible_to(request.user), lead_number=number)
    return make_move(request, found, verb, MOVES)


@desk_page()
def desk_lead(request: SignedInRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Client.objects.visible_to(request.user), lead_number=number)
    return render(request, "tried/desk_lead.html", {"lead": found, "MOVES": MOVES})


@desk_page()
def move_desk_lead(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    found = get_object_or_404(Client.objects.visible_to(request.user), lead_number=number)
    return make_move(request, found, verb, MOVES)


@desk_page(roles=DESK | {READER}, hidden_from={"accountant"})
def applications(request: SignedInRequest) -> HttpResponse:
    return HttpResponse("applications")


@desk_page(roles=DESK)
def settings_page(request: SignedInRequest) -> HttpResponse:
    return HttpResponse("settings")


class ApplicationForm(forms.Guarded, forms.Once):
    company_name = forms.TextField(label=_("Company name"))
    nip = forms.NipField()
    email = forms.EmailField()
    visits = forms.NumberField(label=_("Visits"), low=0, high=9, required=False)
    since = forms.DayField(label=_("Since"), required=False, latest=lambda: now().date())
    price = forms.MoneyField(label=_("Price"), required=False)
    activity = forms.PickField(
        label=_("Activity"), cards=True, choices=[("agency", "A"), ("other", "O")]
    )
    kinds = forms.ManyField(label=_("Kinds"), choices=[("a", "A"), ("b", "B")], required=False)
    shop = forms.AddressField(label=_("Shop"), required=False)
    message = forms.ParagraphsField(label=_("Message"), required=False)
    terms = forms.TickField(label=_("I know the terms"), needed=_("Tick to send the application."))


MADE: list[dict[str, Any]] = []


@public_page
def apply(request: HttpRequest) -> HttpResponse:
    form = ApplicationForm(request.POST or None)

    def deed() -> str:
        MADE.append(form.values)
        return f"/wyslano/{len(MADE)}/"

    if request.method == "POST" and form.is_valid():
        return forms.once(request, form, deed, at=now())
    return render(request, "tried/form.html", {"form": form}, status=form.status)


@public_page
def gone(request: HttpRequest, token: str) -> HttpResponse:
    if token == "dead":
        raise LinkGone
    if token == "flood":
        raise TooMany(90)
    if token == "down":
        raise OperationalError("the server closed the connection")
    if token == "bug":
        raise RuntimeError(token)
    return render(request, "tried/form.html", {"form": ApplicationForm()})


urlpatterns = [
    path("jezyk/", site.choose_language),
    path("marka.css", site.brand_css),
    path("panel/klienci/", clients),
    path("panel/klienci/<str:number>/", lead),
    path("panel/klienci/<str:number>/<str:verb>/", move_lead),
    path("konsola/leady/<str:number>/", desk_lead),
    path("konsola/leady/<str:number>/<str:verb>/", move_desk_lead),
    path("konsola/wnioski/", applications),
    path("konsola/ustawienia/", settings_page),
    path("wniosek/", apply),
    path("wniosek/<str:token>/", gone),
]
handler400 = "ogniwo.web.errors.bad_request"
handler403 = "ogniwo.web.errors.permission_denied"
handler404 = "ogniwo.web.errors.not_found"
handler500 = "ogniwo.web.errors.server_error"
