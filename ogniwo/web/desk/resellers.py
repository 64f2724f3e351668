"""Resellers: the register, one firm with its start, terms, people and form, and its moves."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.billing.portfolio import monthly_sum, running_details
from ogniwo.journal.alongside import Children, alongside
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK, DESK_AND_MONEY
from ogniwo.people import letters as people_letters
from ogniwo.people.limits import take
from ogniwo.people.models import User
from ogniwo.programme import accepting
from ogniwo.programme.models import (
    Acceptance,
    Application,
    ChecklistItem,
    Client,
    FrkName,
    Reseller,
    TermsVersion,
)
from ogniwo.web import forms
from ogniwo.web.components.formats import money
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.notes import add_note, beside
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move
from ogniwo.web.together import Ask, Figures, figures, number
from ogniwo.web.uploads import ScanField, scan_type

FEW = 8
INVITATIONS_AN_HOUR = 3

RESELLERS = Listing(
    "resellerzy",
    orders=(
        Order("nazwa", _("Reseller"), ("company_name",)),
        Order("nowi", _("Newest"), ("-joined_at",)),
    ),
    plain=("number", "company_name", "nip", "email", "first_name", "last_name", "city"),
    filters=(
        Filter(
            "stan",
            _("State of the reseller"),
            (
                Choice("", pgettext_lazy("resellers", "All")),
                Choice("aktywni", pgettext_lazy("filter", "Active"), Q(state="active")),
                Choice("wdrazani", _("Onboarding"), Q(state__in=["invited", "awaiting_terms"])),
                Choice("wstrzymani", _("On hold"), Q(state="suspended")),
                Choice("zakonczeni", pgettext_lazy("filter", "Ended"), Q(state="ended")),
            ),
        ),
    ),
    columns=(
        Column(_("Number"), lambda r: r.number),
        Column(_("Company"), lambda r: r.company_name),
        Column("NIP", lambda r: r.nip),
        Column(_("City"), lambda r: r.city),
        Column(_("Name"), lambda r: r.full_name),
        Column(_("E-mail"), lambda r: r.email),
        Column(_("Phone"), lambda r: r.phone),
        Column(_("State"), lambda r: label_of("reseller", r.state)),
        Column(_("Leads"), lambda r: r.leads_now),
        Column(_("Accounts"), lambda r: r.accounts_now),
        Column(_("Joined"), lambda r: r.joined_at),
    ),
)


class ReasonForm(forms.Form):
    reason = forms.ParagraphsField(
        label=_("Reason"), max_length=300, help_text=_("Goes into the e-mail to the reseller.")
    )


class DataForm(forms.Form):
    company_name = forms.TextField(label=_("Company name"), max_length=200)
    nip = forms.NipField()
    street = forms.TextField(label=_("Street and number"), max_length=120)
    postcode = forms.PostcodeField()
    city = forms.TextField(label=_("Town"), max_length=80)
    first_name = forms.TextField(label=_("First name"), max_length=60)
    last_name = forms.TextField(label=_("Last name"), max_length=60)
    email = forms.EmailField()
    phone = forms.PhoneField()
    website = forms.AddressField(label=_("Website"), required=False, max_length=200)

    @property
    def values(self) -> dict[str, Any]:
        return {"values": super().values}


class PaperForm(forms.Form):
    scan = ScanField(label=_("Scan of the signed terms"), help_text=_("PDF, PNG or JPEG."))
    signed_on = forms.DayField(label=_("Signed on"), latest=lambda: warsaw_day(now()))


class RenameForm(forms.Form):
    name = forms.TextField(
        label=_("First and last name"), max_length=120,
        help_text=_("Without spaces and Polish letters it becomes the address of the form."),
    )  # fmt: skip


def accept_on_paper(
    reseller: Reseller, *, scan: Any, signed_on: Any, by: User, at: datetime
) -> None:
    """Staff enters what the reseller signed on paper."""
    version = TermsVersion.objects.to_accept(on=warsaw_day(at))
    if version is None:
        raise Http404
    proof = accepting.Proof(
        channel=Acceptance.Channel.PAPER,
        scan=scan.read(),
        verdict={"signed_on": signed_on.isoformat(), "entered_by": str(by)},
    )
    accepting.accept(reseller, version, proof, by=by, at=at)


PAPER = MoveForm(
    _("Enter an acceptance on paper"),
    _("The terms are accepted"),
    icon="upload",
    form=PaperForm,
    deed=accept_on_paper,
    intro=_("The newest version of the terms."),
    consequences=(
        _("The scan is kept as the proof."),
        _("The confirmation goes to the reseller and to the contact address."),
    ),
)
MOVES = {
    "change_data": MoveForm(
        _("Change the data"),
        _("The data of %(obj)s are saved"),
        icon="pencil",
        form=DataForm,
        options=lambda _request, reseller: {
            "initial": {name: getattr(reseller, name) for name in Reseller.COMPANY_FIELDS}
        },
    ),
    "accept_terms": PAPER,
    "accept_newer_terms": PAPER,
    "resume": MoveForm(_("Resume"), _("%(obj)s is active again"), icon="check", look="primary"),
    "suspend": MoveForm(
        _("Suspend"),
        _("%(obj)s is suspended"),
        icon="circle-pause",
        form=ReasonForm,
        preview="asked",
        consequences=(_("The panel can only be read, the client form is closed."),),
    ),
    "end": MoveForm(
        _("End the co-operation"),
        _("The co-operation with %(obj)s is ended"),
        look="danger",
        icon="circle-slash",
        form=ReasonForm,
        preview="asked",
        consequences=(
            _("The client form says that it is closed."),
            _("The panel can be read for 90 days more."),
        ),
    ),
}


@desk_page()
def resellers(request: SignedInRequest) -> HttpResponse:
    rows = Reseller.objects.visible_to(request.user).annotate(
        leads_now=Count("clients", filter=Q(clients__state__in=Client.LEADS)),
        accounts_now=Count("clients", filter=Q(clients__state=Client.State.ACCOUNT)),
    )
    page = RESELLERS.page(request, rows)
    return page.answer("desk/resellers.html", may_export=request.user.role in DESK_AND_MONEY)


@desk_page()
def reseller(request: SignedInRequest, number: str) -> HttpResponse:
    found = _found(request, number)
    clients = Client.objects.visible_to(request.user).filter(reseller=found)
    names = found.frk_names.all()
    frk = next((name.path for name in names if name.is_current), "")
    counted = figures_of(request, "desk", _asked(request, found))
    context = beside(request, found) | {
        "reseller": found,
        "checklist": found.checklist.all(),
        "acceptances": found.acceptances.select_related("version", "person").order_by("-pk"),
        "people": User.objects.visible_to(request.user).filter(reseller=found).order_by("pk"),
        "frk": f"{settings.URL.rstrip('/')}{frk}" if frk else "",
        "old_names": [name for name in names if not name.is_current],
        "clients": clients.order_by("-pk")[:FEW],
        "numbers": numbers(request, found, counted),
        "application": getattr(found, "application_number", None),
        "may_manage": request.user.role in DESK,
        "MOVES": offered(has_newest_terms=counted["newest_terms"]["number"] > 0),
        "address": _address(found),
    }
    return render(request, "desk/reseller.html", context)


def offered(*, has_newest_terms: bool) -> dict[str, MoveForm]:
    """The newest terms are entered once."""
    return {
        verb: offer for verb, offer in MOVES.items() if not (has_newest_terms and offer is PAPER)
    }


def _asked(request: SignedInRequest, found: Reseller) -> dict[str, Ask]:
    """All that is counted on the page of a reseller."""
    on, user = warsaw_day(now()), request.user
    clients = Client.objects.visible_to(user).filter(reseller=found)
    newest = TermsVersion.objects.announced().values("pk")[:1]
    return {
        "clients": figures(
            clients,
            leads=Count("pk", filter=Q(state__in=Client.LEADS)),
            accounts=Count("pk", filter=Q(state=Client.State.ACCOUNT)),
        ),
        "late": number(Invoice.objects.visible_to(user).filter(reseller=found).overdue(on=on)),
        "newest_terms": number(found.acceptances.filter(version__in=newest)),
    }


def numbers(
    request: SignedInRequest, found: Reseller, counted: Mapping[str, Figures]
) -> list[dict[str, Any]]:
    """What the co-operation brings: at most four figures."""
    on, clients = warsaw_day(now()), counted["clients"]
    details = BillingDetail.objects.visible_to(request.user).filter(client__reseller=found)
    href = f"/konsola/klienci/?reseller={found.number}"
    return [
        {"label": gettext("Leads"), "value": clients["leads"],
         "href": f"/konsola/leady/?reseller={found.number}"},
        {"label": gettext("Accounts"), "value": clients["accounts"], "href": href},
        {"label": gettext("Recurring, net a month"),
         "value": money(monthly_sum(running_details(details), on=on)),
         "href": f"/konsola/prognoza/{found.number}/"},
        {"label": gettext("Overdue invoices"), "value": counted["late"]["number"]},
    ]  # fmt: skip


@desk_page()
def move_reseller(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, _found(request, number), verb, MOVES)


@require_POST
@desk_page(roles=DESK_AND_MONEY)
def note_reseller(request: SignedInRequest, number: str) -> HttpResponse:
    return add_note(request, _found(request, number), _address)


@desk_page(roles=DESK)
def rename_form(request: SignedInRequest, number: str) -> HttpResponse:
    found, at = _found(request, number), now()
    form = RenameForm(
        request.POST if request.method == "POST" else None, initial={"name": found.full_name}
    )
    if request.method == "POST" and form.is_valid():
        found.rename_form(form.values["name"], by=request.user, at=at)
        messages.success(request, gettext("The client form has a new address"))
        return HttpResponseRedirect(_address(found))
    context = {
        "obj": found,
        "form": form,
        "back": _address(found),
        "title": gettext("New address of the client form"),
        "consequences": [gettext("The old address leads to the new one for ever.")],
    }
    return render(request, "desk/form.html", context, status=form.status)


@require_POST
@desk_page(roles=DESK)
def invite_again(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    found, at = _found(request, number), now()
    people = User.objects.visible_to(request.user).filter(reseller=found).active()
    person = get_object_or_404(people, pk=pk)
    if not person.has_usable_password():
        take(
            f"invitation:{person.pk}",
            limit=INVITATIONS_AN_HOUR,
            per=timedelta(hours=1),
            at=at,
        )
        people_letters.invitation(person, at=at, by=request.user)
        messages.success(request, gettext("The invitation is sent again"))
    return HttpResponseRedirect(_address(found))


@desk_page(roles=DESK)
def proof(request: SignedInRequest, number: str, pk: int) -> HttpResponse:
    """The scan or the raw letter that proves an acceptance, as a download."""
    acceptance = get_object_or_404(_found(request, number).acceptances, pk=pk)
    if acceptance.scan:
        content = bytes(acceptance.scan)
        kind, ending = scan_type(content) or ("application/octet-stream", "bin")
    elif acceptance.letter is not None:
        content, kind, ending = bytes(acceptance.letter.raw), "message/rfc822", "eml"
    else:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    name = f"{number.upper()}-regulamin-{acceptance.version}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(request: SignedInRequest, number: str) -> Reseller:
    """With what its page tells of it; accountants do not learn of applications."""
    mine = Application.objects.visible_to(request.user).filter(reseller=OuterRef("pk"))
    rows = (
        Reseller.objects.visible_to(request.user)
        .select_related("keeper", "terms")
        .annotate(application_number=Subquery(mine.values("number")[:1]))
    )
    names, steps = FrkName.objects.order_by("pk"), ChecklistItem.objects.order_by("pk")
    with_all = alongside(
        rows,
        Children("frk_names", names, by="reseller"),
        Children("checklist", steps, by="reseller"),
    )
    return get_object_or_404(with_all, number=number.upper())


def _address(found: Reseller) -> str:
    return f"/konsola/resellerzy/{found.number}/"


urlpatterns: list[URLPattern] = [
    path("resellerzy/", resellers),
    path("resellerzy/<str:number>/", reseller),
    path("resellerzy/<str:number>/note/", note_reseller),
    path("resellerzy/<str:number>/rename_form/", rename_form),
    path("resellerzy/<str:number>/people/<int:pk>/invite/", invite_again),
    path("resellerzy/<str:number>/acceptances/<int:pk>/", proof),
    path("resellerzy/<str:number>/<str:verb>/", move_reseller),
]
