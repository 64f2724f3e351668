"""A bank's file into the books: examined whole, stored by chunks, matched; safe to repeat.

The same file again changes nothing, or goes on where a process that died left off.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.booking import book_each
from ogniwo.billing.bulk import by_index, count_payments_anew
from ogniwo.billing.matching import Evidence, Undecided, decide, learns
from ogniwo.billing.models import BankStatement, CsvMapping, Debit, Payment
from ogniwo.billing.paying import Transfer, allowed
from ogniwo.billing.returns import propose_returns, returned_by
from ogniwo.integrations.bank.entry import Entry, Part
from ogniwo.integrations.bank.faults import NeedsMapping
from ogniwo.integrations.bank.statement import LAST_DAY, MOST_BYTES, entries, examine
from ogniwo.integrations.bank.storing import (
    AT_ONCE,
    Keyed,
    Told,
    fresh,
    keyed,
    keys_of,
    store,
    told_of,
)
from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import record
from ogniwo.kernel import iban
from ogniwo.programme.models import Client, Vendor

Mapped = Mapping[str, str]

LONGEST_NAME: Final = 200
MOST_ALIKE: Final = 20


@dataclass(slots=True)
class Report:
    """What a file came to, or would come to.

    `matched` counts the new credits by rule, "" for those that wait for a person; among these are
    `twins`, perhaps here already from a file of another format, the first of which a preview has
    in `alike`. Sums are in grosze of each currency. `repeated` says that the whole file was read
    in before, at that time.
    """

    statements: list[BankStatement] = field(default_factory=list)
    rows: int = 0
    new: int = 0
    known: int = 0
    debits: int = 0
    returns: int = 0
    twins: int = 0
    alike: list[Entry] = field(default_factory=list)
    matched: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    repeated: datetime | None = None

    @property
    def to_clarify(self) -> int:
        return self.matched[""]


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file on disk with its statements, examined from end to end."""

    path: Path
    name: str
    digest: str
    parts: Sequence[Part]
    accounts: Sequence[str]
    mapping: Mapped | None

    def chunks(self) -> Iterator[tuple[int, list[Keyed]]]:
        """Its rows with their keys, each chunk of one statement."""
        rows = entries(self.path, mapping=self.mapping)
        return keyed(rows, keys_of(self.parts, self.accounts))


