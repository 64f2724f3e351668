"""Rows of a bank's file become payments and debits, by chunks, each transfer once for ever."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import BankStatement, Debit, Payment
from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.twins import twins
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert, keys
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import event_row, record_all
from ogniwo.programme.models import Client

AT_ONCE: Final = 2_000
IN_VIEW: Final = 10_000  # so many rows are put in the order of their statements
LONGEST_REFERENCE: Final = 80
KIND: Final = Payment._meta.label_lower


class Keyed(NamedTuple):
    """A row of the file with what makes it the same transfer in every file that holds it."""

    key: str
    entry: Entry


class Told(NamedTuple):
    """What the books know of rows that are new: whose own accounts, and what was perhaps here."""

    virtual: set[str]
    twins: set[Entry]

    def credited(self, entry: Entry, account: str) -> str:
        """The account the money came to: the client's own, or that of the statement."""
        return entry.credited if entry.credited in self.virtual else account


class PaymentRow(NamedTuple):
    """A payment as a plain row."""

    id: int
    statement_id: int
    account: str
    payer_account: str
    payer_name: str
    amount_grosze: int
    unallocated_grosze: int
    currency: str
    title: str
    booked_on: date
    bank_key: str
    reference: str | None
    doubt: str
    entered_at: datetime
    entered_by_id: int | None


class DebitRow(NamedTuple):
    """A debit as a plain row."""

    statement_id: int
    booked_on: date
    amount_grosze: int
    currency: str
    title: str
    name: str
    account: str
    bank_key: str
    is_return: bool


@dataclass(slots=True)
class Keys:
    """Gives each row of one statement its key (§8.1, 0); the position in the file is not in it.

    `is_proved` says that balances count every row: then a reference that comes again is another
    transfer (of one batch), else it is the same one.
    """

    account: str
    is_proved: bool
    equal: Counter[str] = field(default_factory=Counter)

    def of(self, entry: Entry) -> str:
        """With the bank's reference, or else which of the equal lines of its day the row is."""
        base = f"{self.account}|{entry.booked_on}|{entry.amount_grosze}"
        if entry.reference:
            told = f"={_short(entry.reference)}"
            number = self._count(f"{base}|{told}") if self.is_proved else 1
            return f"{base}|{told}" if number == 1 else f"{base}|{number}{told}"
        told = f"{entry.account}\n{entry.name}\n{entry.title}"
        base = f"{base}|#{sha256(told.encode()).hexdigest()[:32]}"
        return f"{base}|{self._count(base)}"

    def _count(self, base: str) -> int:
        self.equal[base] += 1
        return self.equal[base]


def keys_of(parts: Sequence[Part], accounts: Sequence[str]) -> list[Keys]:
    """One for each statement of a file; a further page of a statement counts equal lines on."""
    found: list[Keys] = []
    latest: dict[str, int] = {}
    for place, (part, account) in enumerate(zip(parts, accounts, strict=True)):
        before = latest.get(account)
        if before is not None and _goes_on(part, after=parts[before]):
            found.append(found[before])
        else:
            is_proved = None not in (part.opening_grosze, part.closing_grosze)
            found.append(Keys(account, is_proved))
        latest[account] = place
    return found


def _goes_on(part: Part, *, after: Part) -> bool:
    """It opens with what the other closed with, and not before it closed.

    A daily and a monthly statement in one zip hold the same transfers: those count anew.
    """
    if part.opening_grosze is None or part.opening_grosze != after.closing_grosze:
        return False
    return part.from_on is None or after.to_on is None or part.from_on >= after.to_on


def keyed(
    entries: Iterable[tuple[int, Entry]], keys_of_parts: Sequence[Keys]
) -> Iterator[tuple[int, list[Keyed]]]:
    """The rows in chunks of one statement each, with their keys; nothing moved is no row."""
    moved = (pair for pair in entries if pair[1].amount_grosze)
    # A CSV sorted by day jumps from account to account, yet a chunk should be full.
    while window := sorted(islice(moved, IN_VIEW), key=itemgetter(0)):
        for part, rows in groupby(window, key=itemgetter(0)):
            give = keys_of_parts[part]
            with_keys = (Keyed(give.of(entry), entry) for _part, entry in rows)
            while chunk := list(islice(with_keys, AT_ONCE)):
                yield part, chunk


