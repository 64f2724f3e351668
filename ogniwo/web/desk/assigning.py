"""One payment: whose it is, which invoices it pays, split between clients, undone."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ogniwo.billing import clarifying, paying
from ogniwo.billing.clarifying import Share
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.suggesting import suggestions_of
from ogniwo.journal.moves import Refused
from ogniwo.kernel.roles import MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.components.formats import day, money
from ogniwo.web.desk.client_finder import clients_matching
from ogniwo.web.desk.invoice_rows import address_of as address_of_invoice
from ogniwo.web.desk.matching import LIST, choice_of, chosen_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page, now

MOST_INVOICES = 100
PARTS = 4


def found_payment(request: SignedInRequest, pk: int) -> Payment:
    rows = Payment.objects.visible_to(request.user)
    related = ("client", "entered_by", "statement", "part_of")
    return get_object_or_404(rows.select_related(*related), pk=pk)


# --- whose it is -------------------------------------------------------------------------------


class InvoicesForm(forms.Form):
    invoices = forms.ManyField(
        label=gettext_lazy("Which invoices does it pay?"), required=False,
        help_text=gettext_lazy("None ticked: the one of exactly this amount, then the oldest due."),
    )  # fmt: skip

    def __init__(self, *args: Any, open_invoices: Sequence[Invoice], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["invoices"]
        field.choices = [
            (str(one.pk), f"{one.number}, {money(one.left_grosze, one.currency)}")
            for one in open_invoices
        ]
        field.hints = {
            str(one.pk): _("due %(day)s") % {"day": day(one.due_on)} for one in open_invoices
        }


@desk_page(roles=MONEY)
def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    return _give(request, pk, paying.assign)


@desk_page(roles=MONEY)
def reassign(request: SignedInRequest, pk: int) -> HttpResponse:
    return _give(request, pk, clarifying.reassign)


def _give(request: SignedInRequest, pk: int, verb: Callable[..., None]) -> HttpResponse:
    """Find the client, tick his invoices, or take a suggestion with one click."""
    payment = found_payment(request, pk)
    if request.method == "POST" and "to" in request.POST:
        client, named = chosen_of(request.user, request.POST["to"])
        return HttpResponseRedirect(_given(request, payment, verb, client, named, at=now()))
    number = request.GET.get("klient", "").upper()
    if not number:
        return _search(request, payment)
    accounts = Client.objects.visible_to(request.user).filter(number__isnull=False)
    client = get_object_or_404(accounts, number=number)
    invoices = list(open_of(request.user, client, payment.currency)[:MOST_INVOICES])
    ticked = [str(one.pk) for one in invoices if one.number == request.GET.get("faktura")]
    form = InvoicesForm(posted(request), open_invoices=invoices, initial={"invoices": ticked})

    def deed(at: datetime) -> str:
        chosen = [one for one in invoices if str(one.pk) in form.values["invoices"]]
        return _given(request, payment, verb, client, chosen, at=at)

    def page(status: int) -> HttpResponse:
        context = {"payment": payment, "form": form, "client": client, "number": len(invoices)}
        return render(request, "desk/payment_assign.html", context, status=status)

    return save(request, form, deed, page)


def _given(
    request: SignedInRequest, payment: Payment, verb: Callable[..., None], client: Client,
    invoices: Sequence[Invoice], *, at: datetime,
) -> str:  # fmt: skip
    before = payment.client
    verb(payment, client, invoices=invoices, by=request.user, at=at)
    address = f"{LIST}{payment.pk}/"
    # Undone, a payment of nobody waits again; one taken from a client goes back to him.
    undo = "unassign/" if before is None else f"reassign/?klient={before.number}"
    said = _("The payment is now of %(client)s") % {"client": client}
    messages.success(request, said, extra_tags=f"{address}{undo}")
    return LIST if before is None else address


def open_of(user: User, client: Client, currency: str) -> QuerySet[Invoice]:
    mine = Invoice.objects.visible_to(user).unpaid().filter(client=client, currency=currency)
    return mine.order_by("due_on", "pk").defer("snapshot")


def _search(request: SignedInRequest, payment: Payment) -> HttpResponse:
    q = request.GET.get("q", "")[:100].replace("\x00", "")
    named = Invoice.objects.visible_to(request.user).filter(number=q.strip().upper()).first()
    suggested = suggestions_of([payment]).get(payment.pk, ()) if payment.client_id is None else ()
    context = {
        "payment": payment,
        "q": q,
        "found": clients_matching(request.user, q) if q.strip() else [],
        "named": named,
        "suggested": [
            (one, choice_of(one), [(i, address_of_invoice(i)) for i in one.invoices])
            for one in suggested
        ],
    }
    return render(request, "desk/payment_find.html", context)


# --- which invoices ----------------------------------------------------------------------------


class AmountsForm(forms.Form):
    """An amount for each invoice; an empty one pays nothing of it."""

    def __init__(
        self, *args: Any, invoices: Sequence[Invoice], paid: dict[int, int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for one in invoices:
            left = one.left_grosze + paid.get(one.pk, 0)
            self.fields[f"i{one.pk}"] = forms.MoneyField(
                label=one.number,
                required=False,
                initial=paid.get(one.pk),
                help_text=_("%(left)s to pay, due %(day)s")
                % {"left": money(left, one.currency), "day": day(one.due_on)},
            )

    def wanted(self, invoices: Sequence[Invoice]) -> list[tuple[Invoice, int]]:
        typed = [(one, self.values[f"i{one.pk}"]) for one in invoices]
        return [(one, grosze) for one, grosze in typed if grosze]


@desk_page(roles=MONEY)
def reallocate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which of its client's invoices a payment pays, and how much of each."""
    payment = found_payment(request, pk)
    if payment.client is None:
        raise Refused("not_assigned", _("The payment is not assigned to a client yet."))
    # One may be paid by it in two steps.
    sums = payment.allocations.order_by().values_list("invoice").annotate(sum=Sum("grosze"))
    paid = dict(sums)
    # What it pays already comes first and whole: what is not on the form would be lost.
    mine = Invoice.objects.visible_to(request.user).filter(client=payment.client, pk__in=paid)
    others = open_of(request.user, payment.client, payment.currency).exclude(pk__in=paid)
    invoices = [*mine.order_by("due_on", "pk").defer("snapshot"), *others[:MOST_INVOICES]]
    form = AmountsForm(posted(request), obj=payment, invoices=invoices, paid=paid)

    def deed(at: datetime) -> str:
        clarifying.reallocate(payment, form.wanted(invoices), by=request.user, at=at)
        messages.success(request, _("Saved: what the payment pays"))
        return f"{LIST}{pk}/"

    return save(request, form, deed, lambda status: _form(
        request, payment, form, status, title=_("What does it pay?"),
        label=_("Save"),
        consequences=[_("What you do not give away pays the other open invoices by due day.")],
    ))  # fmt: skip


