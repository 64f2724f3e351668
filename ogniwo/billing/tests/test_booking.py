"""Booking by the rules spends what is left of a payment, never what was sent back."""

import pytest
from django.db import transaction

from ogniwo.billing import booking, matching, paying
from ogniwo.billing.booking import Moved, Waiting, book_each, book_waiting
from ogniwo.billing.check import breaches
from ogniwo.billing.matching import Evidence, Match, Sent, Undecided
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.paying import Transfer
from ogniwo.billing.tests import scene
from ogniwo.journal.actors import SYSTEM_ACTOR
from tests import cast

pytestmark = pytest.mark.django_db
DAY = scene.JANUARY
AT = scene.noon(DAY)


def unmatched(invoice: Invoice, grosze: int) -> Payment:
    """A transfer that names an invoice and that no rule was asked about yet."""
    transfer = Transfer(amount_grosze=grosze, booked_on=DAY, title=invoice.number)
    return paying.new_payment(transfer, by=SYSTEM_ACTOR, at=AT)


def refund(payment: Payment, grosze: int) -> None:
    paying.refund(payment, grosze=grosze, by=cast.person("Krysia"), at=AT)


def test_what_was_refunded_before_the_match_pays_nothing() -> None:
    invoice = scene.invoice()
    payment = unmatched(invoice, 12_300)
    refund(payment, 2_300)
    with transaction.atomic():
        counted = book_waiting(Payment.objects.all(), by=SYSTEM_ACTOR, at=AT)
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert counted["title"] == 1
    assert (invoice.paid_grosze, payment.unallocated_grosze) == (10_000, 0)
    assert list(breaches(AT)) == []


def test_a_payment_refunded_whole_is_booked_and_pays_nothing() -> None:
    invoice = scene.invoice()
    refund(unmatched(invoice, 500), 500)
    with transaction.atomic():
        book_waiting(Payment.objects.all(), by=SYSTEM_ACTOR, at=AT)
    assert Payment.objects.get().client == invoice.client
    assert Invoice.objects.get().paid_grosze == 0
    assert list(breaches(AT)) == []


def test_what_was_counted_before_a_refund_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = scene.invoice()
    payment = unmatched(invoice, 12_300)

    def refunding(row: Sent, known: Evidence) -> Match | Undecided:
        refund(payment, 100)
        return matching.decide(row, known)

    monkeypatch.setattr(booking, "decide", refunding)
    with pytest.raises(Moved), transaction.atomic():
        book_waiting(Payment.objects.all(), by=SYSTEM_ACTOR, at=AT)
    assert Invoice.objects.get().paid_grosze == 0


def test_of_a_chunk_that_fails_each_row_is_its_own_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = scene.invoice()
    payments = [unmatched(invoice, grosze) for grosze in (300, 400, 500)]

    def broken(row: Waiting, known: Evidence) -> Match | Undecided:
        if row.pk == payments[1].pk:
            raise ZeroDivisionError
        return matching.decide(row, known)

    monkeypatch.setattr(booking, "decide", broken)
    counted = book_each(Payment.objects.all(), by=SYSTEM_ACTOR, at=AT, together=lambda: None)
    assert (counted["title"], counted[""]) == (2, 1)
    waiting = Payment.objects.to_clarify().get()
    assert (waiting, waiting.doubt) == (payments[1], Payment.Doubt.ERROR)
    assert list(breaches(AT)) == []
