"""Letters of billing: to the client, about his money."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ogniwo.billing.models import Invoice
from ogniwo.billing.paper.store import paper
from ogniwo.billing.payer import Payer
from ogniwo.billing.rows import InvoiceRow
from ogniwo.billing.snapshot import Snapshot
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.kernel.formats import money
from ogniwo.outbox.post import About, LetterRow, letter_of, post
from ogniwo.people.models.link import SECRET_BYTES, Link, LinkRow, digest
from ogniwo.programme.models import Client

INVOICE_LINK = "invoice"
LINK_LIFETIME = timedelta(days=730)


def link_to(invoice: int, *, at: datetime) -> tuple[str, LinkRow]:
    """A link for the client, read only and used many times, not written; and its secret."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    link = LinkRow(
        purpose=INVOICE_LINK,
        digest=digest(token),
        kind=Invoice._meta.label_lower,
        key=invoice,
        made_at=at,
        expires_at=at + LINK_LIFETIME,
        single_use=False,
    )
    return token, link


def invoice_issued(
    invoice: InvoiceRow, snapshot: Snapshot, client: Payer, *, token: str
) -> LetterRow:
    """The letter with an invoice, not written; the paper is made when it is sent."""
    return letter_of(
        "billing/letters/invoice_issued",
        to=client.invoices_to,
        to_name=client.company_name,
        at=invoice.issued_at,
        about=About(Invoice._meta.label_lower, invoice.id, invoice.number),
        language=client.language,
        subject=_subject(invoice, language=client.language),
        context={
            "number": invoice.number,
            "gross_grosze": invoice.gross_grosze,
            "currency": invoice.currency,
            "due_on": invoice.due_on.isoformat(),
            "account": snapshot["seller"]["account"],
            "names": _names(snapshot),
            "mpp": invoice.mpp,
        },
        links={"link": f"{settings.URL}/f/{token}/"},
        attachments=[paper_row(invoice.id, invoice.number)],
    )


def _names(snapshot: Snapshot) -> list[str]:
    """What it is for, each thing once, however many periods of it there are."""
    return list(dict.fromkeys(line["name"] for line in snapshot["lines"]))[:10]


def _subject(invoice: InvoiceRow, *, language: str) -> str:
    """Not by a template as others: for thousands that took a tenth of a run."""
    said = {
        "number": invoice.number,
        "sum": money(invoice.gross_grosze, invoice.currency, language),
    }
    if language == translation.get_language():
        return _("Invoice %(number)s, %(sum)s") % said
    with translation.override(language):
        return _("Invoice %(number)s, %(sum)s") % said


def correction_issued(correction: Invoice, *, at: datetime) -> None:
    """Tell the client that an invoice of his was corrected, with the paper."""
    client, original = correction.client, correction.corrects
    if client.no_invoice_letters or not client.invoices_to or original is None:
        return
    token, link = link_to(correction.pk, at=at)
    insert(Link, [link])
    post(
        "billing/letters/correction_issued",
        to=client.invoices_to,
        to_name=client.company_name,
        at=at,
        about=correction,
        language=client.language,
        context={
            "number": correction.number,
            "original": original.number,
            "reason": correction.snapshot["corrects"]["reason"],
            "gross_grosze": correction.gross_grosze,
            "currency": correction.currency,
            "due_on": correction.due_on.isoformat() if correction.due_on else "",
        },
        links={"link": f"{settings.URL}/f/{token}/"},
        attachments=[paper_row(correction.pk, correction.number)],
    )


def proforma_issued(proforma: Invoice, *, at: datetime) -> None:
    """An offer to pay: the paper, and a link to it."""
    client = proforma.client
    if client.no_invoice_letters or not client.invoices_to:
        return
    token, link = link_to(proforma.pk, at=at)
    insert(Link, [link])
    post(
        "billing/letters/proforma_issued",
        to=client.invoices_to,
        to_name=client.company_name,
        at=at,
        about=proforma,
        language=client.language,
        context={
            "number": proforma.number,
            "gross_grosze": proforma.gross_grosze,
            "currency": proforma.currency,
            "due_on": proforma.due_on.isoformat() if proforma.due_on else "",
            "account": proforma.pay_to,
            "names": _names(proforma.snapshot),
        },
        links={"link": f"{settings.URL}/f/{token}/"},
        attachments=[paper_row(proforma.pk, proforma.number)],
    )


def prices_indexed(
    client: Client, prices: Sequence[Mapping[str, Any]], *, from_on: date, by: Actor, at: datetime
) -> None:
    """Tell a client what his services will cost, and from when."""
    if not client.invoices_to:
        return
    post(
        "billing/letters/prices_indexed",
        to=client.invoices_to,
        to_name=client.company_name,
        at=at,
        about=client,
        language=client.language,
        by=by,
        context={"from_on": from_on.isoformat(), "prices": list(prices)},
    )


def paper_row(key: int, number: str) -> dict[str, object]:
    """The paper as an attachment that is made when the letter is sent."""
    return {
        "make": "ogniwo.billing.letters.paper_of",
        "args": [key],
        "name": f"{number.replace('/', '-')}.pdf",
        "type": "application/pdf",
    }


def paper_of(pk: int) -> bytes:
    """The PDF of an issued document, for the worker that sends its letter."""
    snapshot, digest = Invoice.objects.values_list("snapshot", "hash").get(pk=pk)
    return paper(snapshot, digest=digest)