# --- split -------------------------------------------------------------------------------------


class SplitForm(forms.Form):
    """Up to four parts: whose, and how much."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, PARTS + 1):
            self.fields[f"whose{number}"] = forms.TextField(
                label=_("Part %(number)d: client or invoice number") % {"number": number},
                required=False,
            )
            self.fields[f"amount{number}"] = forms.MoneyField(
                label=_("Amount"), required=False, minimum=1
            )

    def shares(self, user: User) -> list[Share]:
        """The parts with an amount; whose is not said waits to be clarified."""
        parts = []
        for number in range(1, PARTS + 1):
            grosze, text = self.values[f"amount{number}"], self.values[f"whose{number}"]
            if grosze:
                client, invoices = _named(user, text) if text else (None, [])
                parts.append(Share(grosze=grosze, client=client, invoices=invoices))
        return parts


def _named(user: User, text: str) -> tuple[Client, list[Invoice]]:
    """A client by number, or by the number of his invoice, which is then paid first."""
    number = text.strip().upper()
    invoices = Invoice.objects.visible_to(user).filter(number=number).select_related("client")
    invoice = invoices.first()
    if invoice is not None:
        return invoice.client, [invoice]
    client = Client.objects.visible_to(user).filter(number=number).first()
    if client is None:
        said = _("No client and no invoice has the number %(number)s.")
        raise Refused("no_such_client", said % {"number": text})
    return client, []


@desk_page(roles=MONEY)
def split(request: SignedInRequest, pk: int) -> HttpResponse:
    """One transfer for several clients."""
    payment = found_payment(request, pk)
    form = SplitForm(posted(request), obj=payment)

    def deed(at: datetime) -> str:
        shares = form.shares(request.user)
        clarifying.split(payment, shares, by=request.user, at=at)
        undo = f"{LIST}{pk}/unsplit/"
        messages.success(request, _("The payment is split"), extra_tags=undo)
        return f"{LIST}{pk}/"

    return save(request, form, deed, lambda status: _form(
        request, payment, form, status, title=_("Split the payment"),
        label=_("Split the payment"),
        consequences=[
            _("The parts add up to the whole transfer."),
            _("A part without a client waits to be matched."),
        ],
    ))  # fmt: skip


def _form(
    request: SignedInRequest, payment: Payment, form: forms.Form, status: int, **words: Any
) -> HttpResponse:
    context = {
        "form": form,
        "obj": _("Payment of %(amount)s") % {
            "amount": money(payment.amount_grosze, payment.currency)
        },
        "sub": " · ".join(filter(None, (str(payment.client or payment.payer_name), payment.title))),
        "back": f"{LIST}{payment.pk}/",
        **words,
    }  # fmt: skip
    return render(request, "desk/form.html", context, status=status)


# --- undone by one button ----------------------------------------------------------------------


def _undone(verb: Callable[..., None], said: str | Promise) -> Callable[..., HttpResponse]:
    @require_POST
    @desk_page(roles=MONEY)
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        verb(found_payment(request, pk), by=request.user, at=now())
        messages.success(request, str(said))
        return HttpResponseRedirect(f"{LIST}{pk}/")

    return view


urlpatterns: list[URLPattern] = [
    path("platnosci/<int:pk>/assign/", assign),
    path("platnosci/<int:pk>/reassign/", reassign),
    path("platnosci/<int:pk>/reallocate/", reallocate),
    path("platnosci/<int:pk>/split/", split),
    path(
        "platnosci/<int:pk>/unassign/",
        _undone(clarifying.unassign, gettext_lazy("The payment waits to be matched again")),
    ),
    path(
        "platnosci/<int:pk>/unsplit/",
        _undone(clarifying.unsplit, gettext_lazy("The payment is whole again")),
    ),
    path(
        "platnosci/<int:pk>/unignore/",
        _undone(clarifying.unignore, gettext_lazy("The payment waits to be matched again")),
    ),
    path(
        "platnosci/<int:pk>/unreverse/",
        _undone(clarifying.unreverse, gettext_lazy("The payment counts again")),
    ),
]
