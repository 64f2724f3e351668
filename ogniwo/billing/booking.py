"""Books transfers many at a time; what comes out is what booking them one by one gives."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import transaction

from ogniwo.billing.bulk import update_rows
from ogniwo.billing.issue import lock_rows
from ogniwo.billing.ledger import Debt, Ledger, Money, Paid, covered
from ogniwo.billing.matching import Evidence, Match, Undecided, decide, learns
from ogniwo.billing.models import Allocation, Invoice, Payment
from ogniwo.billing.models.invoice import LEFT, InvoiceQuerySet
from ogniwo.billing.models.payment import PaymentQuerySet
from ogniwo.billing.paying import Transfer, allowed, new_payment
from ogniwo.journal.actors import Actor
from ogniwo.journal.bulk import insert
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import event_row, record_all

logger = logging.getLogger(__name__)

PAYMENT: Final = "billing.payment"
TURNS: Final = 5  # so often a payment is tried that people work on at the same time
BOOKED: Final = {
    "postgresql": """
UPDATE billing_payment AS payment
SET client_id = said.client, matched_by = said.rule, unallocated_grosze = said.rest,
    doubt = '', version = version + 1
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS said (client, rule, rest, id, free)
WHERE payment.id = said.id AND payment.client_id IS NULL AND payment.reversed_at IS NULL
    AND payment.ignored_at IS NULL AND payment.split_at IS NULL
    AND payment.unallocated_grosze = said.free
""",
    "sqlite": """
UPDATE billing_payment
SET client_id = %s, matched_by = %s, unallocated_grosze = %s, doubt = '', version = version + 1
WHERE id = %s AND client_id IS NULL AND reversed_at IS NULL
    AND ignored_at IS NULL AND split_at IS NULL AND unallocated_grosze = %s
""",
}
USED: Final = {
    "postgresql": """
UPDATE billing_payment AS payment SET unallocated_grosze = said.rest
FROM unnest(%s::bigint[], %s::bigint[]) AS said (rest, id) WHERE payment.id = said.id
""",
    "sqlite": "UPDATE billing_payment SET unallocated_grosze = %s WHERE id = %s",
}
PAID: Final = {
    "postgresql": """
UPDATE billing_invoice AS invoice SET paid_grosze = paid_grosze + said.sum
FROM unnest(%s::bigint[], %s::bigint[]) AS said (sum, id) WHERE invoice.id = said.id
""",
    "sqlite": "UPDATE billing_invoice SET paid_grosze = paid_grosze + %s WHERE id = %s",
}
LEARNT: Final = {
    "postgresql": """
INSERT INTO billing_senderaccount (client_id, account, learnt_on)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[]) ON CONFLICT DO NOTHING
""",
    "sqlite": """
