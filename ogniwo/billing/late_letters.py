"""Letters about money that is late: to the client, and to the reseller once a week."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings

from ogniwo.billing.letters import link_to
from ogniwo.billing.models import InterestNote, Invoice
from ogniwo.billing.paper.note_sheet import note_pdf
from ogniwo.journal.bulk import insert
from ogniwo.kernel.days import warsaw_day
from ogniwo.outbox.post import post
from ogniwo.people.models import Link, User
from ogniwo.programme.models import Client

REMINDER: Final = "billing/letters/reminder"
DIGEST: Final = "billing/letters/overdue_digest"
MOST_NAMED: Final = 40


def reminder(client: Client, invoices: Sequence[Invoice], *, step: int, at: datetime) -> None:
    """One letter with all his invoices that are due or late; its tone is that of the step."""
    on, rows, links = warsaw_day(at), [], []
    secrets: dict[str, str] = {}
    for place, invoice in enumerate(invoices, 1):
        token, link = link_to(invoice.pk, at=at)
        links.append(link)
        secrets[f"link_{place}"] = f"{settings.URL}/f/{token}/"
        rows.append(_row(invoice, on=on) | {"link": f"link_{place}"})
    insert(Link, links)
    post(
        REMINDER,
        to=client.invoices_to,
        to_name=client.company_name,
        at=at,
        about=client,
        language=client.language,
        context={
            "step": step,
            "account": invoices[0].pay_to,
            "invoices": rows,
            "sums": _sums(invoices),
        },
        links=secrets,
    )


def overdue_digest(
    person: User, invoices: Sequence[Invoice], *, amounts: bool, at: datetime
) -> None:
    """What his clients have not paid, the oldest first; sums only for who may see them."""
    on = warsaw_day(at)
    shown = invoices[:MOST_NAMED]
    post(
        DIGEST,
        to=person.email,
        to_name=person.name,
        at=at,
        about=person.reseller,
        language=person.language,
        context={
            "number": len(invoices),
            "amounts": amounts,
            "invoices": [_row(one, on=on) | {"client": str(one.client)} for one in shown],
            "more": len(invoices) - len(shown),
            "sums": _sums(invoices) if amounts else [],
            "panel": f"{settings.URL}/panel/faktury/?p=overdue",
            "profile": f"{settings.URL}/panel/ustawienia/",
        },
    )


def interest_note(note: InterestNote, client: Client, *, at: datetime) -> None:
    """The note with its paper; nothing is mailed to who has no address."""
    if not client.invoices_to:
        return
    post(
        "billing/letters/interest_note",
        to=client.invoices_to,
        to_name=client.company_name,
        at=at,
        about=note,
        language=client.language,
        context={
            "number": note.number,
            "grosze": note.grosze,
            "currency": note.currency,
            "until_on": note.until_on.isoformat(),
            "due_on": note.due_on.isoformat(),
            "account": note.snapshot["seller"]["account"],
            "invoices": [line["invoice"] for line in note.snapshot["lines"]],
        },
        attachments=[
            {
                "make": "ogniwo.billing.late_letters.note_paper_of",
                "args": [note.pk],
                "name": f"{note.number.replace('/', '-')}.pdf",
                "type": "application/pdf",
            }
        ],
    )


def note_paper_of(pk: int) -> bytes:
    """The PDF of an interest note, for the worker that sends its letter."""
    return note_pdf(InterestNote.objects.values_list("snapshot", flat=True).get(pk=pk))


def _row(invoice: Invoice, *, on: date) -> dict[str, Any]:
    due_on = invoice.oldest_due_on() or invoice.due_on
    return {
        "number": invoice.number,
        "due_on": due_on.isoformat() if due_on else "",
        "days": invoice.days_late(on=on),
        "left_grosze": invoice.left_grosze,
        "currency": invoice.currency,
    }


def _sums(invoices: Sequence[Invoice]) -> list[list[Any]]:
    """What is left of all, a sum for each currency: [[40000, "PLN"]]."""
    sums: dict[str, int] = {}
    for invoice in invoices:
        sums[invoice.currency] = sums.get(invoice.currency, 0) + invoice.left_grosze
    return [[grosze, currency] for currency, grosze in sums.items()]
