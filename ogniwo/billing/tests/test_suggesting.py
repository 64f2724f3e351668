"""Suggestions help a person who clarifies a payment; none is ever booked by itself."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from ogniwo.billing.booking import receive
from ogniwo.billing.models import Payment
from ogniwo.billing.paying import Transfer
from ogniwo.billing.suggesting import Why, suggestions, suggestions_of
from ogniwo.billing.tests import scene
from ogniwo.journal.actors import SYSTEM_ACTOR
from tests import cast

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 20)


def unknown(grosze: int, **said: Any) -> Payment:
    transfer = Transfer(amount_grosze=grosze, booked_on=DAY, **said)
    payment = receive(transfer, by=SYSTEM_ACTOR, at=scene.noon(DAY))
    assert payment.state == Payment.State.TO_CLARIFY
    return payment


def test_a_number_one_digit_off_and_the_amount_speak_for_a_client() -> None:
    invoice = scene.invoice()
    for title in ("FV/2026/01/0002", "FV/2026/01/0010", "FV/2026/01/1001"):
        (one,) = suggestions(unknown(12_300, title=title))
        assert (one.client, one.invoices) == (invoice.client, (invoice,))
        assert one.why == (Why.NEAR, Why.AMOUNT)
    assert one.points == 60


def test_an_equal_amount_alone_says_little_when_many_owe_it() -> None:
    owing = [scene.invoice(scene.account(f"Firma {name}")) for name in "ABCD"]
    assert suggestions(unknown(12_300)) == []
    alike = suggestions(unknown(12_300, payer_name="FIRMA ŻÓŁW B SP. Z O.O."))
    assert alike == []  # one letter is no name
    assert {invoice.left_grosze for invoice in owing} == {12_300}


def test_a_name_like_the_senders_is_found() -> None:
    client = scene.account("Żółte Meble")
    scene.account("Białe Meble")
    (one,) = suggestions(unknown(999, payer_name="ZOLTE MEBLE SPOLKA Z O.O. UL. DŁUGA 3"))
    assert (one.client, one.invoices) == (client, ())
    assert Why.NAME in one.why


def test_of_several_clients_named_each_is_suggested_with_its_invoice() -> None:
    first, second = scene.invoice(), scene.invoice(scene.account("Meble"))
    found = suggestions(unknown(24_600, title=f"{first.number} {second.number}"))
    assert [one.invoices for one in found] == [(first,), (second,)]
    assert [one.why for one in found] == [(Why.NAMED,), (Why.NAMED,)]


def test_a_page_of_payments_asks_as_often_as_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    scene.invoice()
    page = [
        unknown(12_300, title=f"FV/2026/01/00{n:02} 999-100-00-16", payer_name=f"Kwiaty {n}",
                payer_account=f"PL{n}")
        for n in range(12, 60)
    ]  # fmt: skip
    with django_assert_max_num_queries(7):
        found = suggestions_of(page)
    assert len(found) == 48
    assert all(len(some) <= 3 for some in found.values())


def test_nothing_known_suggests_nothing() -> None:
    cast.vendor()
    assert suggestions(unknown(1)) == []
