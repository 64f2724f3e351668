"""The client's link to an invoice: made on request, withdrawn all at once."""

from datetime import datetime

from django.db import transaction

from ogniwo.billing.letters import INVOICE_LINK, link_to
from ogniwo.billing.models import Invoice
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.moves import NotAllowed
from ogniwo.journal.record import record
from ogniwo.kernel.roles import DESK_AND_MONEY, RESELLER_WRITERS
from ogniwo.people.models import Link

MAKERS = DESK_AND_MONEY | RESELLER_WRITERS


@transaction.atomic
def make_link(invoice: Invoice, *, by: Actor, at: datetime) -> str:
    """A further link; its secret is told once, those sent before go on working."""
    _allowed(by)
    token, link = link_to(invoice.pk, at=at)
    insert(Link, [link])
    record("billing.invoice.make_link", invoice, by=by, at=at)
    return token


@transaction.atomic
def withdraw_links(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """All links to the invoice are dead, those in letters too."""
    _allowed(by)
    Link.objects.withdraw(INVOICE_LINK, invoice, at=at)
    record("billing.invoice.withdraw_links", invoice, by=by, at=at)


def living_links(invoice: Invoice, *, at: datetime) -> int:
    """How many links open the invoice now."""
    links = Link.objects.filter(
        purpose=INVOICE_LINK, kind=invoice._meta.label_lower, key=invoice.pk, expires_at__gt=at
    )
    return links.exclude(single_use=True, used_at__isnull=False).count()


def _allowed(by: Actor) -> None:
    if by.role not in MAKERS:
        raise NotAllowed
