"""Faktury: the list with its sums, one invoice with its payments, and the client's link."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.billing import links, paying, reminding
from ogniwo.billing.models import Allocation, Invoice, Payment
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.roles import DESK_AND_MONEY, MONEY
from ogniwo.outbox.models import Message
from ogniwo.web import forms
from ogniwo.web.components.formats import money
from ogniwo.web.components.reminders import steps_of
from ogniwo.web.desk import corrections, disputing
from ogniwo.web.desk.invoice_rows import (
    DUE,
    address_of,
    found_invoice,
    invoices_shown,
    listed,
    listing,
    stats_of,
    sums_of,
)
from ogniwo.web.desk.notes import history_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.papers import pdf_of

LIST = "/konsola/faktury/"
MARKS = {"remind": reminding.remind_now}


class PayForm(forms.Once):
    amount = forms.MoneyField(label=_("Amount"), minimum=1)
    booked_on = forms.DayField(label=_("Day"), latest=lambda: warsaw_day(now()))
    title = forms.TextField(label=_("Title"), required=False, max_length=500)


@desk_page()
def invoices(request: SignedInRequest) -> HttpResponse:
    on = warsaw_day(now())
    page = listing(on).page(request, invoices_shown(request))
    context = {"rows": listed(page, on=on), "stats": stats_of(page, sums_of(page.found))}
    return page.answer(
        "desk/invoices.html", context, may_export=request.user.role in DESK_AND_MONEY
    )


@desk_page()
def invoice(request: SignedInRequest, number: str) -> HttpResponse:
    found = found_invoice(request, number)
    return _page(request, found, pay_form_of(found))


def pay_form_of(found: Invoice, data: Any = None) -> PayForm:
    initial = {
        "amount": max(found.left_grosze, 0),
        "booked_on": warsaw_day(now()),
        "title": found.number,
    }
    return PayForm(data, initial=initial)


def _page(
    request: SignedInRequest, found: Invoice, form: PayForm, status: int = 200
) -> HttpResponse:
    at, role = now(), request.user.role
    letters = Message.objects.about(found)[:20]
    corrections = Invoice.objects.visible_to(request.user).filter(corrects=found).order_by("pk")
    payments = Allocation.objects.filter(invoice=found).select_related("payment").order_by("pk")
    context = {
        "invoice": found,
        "address": address_of(found),
        "days_late": found.days_late(on=warsaw_day(at)),
        "corrects_url": address_of(found.corrects) if found.corrects else "",
        "is_sale": found.kind == Invoice.Kind.FV,
        "corrections": [(one, address_of(one)) for one in corrections.defer("snapshot")],
        "payments": payments,
        "letters": letters,
        "links": links.living_links(found, at=at),
        "history": history_of(request, found),
        "form": form,
        "may_pay": role in MONEY and found.kind == Invoice.Kind.FV and found.left_grosze > 0,
        "reminders": steps_of(found),
        "may_remind": role in MONEY and found.payment_status in DUE and not found.is_disputed,
        "may_dispute": role in MONEY and (found.is_disputed or found.payment_status in DUE),
        "may_see_payments": role in MONEY,
        "may_correct": role in MONEY and found.kind == Invoice.Kind.FV,
        "may_link": role in DESK_AND_MONEY,
    }  # fmt: skip
    return render(request, "desk/invoice.html", context, status=status)


@desk_page()
def pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The paper, from the frozen copy."""
    return pdf_of(request, found_invoice(request, number), shown="inline")


@desk_page(roles=MONEY)
def pay(request: SignedInRequest, number: str) -> HttpResponse:
    """Money for this invoice; what is over becomes the client's credit."""
    found = found_invoice(request, number)
    form = pay_form_of(found, posted(request))

    def deed(at: datetime) -> str:
        values = form.values
        payment = paying.enter(
            paying.Transfer(
                amount_grosze=values["amount"],
                booked_on=values["booked_on"],
                currency=found.currency,
                title=values["title"],
            ),
            client=found.client,
            invoices=[found],
            by=request.user,
            at=at,
        )
        messages.success(request, said_of(payment))
        return address_of(found)

    return save(
        request, form, deed, lambda status: _page(request, found, form, status),
        fields={"bad_amount": "amount"},
    )  # fmt: skip


def said_of(payment: Payment) -> str:
    """What became of the money."""
    whole = money(payment.amount_grosze, payment.currency)
    if not payment.unallocated_grosze:
        return gettext("Payment of %(amount)s is entered") % {"amount": whole}
    over = money(payment.unallocated_grosze, payment.currency)
    return gettext("Payment of %(amount)s is entered, %(over)s of it is an overpayment") % {
        "amount": whole,
        "over": over,
    }


@require_POST
@desk_page(roles=DESK_AND_MONEY)
def make_link(request: SignedInRequest, number: str) -> HttpResponse:
    """Answered at once with the link: its secret is kept nowhere and told once."""
    found = found_invoice(request, number)
    token = links.make_link(found, by=request.user, at=now())
    context = {
        "invoice": found,
        "address": address_of(found),
        "link": f"{settings.URL}/f/{token}/",
    }
    return render(request, "desk/invoice_link.html", context)


@require_POST
@desk_page(roles=DESK_AND_MONEY)
def withdraw_links(request: SignedInRequest, number: str) -> HttpResponse:
    found = found_invoice(request, number)
    links.withdraw_links(found, by=request.user, at=now())
    messages.success(request, gettext("The links to the invoice no longer work"))
    return HttpResponseRedirect(address_of(found))


@require_POST
@desk_page(roles=MONEY)
def mark(request: SignedInRequest, number: str, verb: str) -> HttpResponse:
    """What one button does: a reminder sent by hand."""
    if verb not in MARKS:
        raise Http404
    found = found_invoice(request, number)
    MARKS[verb](found, by=request.user, at=now())
    messages.success(request, gettext("The reminder is sent"))
    return HttpResponseRedirect(address_of(found))


urlpatterns: list[URLPattern] = [
    path("faktury/", invoices),
    path("faktury/<str:number>/", invoice),
    path("faktury/<str:number>/faktura.pdf", pdf),
    path("faktury/<str:number>/pay/", pay),
    *corrections.urlpatterns,
    *disputing.urlpatterns,
    path("faktury/<str:number>/make_link/", make_link),
    path("faktury/<str:number>/withdraw_links/", withdraw_links),
    path("faktury/<str:number>/<str:verb>/", mark),
]
