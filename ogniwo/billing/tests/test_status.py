"""The payment status: what is owed, paid, due, and the day; the same in Python and in SQL."""

from datetime import date

import pytest

from ogniwo.billing import status
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request, Wanted
from ogniwo.billing.models import Invoice
from ogniwo.billing.tests import scene
from tests import cast

DUE = date(2026, 1, 26)
DAY_AFTER = date(2026, 1, 27)


@pytest.mark.parametrize(
    ("owed", "paid", "due_now", "code"),
    [
        (0, 0, 0, status.ZEROED),
        (100, 100, 100, status.PAID),
        (100, 40, 100, status.PART_OVERDUE),
        (100, 40, 0, status.PART_PAID),
        (100, 40, 40, status.PART_PAID),
        (100, 0, 100, status.OVERDUE),
        (100, 0, 0, status.UNPAID),
    ],
)
def test_the_first_rule_that_fits_gives_the_status(
    owed: int, paid: int, due_now: int, code: str
) -> None:
    assert status.status(kind="FV", owed=owed, paid=paid, due_now=due_now) == code


def test_a_correction_has_no_status_of_its_own() -> None:
    assert status.status(kind="KOR", owed=100, paid=0, due_now=100) == status.CORRECTION
    assert status.status(kind="PRO", owed=100, paid=0, due_now=100) == status.PROFORMA


def test_a_raise_is_due_by_its_own_day() -> None:
    raises = [(date(2026, 2, 16), 50)]
    due = [
        status.due_now(on=day, due_on=DUE, gross=100, corrected=50, raises=raises)
        for day in (DUE, DAY_AFTER, date(2026, 2, 16), date(2026, 2, 17))
    ]
    assert due == [0, 100, 100, 150]


@pytest.mark.django_db
def test_on_the_due_day_itself_nothing_is_late() -> None:
    invoice = scene.invoice()
    assert invoice.due_on == DUE
    assert invoice.status(on=DUE) == status.UNPAID
    assert invoice.status(on=DAY_AFTER) == status.OVERDUE
    assert invoice.days_late(on=DAY_AFTER) == 1


@pytest.mark.django_db
def test_the_database_tells_the_same_status() -> None:
    client = scene.account()
    for number in range(4):
        scene.one_off(client, price_grosze=10_000, separate=True, name=f"Praca {number}")
    scene.bill(scene.JANUARY)
    unpaid, part, paid, raised = Invoice.objects.order_by("pk")
    scene.pay(client, 100, part)
    scene.pay(client, 12_300, paid)
    scene.pay(client, 12_300, raised)
    request = Request(reason="cena", lines=[Wanted(line=1, unit_grosze=15_000)])
    correct(raised, request, by=cast.person("Krysia"), at=scene.noon(date(2026, 2, 2)))
    for day in (DUE, DAY_AFTER, date(2026, 2, 16), date(2026, 2, 17)):
        for invoice in Invoice.objects.with_status(on=day):
            assert invoice.payment_status == invoice.status(on=day), (invoice, day)
            if invoice.kind == Invoice.Kind.FV:
                assert invoice.due_now_grosze == invoice.due_now(on=day)
    assert set(Invoice.objects.overdue(on=DAY_AFTER)) == {unpaid, part}
    assert set(Invoice.objects.overdue(on=date(2026, 2, 17))) == {unpaid, part, raised}
