"""The account of a client: each line once, a balance that is his debt less his credit."""

from datetime import date

import pytest

from ogniwo.billing.client_statement import Deed, Statement, currencies, statement
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request
from ogniwo.billing.models import Invoice, Payment
from ogniwo.billing.paying import refund, reverse
from ogniwo.billing.tests import scene
from ogniwo.billing.tests.scene import noon
from ogniwo.programme.models import Client
from tests import cast

pytestmark = pytest.mark.django_db

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 31)


def of(client: Client, start: date = JANUARY, end: date = MARCH) -> Statement:
    return statement(client, currency="PLN", start=start, end=end)


def lines(made: Statement) -> list[tuple[str, int, int]]:
    return [(entry.deed, entry.grosze, balance) for entry, balance in made.lines]


def debt_less_credit(client: Client) -> int:
    owed = sum(one.left_grosze for one in Invoice.objects.filter(client=client, kind="FV"))
    return owed - sum(one.unallocated_grosze for one in Payment.objects.filter(client=client))


def test_invoices_and_payments_run_to_a_balance() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    scene.pay(client, 10_000, on=date(2026, 1, 20))
    made = of(client)
    assert lines(made) == [(Deed.INVOICE, 12_300, 12_300), (Deed.PAYMENT, -10_000, 2_300)]
    assert made.open_items == [(invoice.number, invoice.due_on, 2_300)]
    assert (made.charged, made.paid, made.closing) == (12_300, 10_000, debt_less_credit(client))


def test_what_was_before_the_period_is_its_opening_balance() -> None:
    client = scene.account()
    scene.invoice(client)
    made = of(client, start=date(2026, 2, 1))
    assert (made.opening, made.lines, made.closing) == (12_300, [], 12_300)
    assert of(client, end=date(2026, 1, 9)).closing == 0


def test_a_correction_an_overpayment_and_its_refund() -> None:
    krysia, client = cast.person("Krysia"), scene.account()
    invoice = scene.invoice(client)
    payment = scene.pay(client, 12_300, on=date(2026, 1, 20))
    request = Request(reason="Rezygnacja", to_zero=True)
    correct(invoice, request, by=krysia, at=noon(date(2026, 2, 2)))
    payment.refresh_from_db()
    refund(payment, grosze=12_000, by=krysia, at=noon(date(2026, 2, 5)))
    made = of(client)
    assert lines(made) == [
        (Deed.INVOICE, 12_300, 12_300),
        (Deed.PAYMENT, -12_300, 0),
        (Deed.CORRECTION, -12_300, -12_300),
        (Deed.REFUND, 12_000, -300),
    ]
    assert made.open_items == []
    assert made.closing == debt_less_credit(client) == -300


def test_a_returned_transfer_stands_twice() -> None:
    krysia, client = cast.person("Krysia"), scene.account()
    scene.invoice(client)
    payment = scene.pay(client, 12_300, on=date(2026, 1, 20))
    reverse(payment, by=krysia, at=noon(date(2026, 1, 25)))
    made = of(client)
    assert [entry.day.day for entry, _balance in made.lines] == [10, 20, 25]
    assert made.closing == debt_less_credit(client) == 12_300


def test_open_items_are_those_of_the_day() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    payment = scene.pay(client, 12_300, on=date(2026, 2, 20))
    payment.allocations.update(at=noon(date(2026, 2, 20)))
    assert of(client, end=date(2026, 2, 19)).open_items == [
        (invoice.number, invoice.due_on, 12_300)
    ]
    assert of(client, end=date(2026, 2, 20)).open_items == []


def test_each_currency_has_its_own_account() -> None:
    client = scene.account()
    scene.invoice(client)
    assert currencies(client) == ["PLN"]
    euro = statement(client, currency="EUR", start=JANUARY, end=MARCH)
    assert (euro.lines, euro.open_items) == ([], [])
