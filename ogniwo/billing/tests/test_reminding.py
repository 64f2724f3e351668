"""The ladder of reminders, day by day: issued 10.01.2026, due 26.01.2026 (a Monday)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.translation import override

from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request, Wanted
from ogniwo.billing.models import Invoice, Reminder
from ogniwo.billing.reminding import dispute, remind, remind_now, tick_reminders, undispute
from ogniwo.billing.tests import scene
from ogniwo.journal.models import Event
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.kernel.days import warsaw_instant
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from ogniwo.web.components.formats import days_overdue
from tests import cast

pytestmark = pytest.mark.django_db
DUE = date(2026, 1, 26)


def letters() -> list[Message]:
    return list(Message.objects.filter(template="billing/letters/reminder").order_by("pk"))


def on(days: int) -> date:
    return DUE + timedelta(days=days)


def morning(day: date, hour: int = 9) -> datetime:
    return warsaw_instant(day, time(hour))


def steps() -> list[tuple[int, int]]:
    """Days after the due day, and the step sent then."""
    rows = Reminder.objects.order_by("pk").values_list("on", "step")
    return [((day - DUE).days, step) for day, step in rows]


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-4, None), (-3, -3), (-1, -3), (0, -3), (1, 1), (6, 1), (7, 7), (13, 7), (14, 14),
        (29, 14), (30, 30), (90, 30),
    ],
)  # fmt: skip
def test_after_downtime_only_the_highest_step_reached_is_sent(days: int, step: int | None) -> None:
    scene.invoice()
    assert remind(scene.noon(on(days))) == (step is not None)
    assert steps() == ([(days, step)] if step else [])


def test_day_by_day_each_step_is_sent_once() -> None:
    scene.invoice()
    for days in range(-10, 60):
        remind(scene.noon(on(days)))
        remind(scene.noon(on(days)))
    assert steps() == [(-3, -3), (1, 1), (7, 7), (14, 14), (30, 30)]
    assert len(letters()) == 5


def test_a_short_due_day_is_not_announced() -> None:
    client = scene.account()
    client.change_account(values={"due_days": 6}, by=cast.person("Adam"), at=scene.noon(DUE))
    invoice = scene.invoice(client)
    assert invoice.due_on is not None
    assert (invoice.due_on - invoice.issued_on).days < 7
    assert remind(scene.noon(invoice.due_on)) == 0
    assert remind(scene.noon(invoice.due_on + timedelta(days=1))) == 1


def test_a_dispute_in_the_middle_stops_it_and_its_end_goes_on_with_the_step_reached() -> None:
    invoice, krysia = scene.invoice(), cast.person("Krysia")
    remind(scene.noon(on(1)))
    dispute(invoice, by=krysia, at=scene.noon(on(3)))
    for days in (7, 10, 14):
        assert remind(scene.noon(on(days))) == 0
    undispute(invoice, by=krysia, at=scene.noon(on(20)))
    assert remind(scene.noon(on(20))) == 1
    assert steps() == [(1, 1), (20, 14)]


def test_what_is_paid_in_part_is_reminded_of_with_the_rest() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    scene.pay(client, 10_000, invoice, on=on(-2))
    assert remind(scene.noon(on(1))) == 1
    assert Reminder.objects.get().left_grosze == 2_300
    assert "23,00" in render(letters()[0]).text
    scene.pay(client, 2_300, invoice, on=on(5))
    assert remind(scene.noon(on(7))) == 0


def test_a_correction_upwards_has_a_ladder_of_its_own() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    scene.pay(client, 12_300, invoice, on=on(-5))
    line = invoice.lines.get()
    wanted = Wanted(line=line.no, unit_grosze=20_000)
    request = Request(reason="cena", lines=[wanted])
    made = correct(invoice, request, by=cast.person("Krysia"), at=scene.noon(on(1)))
    assert made.due_on is not None
    assert remind(scene.noon(made.due_on)) == 1
    assert remind(scene.noon(made.due_on + timedelta(days=1))) == 1
    assert set(Reminder.objects.values_list("due_on", flat=True)) == {made.due_on}


def test_who_has_no_address_is_not_counted_as_reminded() -> None:
    invoice = scene.invoice()
    values, at = {"email": "", "invoice_email": ""}, scene.noon(on(1))
    invoice.client.change_account(values=values, by=cast.person("Adam"), at=at)
    assert remind(at) == 0
    assert not Reminder.objects.exists()
    assert not letters()


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (morning(on(1), 7), 0),  # Tuesday, too early
        (morning(on(1), 8), 1),
        (morning(on(1), 17), 1),
        (morning(on(1), 18), 0),
        (morning(on(5)), 0),  # Saturday
        (morning(on(6)), 0),  # Sunday
        (morning(on(7)), 1),
    ],
)
def test_the_worker_writes_on_working_days_from_eight_to_six(moment: datetime, sent: int) -> None:
    scene.invoice()
    assert tick_reminders(moment) == sent
    assert tick_reminders(moment) == 0


def test_the_worker_takes_so_many_clients_and_the_rest_next_time() -> None:
    for name in ("Kwiaty", "Buty", "Meble"):
        number = sum(map(ord, name)) * 50
        scene.one_off(scene.account(name, nip=cast.nip(number), shop_url=f"https://{name}.example"))
    scene.bill(scene.JANUARY)
    at = morning(on(1))
    assert [tick_reminders(at, 2), tick_reminders(at, 2), tick_reminders(at, 2)] == [2, 1, 0]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("days", [-3, 1, 7, 14, 30])
def test_each_letter_names_sum_days_account_and_link(days: int, language: str) -> None:
    invoice = scene.invoice()
    remind(scene.noon(on(days)))
    (letter,) = letters()
    letter.language = language
    rendered = render(letter)
    with override(language):
        late = days_overdue(max(days, 1))
    for part in (rendered.text, rendered.html):
        text = part.replace("\u00a0", " ")
        assert invoice.number in text
        assert "123,00" in text or "123.00" in text
        assert "12 9999 0004 0000 3071 9812 8740" in text
        assert "/f/" in text
        assert (late in part) == (days > 0)
    assert render(letter, masked=True).text.count("/f/") == 0


def test_the_tone_rises() -> None:
    scene.invoice()
    for days in (-3, 1, 7, 14, 30):
        remind(scene.noon(on(days)))
    assert len({letter.subject for letter in letters()}) == 5


def test_the_letter_lists_what_else_is_late() -> None:
    client = scene.account()
    first = scene.invoice(client)
    remind(scene.noon(on(1)))
    scene.one_off(client, price_grosze=20_000, start_on=on(1))
    scene.bill(on(1))
    second = Invoice.objects.latest("pk")
    assert second.due_on is not None
    assert remind(scene.noon(second.due_on)) == 2
    text = render(letters()[-1]).text
    assert first.number in text
    assert second.number in text


def test_by_hand_a_reminder_goes_once_a_day_outside_the_ladder() -> None:
    invoice, krysia = scene.invoice(), cast.person("Krysia")
    remind_now(invoice, by=krysia, at=scene.noon(on(3)))
    with pytest.raises(Refused) as refused:
        remind_now(invoice, by=krysia, at=scene.noon(on(3)))
    assert refused.value.code == "reminded_today"
    remind_now(invoice, by=krysia, at=scene.noon(on(4)))
    assert len(letters()) == 2
    assert not Reminder.objects.exists()
    assert Event.objects.filter(verb="billing.invoice.remind_now").count() == 2


def test_who_got_a_letter_by_hand_today_has_his_step_tomorrow() -> None:
    invoice = scene.invoice()
    remind_now(invoice, by=cast.person("Krysia"), at=morning(on(7), 7))
    assert tick_reminders(morning(on(7))) == 0
    assert tick_reminders(morning(on(8))) == 1
    assert steps() == [(8, 7)]


def test_by_hand_nothing_is_sent_that_may_not_be() -> None:
    client = scene.account()
    invoice, krysia, at = scene.invoice(client), cast.person("Krysia"), scene.noon(on(3))
    with pytest.raises(NotAllowed):
        remind_now(invoice, by=cast.person("Ola"), at=at)
    dispute(invoice, by=krysia, at=at)
    with pytest.raises(Refused) as refused:
        remind_now(invoice, by=krysia, at=at)
    assert refused.value.code == "disputed"
    undispute(invoice, by=krysia, at=at)
    scene.pay(client, 12_300, invoice, on=on(3))
    with pytest.raises(Refused) as refused:
        remind_now(invoice, by=krysia, at=at)
    assert refused.value.code == "nothing_left"
    assert not letters()
