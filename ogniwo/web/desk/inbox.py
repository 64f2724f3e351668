"""The Skrzynka: letters that nothing could be done with; the desk makes a case or lets them be."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK
from ogniwo.people.models import User
from ogniwo.programme import sorting
from ogniwo.programme.models import Case, Client, InboundLetter, Reseller
from ogniwo.programme.waiting import LETTER_DAYS, since_clock
from ogniwo.web import errors, forms
from ogniwo.web.desk.letter_proof import proof_of
from ogniwo.web.desk.meters import meter
from ogniwo.web.http import READING, SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Filter, Listing, Order

LIST = "/konsola/zgloszenia/skrzynka/"
NO_CLIENT = ""

LETTERS = Listing(
    "skrzynka",
    orders=(
        Order("wiek", _("Oldest"), ("received_at",)),
        Order("nowe", _("Newest"), ("-received_at",)),
    ),
    plain=("subject", "from_address", "from_name"),
    filters=(
        Filter(
            "stan",
            _("Letters"),
            (
                Choice("", pgettext_lazy("filter", "To sort"), Q(handled_at__isnull=True)),
                Choice("sfalszowane", _("Forged sender"), Q(what="forged")),
                Choice("wszystkie", pgettext_lazy("filter", "All")),
            ),
        ),
    ),
)


class CaseForm(forms.Once):
    reseller = forms.PickField(label=_("Reseller"))
    client = forms.TextField(
        label=_("Client"), required=False, max_length=20,
        help_text=_("Number of the client, e.g. K-0142. Empty: none."),
    )  # fmt: skip
    kind = forms.PickField(label=_("Kind"), choices=Case.Kind.choices, initial=Case.Kind.OTHER)
    subject = forms.TextField(label=_("Subject"), max_length=200)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        found = Reseller.objects.visible_to(user).order_by("company_name", "pk")
        self.resellers = {row.number: row for row in found}
        names = [(number, f"{row} ({number})") for number, row in self.resellers.items()]
        self.fields["reseller"].choices = [("", _("Choose")), *names]  # type: ignore[attr-defined]  # a field of choices

    def clean_client(self) -> Client | None:
        number = self.cleaned_data["client"]
        if not number:
            return None
        found: Client | None = Client.objects.visible_to(self.user).numbered(number).first()
        if found is None:
            self.refuse(gettext("There is no client with this number."), field="client")
        return found

    @property
    def values(self) -> dict[str, Any]:
        return super().values | {"reseller": self.resellers[self.cleaned_data["reseller"]]}


class IgnoreForm(forms.Form):
    reason = forms.TextField(label=_("Reason"), max_length=200, help_text=_("E.g. advertising."))


@desk_page(roles=DESK)
def letters(request: SignedInRequest) -> HttpResponse:
    rows = InboundLetter.objects.visible_to(request.user).select_related("reseller", "case")
    page, on = LETTERS.page(request, rows.defer("raw")), warsaw_day(now())
    listed = [
        (row, None if row.handled_at else meter(since_clock(row.received_at, LETTER_DAYS, on=on)))
        for row in page.rows
    ]
    return page.answer("desk/inbox.html", {"listed": listed})


@desk_page(roles=DESK)
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@desk_page(roles=DESK)
def make_case(request: SignedInRequest, pk: int) -> HttpResponse:
    found, at = _found(request, pk), now()
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    form = CaseForm(request.POST, user=request.user)

    def deed() -> str:
        case = sorting.make_case(found, by=request.user, at=at, **form.values)
        done = gettext("The letter became request %(number)s") % {"number": case.number}
        messages.success(request, done)
        return f"/konsola/zgloszenia/{case.number}/"

    return _done(request, found, form, lambda: forms.once(request, form, deed, at=at))


@desk_page(roles=DESK)
def ignore(request: SignedInRequest, pk: int) -> HttpResponse:
    found, at = _found(request, pk), now()
    if request.method in READING:
        return errors.method_not_allowed(request, "POST")
    form = IgnoreForm(request.POST)

    def deed() -> HttpResponse:
        sorting.ignore(found, reason=form.values["reason"], by=request.user, at=at)
        messages.success(request, gettext("The letter is put aside"))
        return HttpResponse(status=302, headers={"Location": LIST})

    return _done(request, found, form, deed)


def _done(
    request: SignedInRequest,
    found: InboundLetter,
    form: CaseForm | IgnoreForm,
    deed: Callable[[], HttpResponse],
) -> HttpResponse:
    """The deed's answer; or the letter again, with what is wrong."""
    if not form.is_valid():
        return _page(request, found, form, status=form.status)
    try:
        return deed()
    except Refused as refusal:
        form.refuse(str(refusal), code=refusal.code)
        found.refresh_from_db()
        return _page(request, found, form, status=409)


def _page(
    request: SignedInRequest,
    found: InboundLetter,
    form: CaseForm | IgnoreForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    guessed = {
        "reseller": found.reseller.number if found.reseller else "",
        "subject": found.subject[:200],
    }
    context = {
        "letter": found,
        "is_forged": found.what == InboundLetter.What.FORGED,
        "wrong": form,
        "case_form": form
        if isinstance(form, CaseForm)
        else CaseForm(user=request.user, initial=guessed),
        "ignore_form": form if isinstance(form, IgnoreForm) else IgnoreForm(),
        "proof": proof_of(found),
    }
    return render(request, "desk/inbox_letter.html", context, status=status)


def _found(request: SignedInRequest, pk: int) -> InboundLetter:
    rows = InboundLetter.objects.visible_to(request.user).select_related("reseller", "case")
    return get_object_or_404(rows.defer("raw"), pk=pk)


urlpatterns: list[URLPattern] = [
    path("zgloszenia/skrzynka/", letters),
    path("zgloszenia/skrzynka/<int:pk>/", letter),
    path("zgloszenia/skrzynka/<int:pk>/make_case/", make_case),
    path("zgloszenia/skrzynka/<int:pk>/ignore/", ignore),
]
