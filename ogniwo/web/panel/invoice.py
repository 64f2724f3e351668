"""One invoice in the Panel: the sheet as issued, beside it what is paid, and the PDF."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _

from ogniwo.billing.models import Invoice
from ogniwo.web import errors
from ogniwo.web.amounts import sees_amounts
from ogniwo.web.client_form import today
from ogniwo.web.components.reminders import steps_of
from ogniwo.web.http import SignedInRequest, panel_page
from ogniwo.web.panel.access import company_of, may_write
from ogniwo.web.panel.history import history_of
from ogniwo.web.papers import pdf_of


def invoice_of(request: SignedInRequest, number: str) -> Invoice:
    """By its number with hyphens; missing and foreign are the same 404."""
    mine = Invoice.objects.visible_to(request.user).with_status(on=today())
    rows = mine.select_related("client", "corrects")
    return get_object_or_404(rows, number=number.replace("-", "/"))


@panel_page()
def invoice(request: SignedInRequest, number: str) -> HttpResponse:
    found = invoice_of(request, number)
    client = found.client
    own_client = client.reseller_id == request.user.reseller_id
    corrections = Invoice.objects.visible_to(request.user).filter(corrects=found).order_by("pk")
    context: dict[str, Any] = {
        "invoice": found,
        "days_late": found.days_late(on=today()),
        "brand": company_of(request).brand,
        "amounts": sees_amounts(request),
        "client": client,
        "client_url": f"/panel/klienci/{client.shown_number}/" if own_client else "",
        "may_write": may_write(request) and own_client,
        "address": f"/panel/faktury/{number}/",
        "corrections": corrections.defer("snapshot"),
        "reminders": steps_of(found),
        "history": history_of(request, found),
    }
    return render(request, "panel/invoice.html", context)


@panel_page()
def invoice_pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The paper, made from the frozen copy; only for those who see amounts."""
    found = invoice_of(request, number)
    if not sees_amounts(request):
        return errors.forbidden(request, _("Amounts are hidden from you, so the PDF is too."))
    return pdf_of(request, found, shown="attachment")


urlpatterns = [
    path("faktury/<str:number>/", invoice),
    path("faktury/<str:number>/faktura.pdf", invoice_pdf),
]
