"""Whose money a transfer is: rules in order, the first that answers decides; never the amount."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from ogniwo.billing.models import NOTE, InterestNote, Invoice, Payment, SenderAccount
from ogniwo.billing.titles import Numbered, nips_in, numbers_in
from ogniwo.programme.models import Client

FACTS: Final = ("number", "pk", "kind", "client_id", "currency", "corrects_id")


class Sent(Protocol):
    """What the rules look at: a transfer of a file or a stored payment."""

    @property
    def title(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def payer_account(self) -> str: ...
    @property
    def currency(self) -> str: ...


class Document(NamedTuple):
    """One of our documents that a title names."""

    pk: int
    kind: str
    client_id: int
    currency: str
    corrects_id: int | None

    @property
    def invoice_id(self) -> int | None:
        """The invoice it stands for: a correction its original, a proforma none."""
        return None if self.kind == Invoice.Kind.PRO else self.corrects_id or self.pk


@dataclass(frozen=True, slots=True)
class Match:
    """Whose the money is, by which rule, and which invoices he named."""

    client_id: int
    matched_by: str
    named: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A person decides; `doubt` says why, where there is more to say than that no rule applied."""

    doubt: str = ""


@dataclass(slots=True)
class Evidence:
    """What we know of the numbers, accounts and NIPs in some transfers: one query for each.

    `read` is what stands in their titles, each read once.
    """

    read: dict[str, list[list[Numbered]]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    virtual: dict[str, set[int]] = field(default_factory=dict)
    senders: dict[str, set[int]] = field(default_factory=dict)
    nips: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, transfers: Iterable[Sent]) -> "Evidence":
        """Read what is known, whatever the number of transfers, in five queries at most."""
        transfers = list(transfers)
        read = {one.title: list(numbers_in(one.title)) for one in transfers}
        numbers = {
            title: {one.number for place in places for one in place}
            for title, places in read.items()
        }
        documents = _documents(set().union(*numbers.values()))
        unnamed = [title for title, some in numbers.items() if documents.keys().isdisjoint(some)]
        notes = (one for places in read.values() for place in places for one in place)
        return cls(
            read=read,
            documents=documents,
            notes=_notes({one.number for one in notes if one.kind == NOTE}),
            virtual=_virtual({one.account for one in transfers} - {""}),
            senders=_senders({one.payer_account for one in transfers} - {""}),
            nips=_nips({number for title in unnamed for number in nips_in(title)}),
        )

    def places(self, title: str) -> list[list[Numbered]]:
        """The numbers in a title: for each place what it may mean."""
        found = self.read.get(title)
        return list(numbers_in(title)) if found is None else found

    def knows(self, account: str, client_id: int) -> bool:
        """Whether he has paid from that account before."""
        return client_id in self.senders.get(account, ())

    def learn(self, account: str, client_id: int) -> None:
        """An account he paid from: it speaks for the transfers that come after this one."""
        if account:
            self.senders.setdefault(account, set()).add(client_id)


def decide(transfer: Sent, known: Evidence) -> Match | Undecided:
    """The client of a transfer by §8.1, or a person decides.

    Rule 1, a number of KSeF in the title, will stand first once invoices have such numbers.
    """
    places = documents_in(transfer.title, known)
    if not places and names_note(transfer.title, known):
        return Undecided(Payment.Doubt.NOTE)
    own = known.virtual.get(transfer.account, set()) if transfer.account else set()
    if len(own) == 1:
        (client_id,) = own
        named = named_of(client_id, places, transfer.currency)
        return Match(client_id, Payment.MatchedBy.VIRTUAL_ACCOUNT, named)
    owners = {document.client_id for place in places for document in place}
    if len(owners) > 1:
        return Undecided(Payment.Doubt.NUMBERS)
    if owners:
        (client_id,) = owners
        named = named_of(client_id, places, transfer.currency)
        return Match(client_id, Payment.MatchedBy.TITLE, named)
    return _probable(transfer, known)


def documents_in(title: str, known: Evidence) -> list[list[Document]]:
    """For each place in a title that names ours, in its order, which documents it may mean.

    A number nobody has is not ours. Two where a monthly and a yearly number can be read, both
    are known, and neither is written as its document bears it.
    """
    found = []
    for place in known.places(title):
        ours = [one for one in place if one.number in known.documents]
        literal = [one for one in ours if one.is_literal] if len(ours) > 1 else ours
        if ours:
            found.append([known.documents[one.number] for one in literal or ours])
    return found


def named_of(client_id: int, places: Iterable[Sequence[Document]], currency: str) -> list[int]:
    """The client's invoices that are named; a place that may mean two of his names neither."""
    mine = [[one for one in place if one.client_id == client_id] for place in places]
    return invoices_of((place[0] for place in mine if len(place) == 1), currency)


def names_note(title: str, known: Evidence) -> bool:
    """Interest is never taken from a payment silently: a person settles it (§8.7)."""
    if not known.notes:
        return False
    return any(one.number in known.notes for place in known.places(title) for one in place)


def invoices_of(documents: Iterable[Document], currency: str) -> list[int]:
    """The invoices the documents stand for, in their order, those of the transfer's currency."""
    found = (one.invoice_id for one in documents if one.currency == currency)
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def learns(matched_by: str) -> bool:
    """A match by the sender's account teaches nothing new about that account."""
    return matched_by != Payment.MatchedBy.IBAN


def _probable(transfer: Sent, known: Evidence) -> Match | Undecided:
    """Rules 4 and 5: the sender's account, then a NIP in the title, of exactly one client."""
    payers = known.senders.get(transfer.payer_account, set())
    if len(payers) == 1:
        return Match(next(iter(payers)), Payment.MatchedBy.IBAN)
    owners = {
        client_id for number in nips_in(transfer.title) for client_id in known.nips.get(number, ())
    }
    if len(owners) == 1:
        return Match(owners.pop(), Payment.MatchedBy.NIP)
    if owners:
        return Undecided(Payment.Doubt.NIP)
    return Undecided(Payment.Doubt.SENDER if payers else "")


def _documents(wanted: set[str]) -> dict[str, Document]:
    if not wanted:
        return {}
    rows = Invoice.objects.filter(number__among=wanted).values_list(*FACTS)
    return {number: Document(*facts) for number, *facts in rows}


def _notes(wanted: set[str]) -> set[str]:
    if not wanted:
        return set()
    rows = InterestNote.objects.filter(number__among=wanted)
    return set(rows.values_list("number", flat=True))


def _virtual(accounts: set[str]) -> dict[str, set[int]]:
    if not accounts:
        return {}
    rows = Client.objects.filter(virtual_account__among=accounts)
    return _owners(rows.values_list("virtual_account", "pk"))


def _senders(accounts: set[str]) -> dict[str, set[int]]:
    if not accounts:
        return {}
    rows = SenderAccount.objects.filter(account__among=accounts)
    return _owners(rows.values_list("account", "client_id"))


def _nips(numbers: set[str]) -> dict[str, set[int]]:
    if not numbers:
        return {}
    rows = Client.objects.filter(nip__among=numbers, state__in=Client.CLAIMS)
    return _owners(rows.values_list("nip", "pk"))


def _owners(rows: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for key, client_id in rows:
        found.setdefault(key, set()).add(client_id)
    return found
