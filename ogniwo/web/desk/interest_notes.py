"""Noty odsetkowe: the list, what a new one would charge, one note with its paper and payment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Case, F, Q, When
from django.forms import HiddenInput, IntegerField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import noting
from ogniwo.billing.interest import missing_rate, rates_by_day
from ogniwo.billing.models import InterestNote, NoteAllocation, Payment
from ogniwo.billing.paper.note_sheet import note_pdf
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import EUR, PLN
from ogniwo.kernel.roles import MONEY
from ogniwo.outbox.models import Message
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.components.formats import day, money
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.invoice_rows import address_of as address_of_invoice
from ogniwo.web.desk.matching import keys_in
from ogniwo.web.desk.notes import history_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.folding import folded
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order
from ogniwo.web.moves import MoveForm, make_move

LIST = "/konsola/platnosci/noty/"
MOST_PAYMENTS = 20
STANDING = Q(state="issued")
STATES = (
    Choice("", pgettext_lazy("interest notes", "All")),
    Choice("do-zaplaty", pgettext_lazy("interest notes", "To pay"),
           STANDING & Q(paid_grosze__lt=F("grosze"))),
    Choice("oplacone", pgettext_lazy("interest notes", "Paid"),
           STANDING & Q(paid_grosze=F("grosze"))),
    Choice("anulowane", pgettext_lazy("interest notes", "Cancelled"), Q(state="cancelled")),
)  # fmt: skip
NOTES = Listing(
    "noty",
    orders=(
        Order("nowe", _("Newest"), ("-issued_on", "-pk")),
        Order("kwota", _("Amount"), ("-grosze",)),
    ),
    search=("low_number", "client__folded"),
    filters=(Filter("stan", _("State of the note"), STATES),),
    columns=(
        Column(_("Number"), lambda n: n.number),
        Column(_("Client"), lambda n: n.client.company_name),
        Column(_("Client number"), lambda n: n.client.shown_number),
        Column(_("Issued"), lambda n: n.issued_on),
        Column(_("Interest until"), lambda n: n.until_on),
        Column(_("Due day"), lambda n: n.due_on),
        Column(_("Currency"), lambda n: n.currency),
        Column(_("Amount"), lambda n: n.grosze, money=True),
        Column(_("Paid"), lambda n: n.paid_grosze, money=True),
        Column(_("State"), lambda n: label_of("interestnote", n.status(on=warsaw_day(now())))),
    ),
)


class UntilForm(forms.Form):
    """The day up to which interest is counted; sent in the address, so the sum is seen first."""

    do = forms.DayField(label=_("Interest until"), latest=lambda: warsaw_day(now()))


class IssueForm(forms.Once):
    """What was shown is what is issued: another sum is refused."""

    until = forms.DayField(widget=HiddenInput, latest=lambda: warsaw_day(now()))
    shown = IntegerField(widget=HiddenInput, min_value=0)


class CancelForm(forms.Form):
    reason = forms.TextField(label=_("Reason"), max_length=300)


class PayForm(forms.Once):
    payment = forms.PickField(label=_("Which payment pays it?"), cards=True)

    def __init__(self, *args: Any, payments: Sequence[Payment], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["payment"]
        field.choices = [(str(one.pk), _title_of(one)) for one in payments]
        field.hints = {str(one.pk): one.title or one.payer_name for one in payments}


MOVES = {
    "cancel": MoveForm(
        _("Cancel the note"),
        _("%(number)s is cancelled, its days can be charged again"),
        look="danger",
        icon="x",
        form=CancelForm,
        consequences=(
            _("The number stays taken; the note stays on the list, marked as cancelled."),
            _("The client is not told by itself: write to them if they have got the note."),
        ),
    ),
}


def address_of(note: InterestNote) -> str:
    return f"{LIST}{note.number.replace('/', '-')}/"


@desk_page(roles=MONEY)
def notes(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    rows = InterestNote.objects.visible_to(request.user).select_related("client").defer("snapshot")
    page = NOTES.page(request, rows.annotate(low_number=folded("number")))
    context = {
        "rows": [(one, address_of(one), one.status(on=on)) for one in page.rows],
        "missing_rate": missing_rate(rates_by_day(), on=on),
    }
    return page.answer("desk/interest_notes.html", context, may_export=True)


@desk_page(roles=MONEY)
def new_note(request: SignedInRequest) -> HttpResponse:
    """What it would charge, an invoice a row; then issued with one press."""
    accounts = Client.objects.visible_to(request.user)
    client = get_object_or_404(accounts, number=request.GET.get("klient", "").upper())
    currency = EUR if request.GET.get("waluta") == EUR else PLN
    on = warsaw_day(now())
    asked = UntilForm(request.GET if "do" in request.GET else None, initial={"do": on})
    until = asked.values["do"] if asked.is_bound and asked.is_valid() else on
    found = noting.charges(client, currency, until=until)
    total = sum(one.grosze for one in found)
    costs = noting.compensations([one.invoice for one in found])
    form = IssueForm(posted(request), initial={"until": until, "shown": total})

    def deed(at: datetime) -> str:
        made = noting.issue_note(
            client, currency, until=form.values["until"], shown_grosze=form.values["shown"],
            by=request.user, at=at,
        )  # fmt: skip
        messages.success(request, gettext("%(number)s is issued") % {"number": made.number})
        return address_of(made)

    def page(status: int) -> HttpResponse:
        context = {
            "client": client, "currency": currency, "until": until, "asked": asked, "form": form,
            "charges": [
                (one, address_of_invoice(one.invoice), costs.get(one.invoice.pk))
                for one in found
            ],
            "total": total,
            "missing_rate": missing_rate(rates_by_day(), on=until),
        }  # fmt: skip
        return render(request, "desk/interest_note_form.html", context, status=status)

    return save(request, form, deed, page)


@desk_page(roles=MONEY)
def note(request: SignedInRequest, number: str) -> HttpResponse:
    found = _found(request, number)
    return _page(request, found, PayForm(payments=_payments(request, found)))


def _found(request: SignedInRequest, number: str) -> InterestNote:
    rows = InterestNote.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(rows, number=number.replace("-", "/"))


def _payments(request: SignedInRequest, found: InterestNote) -> list[Payment]:
    """Money that can pay it: what names it or a note, the client's overpayments, then of nobody.

    What was posted is among them, whatever became of it: the refusal then tells why.
    """
    visible = Payment.objects.visible_to(request.user)
    free = visible.filter(unallocated_grosze__gt=0, reversed_at=None, ignored_at=None)
    free = free.filter(Q(client=found.client_id) | Q(client=None), currency=found.currency)
    likely = Case(
        When(title__icontains=found.number, then=0),
        When(doubt=Payment.Doubt.NOTE, then=1),
        When(client=found.client_id, then=2),
        default=3,
    )
    offered = list(free.order_by(likely, "-booked_on", "-pk")[:MOST_PAYMENTS])
    chosen = set(keys_in(request.POST.get("payment", ""))) - {one.pk for one in offered}
    return [*visible.filter(pk__in=chosen), *offered]


def _title_of(payment: Payment) -> str:
    return f"{day(payment.booked_on)}, {money(payment.unallocated_grosze, payment.currency)}"


def _page(
    request: SignedInRequest, found: InterestNote, form: PayForm, status: int = 200
) -> HttpResponse:
    parts = NoteAllocation.objects.filter(note=found).select_related("payment").order_by("pk")
    context = {
        "note": found,
        "address": address_of(found),
        "status": found.status(on=warsaw_day(now())),
        "lines": found.snapshot["lines"],
        "payments": parts,
        "letters": Message.objects.about(found)[:20],
        "history": history_of(request, found),
        "form": form,
        "may_pay": found.left_grosze > 0 and bool(form.fields["payment"].choices),  # type: ignore[attr-defined]  # a field with choices
        "offers": MOVES,
    }
    return render(request, "desk/interest_note.html", context, status=status)


@desk_page(roles=MONEY)
def pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The paper, from the frozen copy."""
    found = _found(request, number)
    answer = HttpResponse(note_pdf(found.snapshot), content_type="application/pdf")
    name = found.number.replace("/", "-")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@desk_page(roles=MONEY)
def pay(request: SignedInRequest, number: str) -> HttpResponse:
    """A payment that nobody has used pays the note, whole or in part."""
    found = _found(request, number)
    payments = _payments(request, found)
    form = PayForm(posted(request), payments=payments)

    def deed(at: datetime) -> str:
        chosen = next(one for one in payments if str(one.pk) == form.values["payment"])
        grosze = noting.pay_note(chosen, found, by=request.user, at=at)
        paid = money(grosze, found.currency)
        messages.success(request, gettext("%(sum)s pays the note") % {"sum": paid})
        return address_of(found)

    return save(request, form, deed, lambda status: _page(request, found, form, status))


@desk_page(roles=MONEY)
def move(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    return make_move(request, _found(request, number), verb, MOVES)


urlpatterns: list[URLPattern] = [
    path("platnosci/noty/", notes),
    path("platnosci/noty/nowa/", new_note),
    path("platnosci/noty/<str:number>/", note),
    path("platnosci/noty/<str:number>/nota.pdf", pdf),
    path("platnosci/noty/<str:number>/pay/", pay),
    path("platnosci/noty/<str:number>/<str:verb>/", move),
]
