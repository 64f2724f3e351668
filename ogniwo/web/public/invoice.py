"""The client's page of an invoice behind its link: how much, until when, where to; and the PDF."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from ogniwo.billing.letters import INVOICE_LINK
from ogniwo.billing.models import Invoice
from ogniwo.billing.status import PAID, ZEROED
from ogniwo.kernel.days import warsaw_day
from ogniwo.people.models import Link, LinkGone
from ogniwo.web import errors
from ogniwo.web.http import now, public_page
from ogniwo.web.papers import pdf_of
from ogniwo.web.vendor import company_of

MAIN_FILE = "faktura"


def _opened_by(token: str, *, at: datetime) -> Invoice:
    return Link.objects.find(INVOICE_LINK, token, at=at).thing(Invoice)


@public_page
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """A withdrawn link says whom to ask; a corrected invoice shows its corrections."""
    at = now()
    try:
        found = _opened_by(token, at=at)
    except LinkGone:
        write = _("This link was withdrawn or has expired. Write to us, we send you the invoice.")
        return errors.gone(request, write)
    status = found.status(on=warsaw_day(at))
    context: dict[str, Any] = {
        "invoice": found,
        "status": status,
        "days_late": found.days_late(on=warsaw_day(at)),
        # A pro forma is always to be paid: what pays it is not known of it.
        "is_open": found.kind != Invoice.Kind.KOR and status not in {PAID, ZEROED},
        "transfer": found.snapshot["seller"],
        "corrections": found.corrections.order_by("pk").defer("snapshot"),
        "vendor": company_of(request),
        "here": f"/f/{token}/",
    }
    return render(request, "public/invoice.html", context)


@public_page
def file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """The paper of the invoice, or of one of its corrections."""
    found = _opened_by(token, at=now())
    if name != MAIN_FILE:
        correction = found.corrections.filter(number=name.replace("-", "/")).first()
        if correction is None:
            raise Http404
        found = correction
    return pdf_of(request, found, shown="inline")


urlpatterns = [
    path("f/<str:token>/", invoice),
    path("f/<str:token>/<str:name>.pdf", file),
]