INSERT INTO billing_senderaccount (client_id, account, learnt_on)
VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
""",
}


class Moved(Exception):
    """A person was quicker with one of the payments: what was counted is of yesterday."""


class Waiting(NamedTuple):
    """A payment that is nobody's yet, as the rules and the ledger need it.

    Some of it may have been refunded before anybody knew whose it is.
    """

    pk: int
    booked_on: date
    unallocated_grosze: int
    currency: str
    title: str
    account: str
    payer_account: str


class AllocationRow(NamedTuple):
    """An allocation as a plain row."""

    payment_id: int
    invoice_id: int
    grosze: int
    at: datetime


@dataclass(slots=True)
class Page:
    """What one chunk of payments comes to, before it is written."""

    found: list[tuple[Waiting, Match]] = field(default_factory=list)
    doubts: list[tuple[Waiting, Undecided]] = field(default_factory=list)
    learnt: dict[tuple[int, str], date] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    moneys: dict[int, Money] = field(default_factory=dict)
    credits: dict[int, Money] = field(default_factory=dict)


@transaction.atomic
def receive(transfer: Transfer, *, by: Actor, at: datetime) -> Payment:
    """A transfer from the bank: booked at once when a rule knows its client, else to clarify."""
    allowed(by)
    payment = new_payment(transfer, by=by, at=at)
    book_waiting(Payment.objects.filter(pk=payment.pk), by=by, at=at)
    payment.refresh_from_db()
    return payment


def book_each(
    payments: PaymentQuerySet, *, by: Actor, at: datetime, together: Callable[[], None]
) -> Counter[str]:
    """Book payments in one transaction with `together`; how many by which rule, "" for waiting.

    A chunk that fails is tried row by row, each in a transaction of its own, so that no lock is
    held while the next client is waited for: what fails alone waits for a person.
    """
    try:
        with transaction.atomic():
            counted = book_waiting(payments, by=by, at=at)
            together()
            return counted
    except Refused:
        raise
    except Moved:
        pass  # rare: row by row, each as it stands now
    except Exception:
        logger.exception("a chunk of payments could not be booked; trying them one by one")
    counted = Counter[str]()
    for pk in list(payments.order_by("pk").values_list("pk", flat=True)):
        counted.update(_book_alone(pk, by=by, at=at))
    with transaction.atomic():
        together()
    return counted


def book_waiting(payments: PaymentQuerySet, *, by: Actor, at: datetime) -> Counter[str]:
    """Match and book those of the payments that are to clarify, in the order they came.

    What is perhaps here twice is a person's to decide, whatever a rule would say. The caller has
    a transaction. Statements do not grow with the number of payments.
    """
    single = payments.to_clarify().exclude(doubt=Payment.Doubt.TWICE)
    rows = single.order_by("pk").values_list(*Waiting._fields)
    page = _decide([Waiting(*row) for row in rows])
    _count(page)
    _write(page, at=at)
    _journal(page, by=by, at=at)
    counted = Counter(str(match.matched_by) for _row, match in page.found)
    counted[""] += len(page.doubts)
    return counted


def _book_alone(pk: int, *, by: Actor, at: datetime) -> Counter[str]:
    payment = Payment.objects.filter(pk=pk)
    for _turn in range(TURNS):
        try:
            with transaction.atomic():
                return book_waiting(payment, by=by, at=at)
        except Moved:
            continue  # as it stands now, it may be booked
        except Exception:
            logger.exception("payment %s could not be booked; it waits for a person", pk)
            break
    return _leave(pk, by=by, at=at)


@transaction.atomic
def _leave(pk: int, *, by: Actor, at: datetime) -> Counter[str]:
    """To a person, unless somebody has decided in the meantime."""
    doubt = Payment.Doubt.ERROR
    if not Payment.objects.to_clarify().filter(pk=pk).update(doubt=doubt):
        return Counter()
    record_all([event_row(f"{PAYMENT}.wait", PAYMENT, pk, "", by=by, at=at, doubt=doubt)])
    return Counter({"": 1})


def _decide(rows: Sequence[Waiting]) -> Page:
    """The rules in the order of the rows: what one teaches counts for those after it."""
    page, known = Page(), Evidence.of(rows)
    for row in rows:
        answer = decide(row, known)
        if isinstance(answer, Undecided):
            page.doubts.append((row, answer))
            continue
        page.found.append((row, answer))
        account, client_id = row.payer_account, answer.client_id
        if account and learns(answer.matched_by) and not known.knows(account, client_id):
            known.learn(account, client_id)
            page.learnt[client_id, account] = row.booked_on
    return page


def _count(page: Page) -> None:
    """What each payment pays, with the clients locked."""
    lock_rows(sorted({match.client_id for _row, match in page.found}))
    ledgers = _ledgers(page)
    for row, match in page.found:
        money = Money(row.pk, row.booked_on, row.unallocated_grosze)
        page.moneys[row.pk] = money
        ledger = ledgers.setdefault((match.client_id, row.currency), Ledger())
        page.paid += ledger.take(money, named=match.named)
    used = {one.payment_id for one in page.paid}
    page.credits = {pk: money for pk, money in page.credits.items() if pk in used}


def _ledgers(page: Page) -> dict[tuple[int, str], Ledger]:
    """Of each client what this page needs, read with the clients locked.

    The named invoices; all that is open only where money is left over, or was there before.
    """
    ledgers: dict[tuple[int, str], Ledger] = {}
    named = {pk for _row, match in page.found for pk in match.named}
    if named:
        _add_debts(ledgers, Invoice.objects.filter(pk__among=named))
    clients = {match.client_id for _row, match in page.found}
    credit = Payment.objects.credits().filter(client__among=clients).order_by()
    for pk, client_id, currency, booked_on, left in credit.values_list(
        "pk", "client_id", "currency", "booked_on", "unallocated_grosze"
    ):
        page.credits[pk] = Money(pk, booked_on, left)
        ledgers.setdefault((client_id, currency), Ledger()).credits.append(page.credits[pk])
    whole = _with_more(page, ledgers)
    if whole:
        undisputed = Invoice.objects.filter(disputed_at__isnull=True)
        _add_debts(ledgers, undisputed.filter(client__among=whole))
    return ledgers


def _add_debts(ledgers: dict[tuple[int, str], Ledger], invoices: InvoiceQuerySet) -> None:
    rows = (
        invoices.unpaid()
        .annotate(left=LEFT)
        .values_list("client_id", "currency", "pk", "due_on", "left", "disputed_at")
    )
    for client_id, currency, pk, due_on, left, disputed_at in rows:
        ledger = ledgers.setdefault((client_id, currency), Ledger())
        ledger.debts[pk] = Debt(pk, due_on or date.max, left, disputed_at is not None)


def _with_more(page: Page, ledgers: dict[tuple[int, str], Ledger]) -> set[int]:
    """The clients whose other invoices matter: named ones do not take all of the money."""
    whole = {client_id for (client_id, _currency), one in ledgers.items() if one.credits}
    lefts = {debt.pk: debt.left for one in ledgers.values() for debt in one.debts.values()}
    for row, match in page.found:
        if not covered(row.unallocated_grosze, lefts, match.named):
            whole.add(match.client_id)
    return whole


def _write(page: Page, *, at: datetime) -> None:
    booked = [
        (match.client_id, str(match.matched_by), page.moneys[row.pk].left, row.pk,
         row.unallocated_grosze)
        for row, match in page.found
    ]  # fmt: skip
    if booked and update_rows(BOOKED, booked) != len(booked):
        raise Moved
    for doubt in {answer.doubt for _row, answer in page.doubts} - {""}:
        doubtful = [row.pk for row, answer in page.doubts if answer.doubt == doubt]
        Payment.objects.to_clarify().filter(pk__in=doubtful).update(doubt=doubt)
    insert(Allocation, [AllocationRow(*one, at=at) for one in page.paid])
    sums = Counter[int]()
    for one in page.paid:
        sums[one.invoice_id] += one.grosze
    if sums:
        update_rows(PAID, [(grosze, pk) for pk, grosze in sorted(sums.items())])
    if page.credits:
        update_rows(USED, [(money.left, money.pk) for money in page.credits.values()])
    if page.learnt:
        update_rows(LEARNT, [(*one, on) for one, on in page.learnt.items()])


def _journal(page: Page, *, by: Actor, at: datetime) -> None:
    record_all(
        event_row(
            f"{PAYMENT}.book", PAYMENT, row.pk, "", by=by, at=at,
            client=match.client_id, matched_by=match.matched_by,
        )
        for row, match in page.found
    )  # fmt: skip