def digest_of(path: Path) -> str:
    """The SHA-256 by which a file is known again."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def read_before(digest: str) -> datetime | None:
    """When a file was read in, if nothing of it is left to do."""
    statements = list(BankStatement.objects.of_file(digest))
    if not statements or any(one.matched_at is None for one in statements):
        return None
    return statements[0].entered_at


def said_before(when: datetime) -> str:
    """The sentence for a file that comes again."""
    local = timezone.localtime(when)
    facts = {"day": date_format(local, "d.m.Y"), "time": date_format(local, "H:i")}
    return str(_("This statement was already read in on %(day)s, %(time)s.") % facts)


def open_file(
    path: Path, *, name: str = "", mapping: Mapped | None = None, most_bytes: int = MOST_BYTES,
    until: date = LAST_DAY,
) -> BankFile:  # fmt: skip
    """Examine a file before anything of it counts.

    Raises `BadStatement`, `NeedsMapping` for a CSV never seen, and `Refused("other_account")`.
    """
    try:
        parts = examine(path, mapping=mapping, most_bytes=most_bytes, until=until)
    except NeedsMapping as unknown:
        mapping = known_mapping(unknown.header)
        if mapping is None:
            raise
        parts = examine(path, mapping=mapping, most_bytes=most_bytes, until=until)
    name = (name or path.name)[:LONGEST_NAME]
    return BankFile(path, name, digest_of(path), parts, _our_accounts(parts), mapping)


def read_in(file: BankFile, *, by: Actor, at: datetime) -> Report:
    """Store what is new, match it, propose returns; goes on where a killed process stopped."""
    allowed(by)
    when = read_before(file.digest)
    if when is None:
        statements = [
            _begun(file, place, part, by=by, at=at) for place, part in enumerate(file.parts)
        ]
        with by_index():
            _store_rows(file, statements, by=by, at=at)
            for statement in statements:
                if statement.state == BankStatement.State.READING:
                    statement.finish(by=by, at=at)
            count_payments_anew(added=sum(one.credits for one in statements))
            for statement in statements:
                match(statement, by=by, at=at)
    report = report_of(BankStatement.objects.of_file(file.digest))
    report.repeated = when
    return report


def match(statement: BankStatement, *, by: Actor, at: datetime) -> None:
    """Ask the rules about each payment once, in the order of the file; repeatable."""
    while statement.matched_at is None:
        waiting = Payment.objects.filter(statement=statement, pk__gt=statement.matched_to)
        page = list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not page:
            propose_returns(statement, by=by, at=at)
            BankStatement.objects.filter(pk=statement.pk).update(matched_at=at)
            statement.refresh_from_db()
            return
        payments = waiting.filter(pk__lte=page[-1])
        book_each(payments, by=by, at=at, together=partial(_advance, statement, to=page[-1]))
        statement.refresh_from_db()


def preview(file: BankFile) -> Report:
    """What `read_in` would find now; reads only."""
    report = Report(repeated=read_before(file.digest))
    learnt: dict[str, set[int]] = {}
    seen: set[str] = set()
    for place, chunk in file.chunks():
        new = [row for row in fresh(chunk) if row.key not in seen]
        seen.update(row.key for row in new)
        report.rows += len(chunk)
        report.known += len(chunk) - len(new)
        incoming = [row.entry for row in new if row.entry.amount_grosze > 0]
        outgoing = [row.entry for row in new if row.entry.amount_grosze < 0]
        account, part = file.accounts[place], file.parts[place]
        told = told_of(incoming, account=account, file_format=part.format)
        _preview_credits(report, incoming, told, learnt, account=account)
        report.debits += len(outgoing)
        seeming = [_as_debit(entry) for entry in outgoing]
        report.returns += len(returned_by(seeming, account=account))
    return report


def report_of(statements: Iterable[BankStatement]) -> Report:
    """What statements came to, as the books stand now."""
    report = Report(statements=list(statements))
    for one in report.statements:
        report.rows += one.rows
        report.new += one.credits
        report.known += one.known
        report.debits += one.debits
        report.sums[one.currency] += one.credits_grosze
    payments = Payment.objects.of_the_bank().filter(statement__in=report.statements).order_by()
    by_rule = payments.values_list("matched_by").annotate(n=Count("pk"))
    report.matched.update(dict(by_rule))
    report.twins = payments.to_clarify().filter(doubt=Payment.Doubt.TWICE).count()
    returns = Debit.objects.filter(statement__in=report.statements, proposes__isnull=False)
    report.returns = returns.count()
    return report


def known_mapping(header: Sequence[str]) -> Mapped | None:
    """How a CSV with this header was read before."""
    found = CsvMapping.objects.filter(signature=_signature(header)).first()
    return found.mapping if found else None


def remember_mapping(header: Sequence[str], mapping: Mapped, *, by: Actor, at: datetime) -> None:
    """Keep how a CSV with this header is read; the newest word of a person holds."""
    allowed(by)
    CsvMapping.objects.update_or_create(
        signature=_signature(header),
        defaults={"mapping": dict(mapping), "entered_at": at, "entered_by_id": by.pk},
    )


def _signature(header: Sequence[str]) -> str:
    return sha256(json.dumps(list(header), ensure_ascii=False).encode()).hexdigest()


def _our_accounts(parts: Sequence[Part]) -> list[str]:
    """The accounts the statements are of, refused unless they are the vendor's or a client's own.

    A CSV need not name its account: then it is the one on the invoices.
    """
    vendor = Vendor.load()
    ours = {_plain(account) for account in vendor.accounts}
    named = [_plain(part.account) or _plain(vendor.account) for part in parts]
    others = set(named) - ours
    others -= set(
        Client.objects.filter(virtual_account__in=others).values_list("virtual_account", flat=True)
    )
    for account in sorted(others):
        raise Refused(
            "other_account",
            _("This is a statement of another account: %(account)s. Add it in Settings first.")
            % {"account": iban.format_account(account) or "—"},
        )
    return named


def _plain(account: str) -> str:
    return "".join(account.split()).upper().removeprefix("PL")


def _begun(file: BankFile, place: int, part: Part, *, by: Actor, at: datetime) -> BankStatement:
    """The statement as it was begun, now or by a process that died."""
    statement, is_new = BankStatement.objects.get_or_create(
        digest=file.digest,
        part=place,
        defaults={
            "account": file.accounts[place],
            "currency": part.currency,
            "number": part.number[:50],
            "from_on": part.from_on,
            "to_on": part.to_on,
            "opening_grosze": part.opening_grosze,
            "closing_grosze": part.closing_grosze,
            "format": part.format,
            "file_name": file.name,
            "entered_at": at,
            "entered_by_id": by.pk,
        },
    )
    if is_new:
        record("billing.bankstatement.read", statement, by=by, at=at, digest=file.digest)
    return statement


def _store_rows(
    file: BankFile, statements: Sequence[BankStatement], *, by: Actor, at: datetime
) -> None:
    """Rows that were stored before the process died are counted over, not stored again."""
    over = [one.rows for one in statements]
    if all(one.state == BankStatement.State.IMPORTED for one in statements):
        return
    for place, chunk in file.chunks():
        done = min(over[place], len(chunk))
        over[place] -= done
        if chunk[done:]:
            store(statements[place], chunk[done:], by=by, at=at)


def _advance(statement: BankStatement, *, to: int) -> None:
    mine = BankStatement.objects.filter(pk=statement.pk, matched_to=statement.matched_to)
    if not mine.update(matched_to=to):
        raise Refused("being_read", _("This statement is just being read in."))


def _preview_credits(
    report: Report, incoming: Sequence[Entry], told: Told, learnt: dict[str, set[int]], *,
    account: str,
) -> None:  # fmt: skip
    _preview_twins(report, [entry for entry in incoming if entry in told.twins])
    transfers = [
        _as_transfer(entry, account=told.credited(entry, account))
        for entry in incoming
        if entry not in told.twins
    ]
    known = Evidence.of(transfers)
    for sender, clients in learnt.items():
        known.senders.setdefault(sender, set()).update(clients)
    for transfer in transfers:
        answer = decide(transfer, known)
        report.new += 1
        report.sums[transfer.currency] += transfer.amount_grosze
        report.matched["" if isinstance(answer, Undecided) else str(answer.matched_by)] += 1
        if not isinstance(answer, Undecided) and learns(answer.matched_by):
            known.learn(transfer.payer_account, answer.client_id)
            if transfer.payer_account:
                learnt.setdefault(transfer.payer_account, set()).add(answer.client_id)


def _preview_twins(report: Report, found: Sequence[Entry]) -> None:
    report.new += len(found)
    report.twins += len(found)
    report.alike += found[: MOST_ALIKE - len(report.alike)]
    for entry in found:
        report.matched[""] += 1
        report.sums[entry.currency] += entry.amount_grosze


def _as_transfer(entry: Entry, *, account: str) -> Transfer:
    return Transfer(
        amount_grosze=entry.amount_grosze,
        booked_on=entry.booked_on,
        currency=entry.currency,
        title=entry.title,
        account=account,
        payer_account=entry.account,
        payer_name=entry.name,
    )


def _as_debit(entry: Entry) -> Debit:
    return Debit(
        booked_on=entry.booked_on,
        amount_grosze=-entry.amount_grosze,
        currency=entry.currency,
        title=entry.title,
        account=entry.account,
        is_return=entry.is_return,
    )
