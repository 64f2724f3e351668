"""An issued document as a file: the kept paper, or nothing where the browser has it already."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from ogniwo.billing.models import Invoice
from ogniwo.billing.paper.store import name_of, paper
from ogniwo.web.components.formats import dashed


def pdf_of(
    request: HttpRequest, invoice: Invoice, *, shown: Literal["inline", "attachment"]
) -> HttpResponse:
    """The PDF; its address is asked again each time, as the right to see it may have gone."""
    etag = quote_etag(name_of(invoice.hash)[:32])
    known = get_conditional_response(request, etag=etag)
    answer = known or HttpResponse(
        paper(invoice.snapshot, digest=invoice.hash), content_type="application/pdf"
    )
    answer["ETag"] = etag
    if known is None:
        name = dashed(invoice.number)
        answer["Content-Disposition"] = f'{shown}; filename="{name}.pdf"'
    return answer
