"""Many at once come to exactly what one by one would: by the rules, and by booking each by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogniwo.billing import booking
from ogniwo.billing.matching import Evidence, Match, decide
from ogniwo.billing.models import Allocation, Invoice, Payment, SenderAccount
from ogniwo.billing.paying import Transfer, book, lock, new_payment
from ogniwo.integrations.bank import intake, storing
from ogniwo.integrations.bank.tests.test_traps import AT, take
from ogniwo.integrations.bank.tests.traps import Maker, Row, World, build
from ogniwo.integrations.bank.tests.writing import mt940
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.programme.models import Vendor

Outcome = list[Any]


class Undo(Exception):
    """Take back what an example did."""


def test_many_at_once_are_what_one_by_one_is(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build(24)
    # Disputed, so that named and unnamed money differ.
    dispute = datetime(2026, 2, 3, tzinfo=UTC)
    Invoice.objects.filter(pk=world.monthly[world.clients[3].pk][0].pk).update(disputed_at=dispute)
    monkeypatch.setattr(storing, "AT_ONCE", 17)
    monkeypatch.setattr(intake, "AT_ONCE", 17)

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32), count=st.integers(1, 60), large=st.booleans())
    def compare(seed: int, count: int, *, large: bool) -> None:
        rows = Maker(world, seed=seed).rows(count)
        if large:
            rows = [_larger(row, place) for place, row in enumerate(rows)]
        outcomes = [
            _outcome(world, lambda: _in_bulk(tmp_path, rows, seed)),
            _outcome(world, lambda: _by_rule(rows)),
            _outcome(world, lambda: _by_hand(rows)),
        ]
        assert outcomes[0] == outcomes[1]
        assert outcomes[0] == outcomes[2]

    compare()


def _larger(row: Row, place: int) -> Row:
    """So much that named invoices are overpaid and the rest pays others, or waits as credit."""
    from dataclasses import replace  # noqa: PLC0415 - of this one place

    grosze = row.entry.amount_grosze
    return replace(row, entry=replace(row.entry, amount_grosze=grosze * (100 + 97 * (place % 5))))


def _outcome(world: World, deed: Any) -> Outcome:
    """All that money came to, and the books as they were before."""
    found: Outcome = []
    try:
        with transaction.atomic():
            last = Payment.objects.order_by("pk").values_list("pk", flat=True).last() or 0
            deed()
            found = _money(last)
            raise Undo
    except Undo:
        return found


def _money(last: int) -> Outcome:
    new = list(Payment.objects.filter(pk__gt=last).order_by("pk"))
    place = {payment.pk: number for number, payment in enumerate(new)}
    shares = Allocation.objects.values_list("payment", "invoice", "grosze")
    return [
        [(one.title, one.client_id, one.matched_by, one.unallocated_grosze, one.version)
         for one in new],
        sorted((place.get(payment, -payment), *rest) for payment, *rest in shares),
        sorted(SenderAccount.objects.values_list("client", "account", "learnt_on")),
        list(Invoice.objects.order_by("pk").values_list("paid_grosze", flat=True)),
    ]  # fmt: skip


def _in_bulk(folder: Path, rows: list[Row], seed: int) -> None:
    entries = [row.entry for row in rows]
    take(folder, mt940(entries, account=Vendor.load().account), f"{seed}.sta")


def _transfers(rows: list[Row]) -> list[Transfer]:
    account = Vendor.load().account
    return [
        Transfer(
            amount_grosze=row.entry.amount_grosze, booked_on=row.entry.booked_on,
            title=row.entry.title, account=account, payer_account=row.entry.account,
            payer_name=row.entry.name,
        )
        for row in rows if row.entry.amount_grosze > 0
    ]  # fmt: skip


def _by_rule(rows: list[Row]) -> None:
    for transfer in _transfers(rows):
        booking.receive(transfer, by=SYSTEM_ACTOR, at=AT)


def _by_hand(rows: list[Row]) -> None:
    """The rules for each alone, and what a person's `assign` does with money."""
    for transfer in _transfers(rows):
        payment = new_payment(transfer, by=SYSTEM_ACTOR, at=AT)
        answer = decide(transfer, Evidence.of([transfer]))
        if isinstance(answer, Match):
            lock(answer.client_id)
            by_pk = Invoice.objects.in_bulk(answer.named)
            named = [by_pk[pk] for pk in answer.named]
            book(payment, answer.client_id, named=named, matched_by=answer.matched_by,
                 by=SYSTEM_ACTOR, at=AT)  # fmt: skip
