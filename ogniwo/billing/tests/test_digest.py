"""The weekly letter: Mondays at eight, only when something is overdue, to who wants it."""

from datetime import date, datetime, time, timedelta

import pytest

from ogniwo.billing.digest import tick_digest
from ogniwo.billing.models import Invoice
from ogniwo.billing.tests import scene
from ogniwo.kernel import roles
from ogniwo.kernel.days import warsaw_instant
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from tests import cast

pytestmark = pytest.mark.django_db
DUE = date(2026, 1, 26)  # a Monday
MONDAY = DUE + timedelta(days=7)


def monday(hour: int = 8, *, weeks: int = 0) -> datetime:
    return warsaw_instant(MONDAY + timedelta(weeks=weeks), time(hour))


def digests() -> list[Message]:
    return list(Message.objects.filter(template="billing/letters/overdue_digest").order_by("pk"))


def test_on_monday_the_reseller_is_told_once_what_is_overdue() -> None:
    invoice = scene.invoice()
    assert tick_digest(monday(7)) == 0
    assert tick_digest(monday()) == 1
    assert tick_digest(monday(9)) == 0
    (letter,) = digests()
    assert letter.to == cast.owner_of(cast.reseller("Radek")).email
    for part in (render(letter).text, render(letter).html):
        assert invoice.number in part
        assert "Kwiaty" in part
        assert "123,00" in part
    assert tick_digest(monday(weeks=1)) == 1


def test_on_the_due_day_and_on_other_days_nothing_goes() -> None:
    scene.invoice()
    assert tick_digest(warsaw_instant(DUE, time(9))) == 0
    assert tick_digest(warsaw_instant(MONDAY + timedelta(days=1), time(9))) == 0


def test_nothing_overdue_no_letter() -> None:
    client = scene.account()
    scene.pay(client, 12_300, scene.invoice(client), on=DUE)
    assert tick_digest(monday()) == 0


def test_of_another_resellers_clients_nothing_is_told() -> None:
    scene.invoice()
    cast.reseller("Zenon")
    tick_digest(monday())
    assert {letter.to for letter in digests()} == {cast.owner_of(cast.reseller("Radek")).email}


def test_who_switched_it_off_and_who_only_looks_get_none() -> None:
    firm = cast.reseller("Radek")
    scene.invoice()
    owner = cast.owner_of(firm)
    owner.change_profile(wants_digest=False, by=owner, at=cast.START)
    cast.colleague(firm, roles.RESELLER_READER)
    member = cast.colleague(firm, roles.RESELLER_MEMBER)
    assert tick_digest(monday()) == 1
    assert [letter.to for letter in digests()] == [member.email]


@pytest.mark.parametrize("programme", [True, False])
def test_sums_are_told_only_to_who_sees_them(programme: bool) -> None:  # noqa: FBT001 - of pytest
    cast.vendor(amounts_shown=programme)
    scene.invoice()
    member = cast.colleague(cast.reseller("Radek"), roles.RESELLER_MEMBER)
    member.change_profile(sees_amounts=False, by=member, at=cast.START)
    tick_digest(monday())
    told = {letter.to: "123,00" in render(letter).html for letter in digests()}
    owner = cast.owner_of(cast.reseller("Radek")).email
    assert told == {owner: programme, member.email: False}


def test_many_overdue_invoices_are_counted_and_the_oldest_named() -> None:
    client = scene.account()
    for number in range(45):
        scene.one_off(client, price_grosze=10_000, separate=True, name=f"Praca {number}")
    scene.bill(scene.JANUARY)
    tick_digest(monday())
    (letter,) = digests()
    text = render(letter).text
    assert letter.subject.startswith("45 ")
    assert sum(one.number in text for one in Invoice.objects.all()) == 40
