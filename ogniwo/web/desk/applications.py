"""Applications: the list by days left, one application, and the decision."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import ACCOUNTANT, DESK, READER
from ogniwo.programme import waiting
from ogniwo.programme.likeness import known_as
from ogniwo.programme.models import Application, Client, Reseller, Vendor
from ogniwo.programme.models.application import NOTE_LENGTH, Reapply, RejectReason
from ogniwo.web import forms
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.meters import meter
from ogniwo.web.desk.notes import add_note, beside
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order, Page
from ogniwo.web.moves import MoveForm, make_move

READERS = DESK | {READER}
A_YEAR = timedelta(days=365)
AWAITING_TERMS = Q(state="accepted", reseller__state__in=["invited", "awaiting_terms"])

APPLICATIONS = Listing(
    "wnioski",
    orders=(
        Order("zostalo", _("Days left"), ("clock_at",)),
        Order("nowe", _("Newest"), ("-submitted_at",)),
        Order("nazwa", _("Company"), ("company_name",)),
    ),
    plain=("number", "company_name", "nip", "email", "first_name", "last_name", "city"),
    filters=(
        Filter(
            "stan",
            _("State of the application"),
            (
                Choice("", pgettext_lazy("filter", "To decide"), Q(state__in=Application.OPEN)),
                Choice("regulamin", pgettext_lazy("filter", "Terms"), AWAITING_TERMS),
                Choice("wszystkie", pgettext_lazy("filter", "All")),
            ),
        ),
    ),
    columns=(
        Column(_("Number"), lambda a: a.number),
        Column(_("Company"), lambda a: a.company_name),
        Column("NIP", lambda a: a.nip),
        Column(_("City"), lambda a: a.city),
        Column(_("Name"), lambda a: a.full_name),
        Column(_("E-mail"), lambda a: a.email),
        Column(_("Phone"), lambda a: a.phone),
        Column(_("State"), lambda a: label_of("application", a.state)),
        Column(_("Submitted"), lambda a: a.submitted_at),
        Column(_("Decided"), lambda a: a.decided_at),
        Column(_("In charge"), lambda a: a.owner or ""),
    ),
)


class AskForm(forms.Form):
    question = forms.ParagraphsField(
        label=_("Question"), max_length=2000, help_text=_("Goes into the e-mail as you write it.")
    )
    fields_to_open = forms.ManyField(
        label=_("Which fields may the applicant change?"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = [Application._meta.get_field(name) for name in Application.COMPANY_FIELDS]
        choices = [(field.name, capfirst(getattr(field, "verbose_name", ""))) for field in names]
        self.fields["fields_to_open"].choices = choices  # type: ignore[attr-defined]  # a field of choices

    @property
    def values(self) -> dict[str, Any]:
        return {
            "fields": self.cleaned_data["fields_to_open"],
            "question": self.cleaned_data["question"],
        }


class RejectForm(forms.Form):
    reason = forms.PickField(label=_("Reason"), choices=RejectReason.choices, cards=True)
    note = forms.ParagraphsField(
        label=_("A few words about it"), required=False, max_length=NOTE_LENGTH,
        help_text=_("At most 500 characters. They go into the e-mail."),
    )  # fmt: skip
    reapply = forms.PickField(
        label=_("May apply again"), choices=Reapply.choices, initial=Reapply.NOW
    )


MOVES = {
    "take": MoveForm(
        _("Take over"), _("You are in charge of %(number)s"), look="primary", icon="user"
    ),
    "accept": MoveForm(
        _("Accept the application"),
        _("Application %(number)s is accepted"),
        look="primary",
        icon="check",
        form=forms.Form,
        preview="open",
        consequences=(
            _("A reseller is made, with an account of its own and a client form."),
            _("Two e-mails leave: the welcome package and the terms to accept."),
            _("The client form opens when the terms are accepted."),
        ),
    ),
    "ask": MoveForm(
        _("Ask for details"),
        _("The question is sent, the clock of %(number)s stands still"),
        icon="message-square",
        form=AskForm,
        preview="asked",
        consequences=(_("The clock stands still until the answer comes, at most 30 days."),),
    ),
    "reject": MoveForm(
        _("Reject the application"),
        _("Application %(number)s is rejected"),
        look="danger",
        icon="x",
        form=RejectForm,
        preview="asked",
        intro=_("The reason goes into the e-mail."),
    ),
}


@desk_page(roles=READERS, hidden_from={ACCOUNTANT})
def applications(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    pane = _pane(request, on=on)
    decided = Application.objects.visible_to(request.user).filter(
        decided_at__gte=now() - A_YEAR, state__in=["accepted", "rejected"]
    )
    context = _listed(pane, request.vendor, on=on) | {
        "report": waiting.report(decided),
        "csv_url": pane.url(format="csv"),
        "xlsx_url": pane.url(format="xlsx"),
    }
    return pane.answer("desk/applications.html", context, may_export=request.user.role in DESK)


@desk_page(roles=READERS, hidden_from={ACCOUNTANT})
def application(request: SignedInRequest, number: str) -> HttpResponse:
    found, on = _found(request, number), warsaw_day(now())
    pane, vendor = _pane(request, on=on), request.vendor
    clock = waiting.application_clock(found, vendor, on=on)
    context = _listed(pane, vendor, on=on) | beside(request, found) | {
        "page": pane.counted(),
        "application": found,
        "known": [_known(other) for other in known_as(found, viewer=request.user)],
        "clock": clock,
        "is_open": found.state in Application.OPEN,
        "target_by": found.target_by(vendor, on=on),
        "MOVES": MOVES,
        "address": _address(found),
    }  # fmt: skip
    return render(request, "desk/application.html", context)


@desk_page(roles=READERS, hidden_from={ACCOUNTANT})
def move_application(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, _found(request, number), verb, MOVES)


@require_POST
@desk_page(roles=DESK, hidden_from={ACCOUNTANT})
def note_application(request: SignedInRequest, number: str) -> HttpResponse:
    return add_note(request, _found(request, number), _address)


def _found(request: SignedInRequest, number: str) -> Application:
    rows = Application.objects.visible_to(request.user).select_related("owner", "reseller")
    return get_object_or_404(rows, number=number.upper())


class Known(NamedTuple):
    """Where the firm or the address is known from."""

    text: str
    url: str
    number: str
    obj: Application | Reseller | Client


def _known(other: Application | Reseller | Client) -> Known:
    if isinstance(other, Application):
        number = other.number or ""
        return Known(gettext("There is another application:"), _address(other), number, other)
    if isinstance(other, Reseller):
        text, url = gettext("This is a reseller already:"), f"/konsola/resellerzy/{other.number}/"
        return Known(text, url, other.number, other)
    number = other.shown_number
    return Known(gettext("This company is a client:"), f"/konsola/klienci/{number}/", number, other)


def _address(found: Application) -> str:
    return f"/konsola/wnioski/{found.number}/"


def _pane(request: SignedInRequest, *, on: date) -> Page:
    rows = Application.objects.visible_to(request.user).select_related("owner")
    return APPLICATIONS.page(request, waiting.with_clock(rows, on=on))


def _listed(pane: Page, vendor: Vendor, *, on: date) -> dict[str, Any]:
    rows = [
        (row, meter(waiting.application_clock(row, vendor, on=on)), row.state in Application.OPEN)
        for row in pane.rows
    ]
    return {"listed": rows, "vendor": vendor}


urlpatterns: list[URLPattern] = [
    path("wnioski/", applications),
    path("wnioski/<str:number>/", application),
    path("wnioski/<str:number>/note/", note_application),
    path("wnioski/<str:number>/<str:verb>/", move_application),
]
