"""Letters of billing: to the client, about his money."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from ogniwo.billing.models import Invoice
from ogniwo.billing.paper.render import as_pdf
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import letter_of
from ogniwo.people.models.link import SECRET_BYTES, Link, digest

INVOICE_LINK = "invoice"
LINK_LIFETIME = timedelta(days=730)


def link_to(invoice: Invoice, *, at: datetime) -> tuple[str, Link]:
    """A link for the client, read only and used many times, not saved; and its secret."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    link = Link(
        purpose=INVOICE_LINK,
        digest=digest(token),
        kind=invoice._meta.label_lower,
        key=invoice.pk,
        made_at=at,
        expires_at=at + LINK_LIFETIME,
        single_use=False,
    )
    return token, link


def invoice_issued(invoice: Invoice, *, token: str) -> Message:
    """The letter with an invoice, not saved; the paper is made when it is sent."""
    client = invoice.client
    return letter_of(
        "billing/letters/invoice_issued",
        to=client.invoices_to,
        to_name=client.company_name,
        at=invoice.issued_at,
        about=invoice,
        language=client.language,
        context={
            "number": invoice.number,
            "gross_grosze": invoice.gross_grosze,
            "currency": invoice.currency,
            "due_on": invoice.due_on.isoformat() if invoice.due_on else "",
            "account": invoice.pay_to,
            "names": [line["name"] for line in invoice.snapshot["lines"][:10]],
            "mpp": invoice.mpp,
        },
        links={"link": f"{settings.URL}/f/{token}/"},
        attachments=[
            {
                "make": "ogniwo.billing.letters.paper_of",
                "args": [invoice.pk],
                "name": f"{invoice.number.replace('/', '-')}.pdf",
                "type": "application/pdf",
            }
        ],
    )


def paper_of(pk: int) -> bytes:
    """The PDF of an issued document, for the worker that sends its letter."""
    snapshot = Invoice.objects.values_list("snapshot", flat=True).get(pk=pk)
    return as_pdf(snapshot)