def known_of(rows: Sequence[Keyed]) -> set[str]:
    """The keys among these that were read in before."""
    wanted = [row.key for row in rows]
    found: set[str] = set()
    for model in (Payment, Debit):
        stored = model._default_manager.filter(bank_key__among=wanted)
        found.update(map(str, stored.order_by().values_list("bank_key", flat=True)))
    return found


def fresh(rows: Sequence[Keyed]) -> list[Keyed]:
    """Those of the rows that nobody has read in yet, each transfer once."""
    seen = known_of(rows)
    found = []
    for row in rows:
        if row.key not in seen:
            seen.add(row.key)
            found.append(row)
    return found


def told_of(incoming: Sequence[Entry], *, account: str, file_format: str) -> Told:
    """What the books know of money that comes in a statement of an account."""
    said = {entry.credited for entry in incoming} - {""}
    owners = Client.objects.filter(virtual_account__among=said) if said else Client.objects.none()
    return Told(
        virtual=set(owners.values_list("virtual_account", flat=True)),
        twins=twins(incoming, account=account, file_format=file_format),
    )


def store(statement: BankStatement, rows: Sequence[Keyed], *, by: Actor, at: datetime) -> None:
    """Add a chunk to a statement that is being read; a concurrent reader of a row waits for us."""
    try:
        _store(statement, rows, by=by, at=at)
    except IntegrityError:  # another file holding one of the rows was quicker: now it is known
        _store(statement, rows, by=by, at=at)
    statement.refresh_from_db()


@transaction.atomic
def _store(statement: BankStatement, rows: Sequence[Keyed], *, by: Actor, at: datetime) -> None:
    new = fresh(rows)
    incoming = [row for row in new if row.entry.amount_grosze > 0]
    told = told_of(
        [row.entry for row in incoming], account=statement.account, file_format=statement.format
    )
    outgoing = [row for row in new if row.entry.amount_grosze < 0]
    (ids,) = keys((Payment, len(incoming)))
    pairs = list(zip(ids, incoming, strict=True))
    insert(Payment, [_payment(pk, row, statement, told, by=by, at=at) for pk, row in pairs])
    insert(Debit, [_debit(row, statement) for row in outgoing])
    record_all(
        event_row(f"{KIND}.enter", KIND, pk, "", by=by, at=at, grosze=row.entry.amount_grosze)
        for pk, row in pairs
    )
    reading = BankStatement.objects.filter(
        pk=statement.pk, state=BankStatement.State.READING, rows=statement.rows
    )
    if not reading.update(
        rows=F("rows") + len(rows),
        credits=F("credits") + len(incoming),
        debits=F("debits") + len(outgoing),
        known=F("known") + len(rows) - len(new),
        credits_grosze=F("credits_grosze") + sum(row.entry.amount_grosze for row in incoming),
        debits_grosze=F("debits_grosze") - sum(row.entry.amount_grosze for row in outgoing),
    ):
        raise Refused("being_read", _("This statement is just being read in."))


def _payment(
    pk: int, row: Keyed, statement: BankStatement, told: Told, *, by: Actor, at: datetime
) -> PaymentRow:
    entry = row.entry
    return PaymentRow(
        id=pk,
        statement_id=statement.pk,
        account=told.credited(entry, statement.account),
        payer_account=entry.account[:40],
        payer_name=entry.name[:200],
        amount_grosze=entry.amount_grosze,
        unallocated_grosze=entry.amount_grosze,
        currency=entry.currency,
        title=entry.title[:500],
        booked_on=entry.booked_on,
        bank_key=row.key,
        reference=_short(entry.reference) or None,
        doubt=Payment.Doubt.TWICE.value if entry in told.twins else "",
        entered_at=at,
        entered_by_id=by.pk,
    )


def _debit(row: Keyed, statement: BankStatement) -> DebitRow:
    entry = row.entry
    return DebitRow(
        statement_id=statement.pk,
        booked_on=entry.booked_on,
        amount_grosze=-entry.amount_grosze,
        currency=entry.currency,
        title=entry.title[:500],
        name=entry.name[:200],
        account=entry.account[:40],
        bank_key=row.key,
        is_return=entry.is_return,
    )


def _short(reference: str) -> str:
    """A reference as it is kept; one longer than any bank's by its hash."""
    if len(reference) <= LONGEST_REFERENCE:
        return reference
    return sha256(reference.encode()).hexdigest()
