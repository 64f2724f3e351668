"""Which debits of a statement seem to give a payment back; a person decides, never a rule."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from ogniwo.billing.models import BankStatement, Debit, Payment
from ogniwo.billing.models.payment import PaymentQuerySet
from ogniwo.journal.actors import Actor

AT_ONCE: Final = 500
LONGEST: Final = timedelta(days=400)  # a return comes within days, a chargeback within 13 months
SHORTEST: Final = 6  # shorter words of a title are no reference of a bank
BETWEEN: Final = re.compile(r"[\s,;:]+")


def propose_returns(statement: BankStatement, *, by: Actor, at: datetime) -> int:
    """Propose `reverse` for each payment a debit seems to give back; how many. Repeatable."""
    skipped = statement.outgoing.filter(state=Debit.State.SKIPPED).order_by("pk")
    key, count = 0, 0
    while debits := list(skipped.filter(pk__gt=key)[:AT_ONCE]):
        for debit, payment in returned_by(debits, account=statement.account):
            debit.propose(payment=payment, by=by, at=at)
            count += 1
        key = debits[-1].pk
    return count


def returned_by(debits: Sequence[Debit], *, account: str) -> list[tuple[Debit, Payment]]:
    """The payments these debits of an account seem to give back, each payment once."""
    possible = _possible(account)
    by_reference = _named(debits, possible)
    by_sender = _of_sender(debits, possible)
    found: list[tuple[Debit, Payment]] = []
    taken: set[int] = set()
    for debit in debits:
        named = [
            payment
            for word in words_of(debit.title)
            for payment in by_reference.get((word, debit.amount_grosze, debit.currency), ())
        ]
        sent = by_sender.get((debit.account, debit.amount_grosze, debit.currency), [])
        for payment in [*named, *(sent if debit.is_return and debit.account else ())]:
            if payment.pk not in taken and payment.booked_on <= debit.booked_on:
                taken.add(payment.pk)
                found.append((debit, payment))
                break
    return found


def words_of(title: str) -> set[str]:
    """What in a title may be a reference of a bank."""
    return {word for word in BETWEEN.split(title) if len(word) >= SHORTEST}


def _possible(account: str) -> PaymentQuerySet:
    """Whole transfers into the account that nobody gave back or refunded; the latest first.

    One that was split goes back whole, with its parts; one that went to a client's own account
    is of the statement that showed it.
    """
    into = Q(account=account) | Q(statement__account=account)
    whole = Payment.objects.of_the_bank().filter(into, reversed_at__isnull=True, refunded_grosze=0)
    # Asked of the few that match, so that no payment is joined before.
    return whole.exclude(parts__refunded_grosze__gt=0).order_by("-booked_on", "-pk")


def _named(
    debits: Sequence[Debit], possible: PaymentQuerySet
) -> dict[tuple[str, int, str], list[Payment]]:
    words = {word for debit in debits for word in words_of(debit.title)}
    found: dict[tuple[str, int, str], list[Payment]] = {}
    for payment in _unproposed(possible.filter(reference__in=words)):
        key = (payment.reference or "", payment.amount_grosze, payment.currency)
        found.setdefault(key, []).append(payment)
    return found


def _of_sender(
    debits: Sequence[Debit], possible: PaymentQuerySet
) -> dict[tuple[str, int, str], list[Payment]]:
    returns = [debit for debit in debits if debit.is_return and debit.account]
    if not returns:
        return {}
    from_on = min(debit.booked_on for debit in returns) - LONGEST
    sent = possible.filter(
        booked_on__gte=from_on,
        payer_account__in={debit.account for debit in returns},
        amount_grosze__in={debit.amount_grosze for debit in returns},
    )
    found: dict[tuple[str, int, str], list[Payment]] = {}
    for payment in _unproposed(sent):
        key = (payment.payer_account, payment.amount_grosze, payment.currency)
        found.setdefault(key, []).append(payment)
    return found


def _unproposed(payments: Iterable[Payment]) -> list[Payment]:
    payments = list(payments)
    if not payments:
        return []
    proposed = Debit.objects.filter(proposes__in=payments)
    taken = set(proposed.values_list("proposes_id", flat=True))
    return [payment for payment in payments if payment.pk not in taken]
