"""Płatności: money that came, what it pays, and entering it by hand."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.billing import paying
from ogniwo.billing.models import Allocation, Invoice, Payment
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.money import PLN, SIGNS
from ogniwo.kernel.roles import MONEY
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web import forms
from ogniwo.web.components.formats import money
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk import matching
from ogniwo.web.desk.assigning import InvoicesForm, found_payment
from ogniwo.web.desk.client_finder import clients_matching
from ogniwo.web.desk.invoice_rows import address_of as address_of_invoice
from ogniwo.web.desk.invoices import said_of
from ogniwo.web.desk.notes import history_of
from ogniwo.web.desk.payment_offers import offers_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.folding import folded
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.lists import Choice, Column, Filter, Listing, Order

LIST = matching.LIST
KEPT = Q(reversed_at__isnull=True, client__isnull=False)
WORK = "do-dopasowania"


def states(request: HttpRequest) -> Sequence[Choice]:
    """The work first; then what is done, and at the end everything."""
    user = request.user
    if not user.is_authenticated:
        return ()
    mine = Payment.objects.visible_to(user).order_by()
    return (
        Choice(WORK, _("To match"), Q(pk__in=mine.waiting().values("pk"))),
        Choice("rozliczone", pgettext_lazy("payments", "Matched"), KEPT & Q(unallocated_grosze=0)),
        # By the index of credits: few of many payments.
        Choice("nadplaty", pgettext_lazy("payments", "Overpayments"),
               Q(pk__in=mine.credits().order_by().values("pk"))),
        Choice("pominiete", pgettext_lazy("payments", "Left out"), Q(ignored_at__isnull=False)),
        Choice("cofniete", pgettext_lazy("payments", "Reversed"),
               Q(reversed_at__isnull=False, part_of__isnull=True)),
        Choice("wszystkie", pgettext_lazy("payments", "All")),
    )  # fmt: skip


PAYMENTS = Listing(
    "platnosci",
    orders=(
        Order("dzien", _("Day"), ("-booked_on",)),
        Order("kwota", _("Amount"), ("-amount_grosze",)),
    ),
    search=("low_title", "low_payer", "client__folded"),
    filters=(Filter("stan", _("State of the payment"), states),),
    columns=(
        Column(_("Day"), lambda p: p.booked_on),
        Column(_("Client"), lambda p: p.client.company_name if p.client else ""),
        Column(_("Client number"), lambda p: p.client.shown_number if p.client else ""),
        Column(_("Sender"), lambda p: p.payer_name),
        Column(_("Title"), lambda p: p.title),
        Column(_("Currency"), lambda p: p.currency),
        Column(_("Amount"), lambda p: p.amount_grosze, money=True),
        Column(_("Overpayment"), lambda p: p.unallocated_grosze, money=True),
        Column(_("State"), lambda p: label_of("payment", p.state)),
        Column(_("Entered"), lambda p: p.entered_at),
    ),
)


class PaymentForm(InvoicesForm, forms.Once):
    amount = forms.MoneyField(label=_("Amount"), minimum=1)
    currency = forms.PickField(label=_("Currency"), choices=[(one, one) for one in SIGNS])
    booked_on = forms.DayField(label=_("Day"), latest=lambda: warsaw_day(now()))
    title = forms.TextField(label=_("Title"), required=False, max_length=500)

    def __init__(self, *args: Any, open_invoices: Sequence[Invoice], **options: Any) -> None:
        super().__init__(*args, open_invoices=open_invoices, **options)
        self.open_invoices = open_invoices

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        if not self.errors and {one.currency for one in self.named()} - {cleaned["currency"]}:
            wrong = gettext("Tick invoices of the payment’s currency only.")
            self.refuse(wrong, field="invoices", code="other_currency")
        return cleaned

    def named(self) -> list[Invoice]:
        """The ticked invoices."""
        ticked = self.cleaned_data["invoices"]
        return [one for one in self.open_invoices if str(one.pk) in ticked]


class RefundForm(forms.Once):
    amount = forms.MoneyField(label=_("Amount sent back"), minimum=1)


def payments_of(request: SignedInRequest) -> QuerySet[Payment]:
    rows = Payment.objects.visible_to(request.user).select_related("client")
    return rows.annotate(low_title=folded("title"), low_payer=folded("payer_name"))


@desk_page(roles=MONEY)
def payments(request: SignedInRequest) -> HttpResponse:
    """What waits for a person, and by the other tabs everything that came."""
    page = PAYMENTS.page(request, payments_of(request))
    if page.values["stan"] != WORK:
        shown = {"rows": page.rows, "sums": sums_of(page.found)}
        return page.answer("desk/payments.html", shown, may_export=True)
    returns = [] if page.q or page.previous_url else matching.returns_of(request.user)
    matches = [*returns, *matching.rows_of(page.rows)] if "format" not in request.GET else []
    ticked = [row.tally for row in matches if row.is_picked]
    context: dict[str, Any] = {
        "is_work": True,
        "matches": matches,
        "ticked": len(ticked),
        "ticked_grosze": sum(ticked),
        "statement": matching.last_statement(request.user),
        "any_payment": matches or Payment.objects.visible_to(request.user).exists(),
        "refocus": "dalej" in request.GET,
        "may_export": False,  # a list to work through; the others are exported
    }
    return page.answer("desk/payments.html", context, may_export=True)


def sums_of(found: QuerySet[Payment]) -> list[dict[str, Any]]:
    """What came and what is over, one row a currency."""
    rows = found.order_by().values("currency").annotate(
        amount=Sum("amount_grosze", filter=Q(reversed_at__isnull=True, part_of__isnull=True)),
        over=Sum("unallocated_grosze", filter=KEPT),
    )  # fmt: skip
    return sorted(map(dict, rows), key=lambda row: (row["currency"] != "PLN", row["currency"]))


@desk_page(roles=MONEY)
def payment(request: SignedInRequest, pk: int) -> HttpResponse:
    found = found_payment(request, pk)
    return _page(request, found, RefundForm(initial={"amount": found.unallocated_grosze}))


def _page(
    request: SignedInRequest, found: Payment, form: RefundForm, status: int = 200
) -> HttpResponse:
    parts = Allocation.objects.filter(payment=found).select_related("invoice").order_by("pk")
    paid = [(part, address_of_invoice(part.invoice)) for part in parts.defer("invoice__snapshot")]
    is_kept = found.reversed_at is None
    parts_of_it = found.parts.select_related("client").order_by("pk") if found.split_at else ()
    context = {
        "payment": found,
        "parts": parts_of_it,
        "offers": offers_of(found),
        "address": f"{LIST}{found.pk}/",
        "paid": paid,
        "form": form,
        "may_refund": is_kept and found.unallocated_grosze > 0,
        "history": history_of(request, found),
    }
    return render(request, "desk/payment.html", context, status=status)


@desk_page(roles=MONEY)
def add(request: SignedInRequest) -> HttpResponse:
    """First whose money it is, then how much and for what."""
    number = request.GET.get("klient", "").upper()
    if not number:
        return _choose(request)
    accounts = Client.objects.visible_to(request.user).filter(number__isnull=False)
    client = get_object_or_404(accounts, number=number)
    mine = Invoice.objects.visible_to(request.user).unpaid().filter(client=client)
    open_invoices = list(mine.order_by("due_on", "pk").defer("snapshot")[:100])
    owed = owed_in(open_invoices)
    # Złoty, unless he owes in one other currency only.
    currency = next(iter(owed)) if len(owed) == 1 else PLN
    initial = {"booked_on": warsaw_day(now()), "currency": currency}
    form = PaymentForm(posted(request), open_invoices=open_invoices, initial=initial)

    def deed(at: datetime) -> str:
        made = entered(form, client, by=request.user, at=at)
        messages.success(request, said_of(made))
        return f"{LIST}{made.pk}/"

    def page(status: int) -> HttpResponse:
        sums = " + ".join(money(grosze, one) for one, grosze in owed.items()) or money(0)
        context = {"form": form, "client": client, "number": len(open_invoices), "owed": sums}
        return render(request, "desk/payment_form.html", context, status=status)

    return save(request, form, deed, page, fields={"bad_amount": "amount"})


def owed_in(invoices: Sequence[Invoice]) -> dict[str, int]:
    """What is left of these in each of their currencies, złoty first."""
    sums = Counter[str]()
    for one in invoices:
        sums[one.currency] += one.left_grosze
    return dict(sorted(sums.items(), reverse=True))


def entered(form: PaymentForm, client: Client, *, by: User, at: datetime) -> Payment:
    values = form.values
    transfer = paying.Transfer(
        amount_grosze=values["amount"],
        booked_on=values["booked_on"],
        title=values["title"],
        currency=values["currency"],
    )
    return paying.enter(transfer, client=client, invoices=form.named(), by=by, at=at)


def _choose(request: SignedInRequest) -> HttpResponse:
    """Whose money it is: by name, NIP, number, or the number of an invoice."""
    q = request.GET.get("q", "")[:100].replace("\x00", "")
    context = {"q": q, "found": clients_matching(request.user, q) if q.strip() else []}
    return render(request, "desk/payment_client.html", context)


@desk_page(roles=MONEY)
def reverse(request: SignedInRequest, pk: int) -> HttpResponse:
    """A returned transfer, or one entered by mistake: its invoices are open again."""
    found = found_payment(request, pk)
    form = forms.Form(posted(request), obj=found)

    def deed(at: datetime) -> str:
        paying.reverse(found, by=request.user, at=at)
        messages.success(request, gettext("The payment is reversed, its invoices are open again"))
        return f"{LIST}{pk}/"

    def page(status: int) -> HttpResponse:
        number = found.allocations.count()
        opened = ngettext(
            "%(n)d invoice loses what this payment paid.",
            "%(n)d invoices lose what this payment paid.",
            number,
        ) % {"n": number}
        context = {
            "form": form,
            "obj": gettext("Payment of %(amount)s")
            % {"amount": money(found.amount_grosze, found.currency)},
            "back": f"{LIST}{pk}/",
            "title": gettext("Reverse the payment"),
            "label": gettext("Reverse the payment"),
            "consequences": [opened, gettext("The payment stays on the list, marked as reversed.")],
        }
        return render(request, "desk/form.html", context, status=status)

    return save(request, form, deed, page)


@desk_page(roles=MONEY)
def refund(request: SignedInRequest, pk: int) -> HttpResponse:
    found = found_payment(request, pk)
    form = RefundForm(posted(request), initial={"amount": found.unallocated_grosze})

    def deed(at: datetime) -> str:
        paying.refund(found, grosze=form.values["amount"], by=request.user, at=at)
        messages.success(request, gettext("The refund is entered"))
        return f"{LIST}{pk}/"

    return save(
        request, form, deed, lambda status: _page(request, found, form, status),
        fields={"bad_amount": "amount", "refund_too_big": "amount"},
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("platnosci/", payments),
    path("platnosci/nowa/", add),
    path("platnosci/<int:pk>/", payment),
    path("platnosci/<int:pk>/reverse/", reverse),
    path("platnosci/<int:pk>/refund/", refund),
]
