"""Two workers and two people at once: one letter a client, no day charged twice."""

from datetime import datetime, time

import pytest

from ogniwo.billing import paying
from ogniwo.billing.check_notes import breaches
from ogniwo.billing.digest import tick_digest
from ogniwo.billing.models import InterestNote, Invoice, Payment, Reminder
from ogniwo.billing.noting import issue_note, pay_note
from ogniwo.billing.reminding import tick_reminders
from ogniwo.billing.tests import scene
from ogniwo.billing.tests.test_noting import day, note
from ogniwo.journal.moves import Refused
from ogniwo.kernel.days import warsaw_instant
from ogniwo.outbox.models import Message
from tests import cast
from tests.races.racing import Deed, errors, race, together

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 6


def monday_morning() -> datetime:
    return warsaw_instant(day(7), time(9))


def debtors() -> None:
    """Each with an invoice that is a week late on that Monday."""
    for number in range(CLIENTS):
        nip, shop = cast.nip(60_000 + 50 * number), f"https://firma{number}.example"
        scene.one_off(scene.account(f"Firma {number}", nip=nip, shop_url=shop))
    scene.bill(scene.JANUARY)


def test_three_workers_remind_each_client_once() -> None:
    debtors()
    outcomes = together(*[lambda: tick_reminders(monday_morning())] * 3)
    assert not errors(outcomes)
    assert sum(one.result for one in outcomes) == CLIENTS
    assert Message.objects.filter(template="billing/letters/reminder").count() == CLIENTS
    assert Reminder.objects.count() == CLIENTS


def test_three_workers_tell_a_reseller_once() -> None:
    debtors()
    outcomes = together(*[lambda: tick_digest(monday_morning())] * 3)
    assert not errors(outcomes)
    assert sum(one.result for one in outcomes) == 1


def test_two_notes_at_once_charge_each_day_once() -> None:
    client, krysia = scene.invoice().client, cast.person("Krysia")

    def issue() -> InterestNote:
        return issue_note(client, "PLN", until=day(30), by=krysia, at=scene.noon(day(30)))

    outcomes = together(issue, issue)
    (lost,) = errors(outcomes)
    assert isinstance(lost, Refused)
    assert lost.code == "no_interest"
    assert InterestNote.objects.get().number == "NO/2026/02/0001"
    assert not list(breaches())


def test_notes_of_two_clients_at_once_have_numbers_without_a_gap() -> None:
    debtors()
    krysia, at = cast.person("Krysia"), scene.noon(day(30))
    clients = list({one.client for one in Invoice.objects.select_related("client")})[:3]
    deeds = [
        lambda client=client: issue_note(client, "PLN", until=day(30), by=krysia, at=at)
        for client in clients
    ]
    assert not errors(together(*deeds))
    assert sorted(InterestNote.objects.values_list("serial", flat=True)) == [1, 2, 3]
    assert not list(breaches())


def test_a_note_is_paid_or_cancelled_never_both() -> None:
    debtors()
    krysia, at = cast.person("Krysia"), scene.noon(day(41))
    clients = list({one.client for one in Invoice.objects.select_related("client")})
    notes = [note(client, day(30)) for client in clients]

    def paying_it(made: InterestNote) -> Deed:
        transfer = paying.Transfer(amount_grosze=1, booked_on=day(40))
        payment = paying.new_payment(transfer, by=krysia, at=at)
        return lambda: pay_note(payment, made, by=krysia, at=at)

    def cancelling(made: InterestNote) -> Deed:
        seen = InterestNote.objects.get(pk=made.pk)
        return lambda: seen.cancel(reason="pomyłka", by=krysia, at=at)

    for outcomes in race(notes, paying_it, cancelling):
        assert [type(one.error) for one in outcomes].count(type(None)) == 1, outcomes
        assert all(isinstance(lost, Refused) for lost in errors(outcomes))
    assert not list(breaches())


def test_of_two_who_pay_a_note_with_one_payment_one_is_refused() -> None:
    client, krysia = scene.invoice().client, cast.person("Krysia")
    made = note(client, day(30))
    transfer = paying.Transfer(amount_grosze=100, booked_on=day(40))
    payment = paying.new_payment(transfer, by=krysia, at=scene.noon(day(40)))
    outcomes = together(*[lambda: pay_note(payment, made, by=krysia, at=scene.noon(day(41)))] * 2)
    (lost,) = errors(outcomes)
    assert isinstance(lost, Refused)
    assert InterestNote.objects.get().paid_grosze == 100
    assert Payment.objects.get().unallocated_grosze == 0
    assert not list(breaches())
