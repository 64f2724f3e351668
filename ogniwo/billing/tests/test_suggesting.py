"""Suggestions help a person who clarifies a payment; none is ever booked by itself."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from ogniwo.billing.booking import receive
from ogniwo.billing.models import Payment
from ogniwo.billing.paying import Transfer
from ogniwo.billing.suggesting import Why, _one_off, suggestions, suggestions_of
from ogniwo.billing.tests import scene
from ogniwo.billing.titles import Numbered
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


def test_a_page_of_titles_full_of_numbers_stays_a_cheap_question() -> None:
    """Neighbours are looked for of five numbers of a title, and never of endless serials."""
    scene.invoice()
    title = " ".join(f"FV/2026/01/{5500 + n}" for n in range(30))
    waiting = [unknown(100 + n, title=title.replace("/01/", f"/0{n}/")) for n in range(1, 9)]
    counts: list[int] = []

    def counted(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        counts.append(len(params or ()))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(counted):
        suggestions_of(waiting)
    assert max(counts) < 100
    late = "FV/2026/01/0002"
    assert suggestions(unknown(7, title=f"{title[: 15 * 4]}{late}"))
    assert not suggestions(unknown(8, title=f"{title} {late}"))


def test_a_serial_of_more_than_six_digits_has_no_neighbours() -> None:
    assert len(list(_one_off(Numbered("FV", "2026/01", 123_456)))) == 59
    assert list(_one_off(Numbered("FV", "2026/01", 1_234_567))) == []
