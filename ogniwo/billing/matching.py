"""Whose money a transfer is: rules in order, the first that answers decides; never the amount."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Q

from ogniwo.billing.models import Invoice, Payment, SenderAccount
from ogniwo.billing.paying import Transfer, allowed, book, lock, new_payment
from ogniwo.journal.actors import Actor
from ogniwo.kernel import nip
from ogniwo.programme.models import Client

BY_MONTH: Final = re.compile(
    r"(FV|KOR|PRO)[^A-Z0-9]*([0-9]{4})[^A-Z0-9]*(0[1-9]|1[0-2])[^A-Z0-9]*([0-9]{1,9})(?![0-9])"
)
BY_YEAR: Final = re.compile(r"(FV|KOR|PRO)[^A-Z0-9]+([0-9]{4})[^A-Z0-9]+([0-9]{1,9})(?![0-9])")
KIND: Final = re.compile(r"FV|KOR|PRO")
NIP: Final = re.compile(r"(?<![0-9])(?<![0-9]-)[0-9](?:-?[0-9]){9}(?!-?[0-9])")


class Numbered(NamedTuple):
    """A document number as it can be read in a title."""

    kind: str
    span: str
    serial: int


@dataclass(frozen=True, slots=True)
class Match:
    """Whose the money is, by which rule, and which invoices he named."""

    client_id: int
    matched_by: str
    named: Sequence[Invoice] = ()


@transaction.atomic
def receive(transfer: Transfer, *, by: Actor, at: datetime) -> Payment:
    """A transfer from the bank: booked at once when a rule knows its client, else to clarify."""
    allowed(by)
    payment = new_payment(transfer, by=by, at=at)
    found = match(transfer)
    if found is not None:
        lock(found.client_id)
        book(
            payment,
            found.client_id,
            named=found.named,
            matched_by=found.matched_by,
            by=by,
            at=at,
        )
    return payment


def match(transfer: Transfer) -> Match | None:
    """The client of a transfer, or nobody: then a person decides."""
    documents = documents_in(transfer.title)
    own = (
        Client.objects.filter(virtual_account=transfer.account).first()
        if transfer.account
        else None
    )
    if own is not None:
        mine = [document for document in documents if document.client_id == own.pk]
        named = invoices_of(mine, transfer.currency)
        return Match(own.pk, Payment.MatchedBy.VIRTUAL_ACCOUNT, named)
    owners = {document.client_id for document in documents}
    if owners:
        if len(owners) > 1:
            return None
        named = invoices_of(documents, transfer.currency)
        return Match(owners.pop(), Payment.MatchedBy.TITLE, named)
    return _by_sender(transfer) or _by_nip(transfer)


def documents_in(title: str) -> list[Invoice]:
    """Our documents named in a title, in its order; a number nobody has is not ours."""
    places = list(numbers_in(title))
    wanted = {number for candidates in places for number in candidates}
    if not wanted:
        return []
    either = Q()
    for number in wanted:
        either |= Q(kind=number.kind, series__span=number.span, serial=number.serial)
    found = {
        Numbered(one.kind, one.series.span, one.serial): one
        for one in Invoice.objects.filter(either).select_related("series", "corrects")
    }
    named = (
        next((found[number] for number in candidates if number in found), None)
        for candidates in places
    )
    return list(dict.fromkeys(document for document in named if document is not None))


def numbers_in(title: str) -> Iterable[list[Numbered]]:
    """For each place in the title what it may mean: a number of a monthly, of a yearly series."""
    text = title.upper()
    for place in KIND.finditer(text):
        candidates = []
        monthly = BY_MONTH.match(text, place.start())
        if monthly:
            kind, year, month, serial = monthly.groups()
            candidates.append(Numbered(kind, f"{year}/{month}", int(serial)))
        yearly = BY_YEAR.match(text, place.start())
        if yearly:
            kind, year, serial = yearly.groups()
            candidates.append(Numbered(kind, year, int(serial)))
        if candidates:
            yield candidates


def invoices_of(documents: Sequence[Invoice], currency: str) -> list[Invoice]:
    """A correction stands for its original, a proforma for no invoice."""
    invoices = []
    for document in documents:
        invoice = document.corrects or document
        if invoice.kind == Invoice.Kind.FV and invoice.currency == currency:
            invoices.append(invoice)
    return list(dict.fromkeys(invoices))


def _by_sender(transfer: Transfer) -> Match | None:
    if not transfer.payer_account:
        return None
    known = SenderAccount.objects.filter(account=transfer.payer_account)
    owners = set(known.values_list("client_id", flat=True))
    return Match(owners.pop(), Payment.MatchedBy.IBAN) if len(owners) == 1 else None


def _by_nip(transfer: Transfer) -> Match | None:
    digits = {found.replace("-", "") for found in NIP.findall(transfer.title)}
    valid = [number for number in digits if nip.is_valid(number)]
    if not valid:
        return None
    clients = Client.objects.filter(nip__in=valid, state__in=Client.CLAIMS)
    owners = set(clients.values_list("pk", flat=True))
    return Match(owners.pop(), Payment.MatchedBy.NIP) if len(owners) == 1 else None
