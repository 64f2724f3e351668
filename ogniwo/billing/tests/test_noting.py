"""Interest notes: 123.00 issued on 10.01.2026, due 26.01.2026; 14.00% until June, then 13.75%."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from ogniwo.billing import clarifying, paying
from ogniwo.billing.booking import receive
from ogniwo.billing.check_notes import breaches
from ogniwo.billing.interest import (
    Stretch,
    half_year,
    interest,
    missing_rate,
    rates_by_day,
    set_rate,
    sum_of,
)
from ogniwo.billing.late_letters import note_paper_of
from ogniwo.billing.models import (
    InterestNote,
    InterestNoteLine,
    Invoice,
    NbpRate,
    NoteAllocation,
    Payment,
    SenderAccount,
)
from ogniwo.billing.noting import charges, compensations, issue_note, pay_note
from ogniwo.billing.reminding import dispute
from ogniwo.billing.tests import scene
from ogniwo.journal.moves import Conflict, NotAllowed, Refused
from ogniwo.kernel.money import round_half_up
from ogniwo.outbox.models import Message
from ogniwo.outbox.post import render
from ogniwo.programme.models import Client
from tests import cast

pytestmark = pytest.mark.django_db
DUE = date(2026, 1, 26)
OWED = 12_300


def day(days: int) -> date:
    return DUE + timedelta(days=days)


def per_day(days: int, points: int = 1_400, late: int = OWED) -> Fraction:
    """The rule, said once more: sum × rate / 365 for each day."""
    return Fraction(late * points * days, 3_650_000)


def note(client: Client, until: date, **changes: object) -> InterestNote:
    krysia = cast.person("Krysia")
    facts = {"until": until, "by": krysia, "at": scene.noon(until)} | changes
    return issue_note(client, "PLN", **facts)  # type: ignore[arg-type]  # the facts of a test


def refused_code(client: Client, until: date, **changes: object) -> str:
    with pytest.raises(Refused) as refused:
        note(client, until, **changes)
    return refused.value.code


def unknown_money(grosze: int, title: str = "NO/2026/03/0001") -> Payment:
    transfer = paying.Transfer(amount_grosze=grosze, booked_on=day(60), title=title)
    return paying.new_payment(transfer, by=cast.person("Krysia"), at=scene.noon(day(60)))


def test_a_note_charges_every_day_after_the_due_day() -> None:
    invoice = scene.invoice()
    made = note(invoice.client, day(30))
    assert made.number == "NO/2026/02/0001"
    assert made.grosze == round_half_up(per_day(30))
    (line,) = made.lines.all()
    assert (line.from_on, line.to_on, line.grosze) == (day(1), day(30), made.grosze)
    assert made.due_on == date(2026, 3, 11)
    invoice.refresh_from_db()
    assert invoice.noted_to == day(30)
    assert not list(breaches())


def test_two_notes_charge_no_day_twice_and_together_all() -> None:
    invoice = scene.invoice()
    first, second = note(invoice.client, day(30)), note(invoice.client, day(75))
    assert first.grosze + second.grosze == sum(map(round_half_up, (per_day(30), per_day(45))))
    assert second.lines.get().from_on == day(31)
    assert refused_code(invoice.client, day(75)) == "no_interest"
    assert [one.number for one in InterestNote.objects.order_by("pk")] == [
        "NO/2026/02/0001", "NO/2026/04/0001",
    ]  # fmt: skip
    assert not list(breaches())


def test_the_database_refuses_a_second_charge_of_a_day() -> None:
    invoice = scene.invoice()
    made = note(invoice.client, day(30))
    with pytest.raises(DatabaseError), transaction.atomic():
        InterestNoteLine.objects.create(
            note=made, invoice=invoice, no=2, from_on=day(1), to_on=day(2), grosze=1
        )


def test_a_change_of_the_rate_cuts_the_days() -> None:
    invoice = scene.invoice()
    made = note(invoice.client, date(2026, 7, 10))
    first, second = made.snapshot["lines"][0]["pieces"]
    assert (first["to"], first["basis_points"]) == ("2026-06-30", 1_400)
    assert (second["from"], second["days"], second["basis_points"]) == ("2026-07-01", 10, 1_375)
    days = (date(2026, 6, 30) - DUE).days
    assert made.grosze == round_half_up(per_day(days) + per_day(10, 1_375))


def test_a_leap_year_is_counted_by_365_too() -> None:
    year = Stretch(date(2024, 1, 1), date(2024, 12, 31), 100_000, 1_575)
    assert year.days == 366
    assert sum_of([year]) == round_half_up(Fraction(100_000 * 1_575 * 366, 3_650_000)) == 15_793


def test_what_is_paid_in_part_bears_less_from_the_next_day_on() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    scene.pay(client, 2_300, invoice, on=day(10))
    made = note(client, day(30))
    assert made.grosze == round_half_up(per_day(10) + per_day(20, late=10_000))


def test_an_invoice_paid_late_is_charged_for_the_days_it_was_late() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    scene.pay(client, OWED, invoice, on=day(50))
    assert note(client, day(60)).grosze == round_half_up(per_day(50))
    assert refused_code(client, day(90)) == "no_interest"


def test_an_invoice_paid_in_time_bears_nothing() -> None:
    client = scene.account()
    scene.pay(client, OWED, scene.invoice(client), on=DUE)
    assert refused_code(client, day(60)) == "no_interest"


def test_a_disputed_invoice_is_left_out() -> None:
    invoice = scene.invoice()
    dispute(invoice, by=cast.person("Krysia"), at=scene.noon(day(5)))
    assert charges(invoice.client, "PLN", until=day(60)) == []


def test_the_preview_is_what_the_note_charges_and_what_the_invoice_says() -> None:
    invoice = scene.invoice()
    (charge,) = charges(invoice.client, "PLN", until=day(40))
    assert charge.grosze == interest(invoice, until=day(40))
    assert note(invoice.client, day(40), shown_grosze=charge.grosze).grosze == charge.grosze


def test_a_note_of_another_sum_than_was_shown_is_refused() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    shown = charges(client, "PLN", until=day(40))[0].grosze
    scene.pay(client, 5_000, invoice, on=day(20))
    assert refused_code(client, day(40), shown_grosze=shown) == "sum_changed"
    assert not InterestNote.objects.exists()


def test_without_the_rate_of_the_half_year_no_note_is_issued() -> None:
    invoice, january = scene.invoice(), date(2027, 1, 20)
    assert missing_rate(rates_by_day(), on=january) == date(2027, 1, 1)
    assert missing_rate(rates_by_day(), on=date(2026, 12, 31)) is None
    assert refused_code(invoice.client, january) == "rate_missing"
    krysia = cast.person("Krysia")
    set_rate(
        date(2027, 1, 1), basis_points=1_300, source="M.P. 2027 poz. 1", by=krysia,
        at=scene.noon(january),
    )  # fmt: skip
    assert missing_rate(rates_by_day(), on=january) is None
    assert note(invoice.client, january).snapshot["lines"][0]["pieces"][-1]["basis_points"] == 1_300


def test_a_published_rate_can_be_put_right() -> None:
    krysia, july = cast.person("Krysia"), date(2026, 7, 1)
    for points in (1_400, 1_350):
        set_rate(july, basis_points=points, source="", by=krysia, at=scene.noon(july))
    assert dict(rates_by_day())[july] == 1_350


@pytest.mark.parametrize(
    ("on", "points", "code"),
    [
        (date(2027, 2, 1), 1_300, "bad_rate_day"),
        (date(2027, 7, 2), 1_300, "bad_rate_day"),
        (date(2027, 1, 1), 0, "bad_interest_rate"),
        (date(2027, 1, 1), 10_001, "bad_interest_rate"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(on: date, points: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        set_rate(on, basis_points=points, source="", by=cast.person("Adam"), at=scene.noon(on))
    assert refused.value.code == code


def test_half_years_begin_in_january_and_july() -> None:
    assert half_year(date(2026, 6, 30)) == date(2026, 1, 1)
    assert half_year(date(2026, 7, 1)) == date(2026, 7, 1)


def test_only_the_accountant_and_the_administrator_issue_notes_up_to_today() -> None:
    client = scene.invoice().client
    with pytest.raises(NotAllowed):
        note(client, day(30), by=cast.person("Ola"))
    assert refused_code(client, day(31), at=scene.noon(day(30))) == "until_ahead"


def test_numbers_have_no_gap_and_dates_never_fall() -> None:
    client = scene.invoice().client
    note(client, day(30))
    assert refused_code(client, day(20), at=scene.noon(day(29))) in {
        "no_interest", "date_before_last",
    }  # fmt: skip
    assert note(client, day(31)).number == "NO/2026/02/0002"
    assert not list(breaches())


def test_a_note_taken_back_gives_its_days_back_from_the_end_only() -> None:
    invoice, krysia = scene.invoice(), cast.person("Krysia")
    first, second = note(invoice.client, day(30)), note(invoice.client, day(60))
    with pytest.raises(Refused) as refused:
        first.cancel(reason="pomyłka", by=krysia, at=scene.noon(day(61)))
    assert refused.value.code == "later_note"
    second.cancel(reason="pomyłka", by=krysia, at=scene.noon(day(61)))
    assert (second.state, second.left_grosze) == ("cancelled", 0)
    invoice.refresh_from_db()
    assert invoice.noted_to == day(30)
    again = note(invoice.client, day(62))
    assert again.lines.get().from_on == day(31)
    assert not list(breaches())


def test_a_note_is_taken_back_with_a_reason_and_once() -> None:
    made, krysia = note(scene.invoice().client, day(30)), cast.person("Krysia")
    with pytest.raises(Refused) as refused:
        made.cancel(reason=" ", by=krysia, at=scene.noon(day(31)))
    assert refused.value.code == "no_reason"
    made.cancel(reason="pomyłka", by=krysia, at=scene.noon(day(31)))
    with pytest.raises(Conflict):
        made.cancel(reason="pomyłka", by=krysia, at=scene.noon(day(31)))
    with pytest.raises(NotAllowed):
        made.cancel(reason="pomyłka", by=cast.person("Ola"), at=scene.noon(day(31)))


def test_an_issued_note_is_never_changed() -> None:
    made = note(scene.invoice().client, day(30))
    for change in ("grosze = 1", "number = 'X'", "snapshot = '{}'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE billing_interestnote SET {change} WHERE id = %s", [made.pk])  # noqa: S608 - constants of this test
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_interestnoteline WHERE note_id = %s", [made.pk])


def test_money_of_nobody_pays_a_note_and_the_rest_an_invoice() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    made, payment = note(client, day(30)), unknown_money(10_000)
    taken = pay_note(payment, made, by=cast.person("Krysia"), at=scene.noon(day(60)))
    payment.refresh_from_db()
    made.refresh_from_db()
    invoice.refresh_from_db()
    assert taken == made.grosze == made.paid_grosze
    assert made.status(on=day(60)) == "paid"
    assert (payment.client_id, payment.unallocated_grosze) == (client.pk, 0)
    assert invoice.paid_grosze == 10_000 - made.grosze
    assert not list(breaches())


def test_credit_pays_a_note_in_part() -> None:
    client = scene.account()
    scene.pay(client, OWED + 50, scene.invoice(client), on=day(50))
    made, payment = note(client, day(55)), Payment.objects.get()
    assert pay_note(payment, made, by=cast.person("Krysia"), at=scene.noon(day(60))) == 50
    made.refresh_from_db()
    assert made.left_grosze == made.grosze - 50
    payment.refresh_from_db()
    assert (payment.unallocated_grosze, payment.state) == (0, "allocated")


def test_a_returned_transfer_opens_its_note_again() -> None:
    client, krysia = scene.account(), cast.person("Krysia")
    scene.invoice(client)
    made, payment = note(client, day(30)), unknown_money(10_000)
    pay_note(payment, made, by=krysia, at=scene.noon(day(60)))
    paying.reverse(Payment.objects.get(pk=payment.pk), by=krysia, at=scene.noon(day(61)))
    made.refresh_from_db()
    assert made.paid_grosze == 0
    assert not NoteAllocation.objects.exists()
    assert not list(breaches())


def test_a_paid_note_cannot_be_taken_back() -> None:
    client, krysia = scene.invoice().client, cast.person("Krysia")
    made = note(client, day(30))
    pay_note(unknown_money(10), made, by=krysia, at=scene.noon(day(60)))
    with pytest.raises(Refused) as refused:
        InterestNote.objects.get().cancel(reason="pomyłka", by=krysia, at=scene.noon(day(61)))
    assert refused.value.code == "note_paid"
    assert InterestNoteLine.objects.get().void is False


def test_what_cannot_pay_a_note_is_refused_in_words() -> None:
    client, krysia, at = scene.account(), cast.person("Krysia"), scene.noon(day(60))
    scene.invoice(client)
    made = note(client, day(30))
    stranger = scene.account("Buty", nip=cast.nip(70_000), shop_url="https://buty.example")
    cases = {
        "other_client": scene.pay(stranger, 500, on=day(40)),
        "nothing_unallocated": scene.pay(client, 500, on=day(40)),
    }
    returned = unknown_money(700)
    paying.reverse(returned, by=krysia, at=at)
    cases["payment_reversed"] = returned
    left_out, divided = unknown_money(800), unknown_money(850)
    clarifying.ignore(left_out, reason="odsetki banku", by=krysia, at=at)
    clarifying.split(divided, [clarifying.Share(grosze=425)] * 2, by=krysia, at=at)
    cases |= {"payment_ignored": left_out, "payment_split": divided}
    for code, payment in cases.items():
        with pytest.raises(Refused) as refused:
            pay_note(payment, made, by=krysia, at=at)
        assert refused.value.code == code
    made.cancel(reason="pomyłka", by=krysia, at=at)
    with pytest.raises(Refused) as refused:
        pay_note(unknown_money(900), made, by=krysia, at=at)
    assert refused.value.code == "note_cancelled"


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_letter_brings_the_note_as_a_pdf(language: str) -> None:
    made = note(scene.invoice().client, day(30))
    letter = Message.objects.about(made).get()
    letter.language = language
    rendered = render(letter)
    for part in (rendered.text, rendered.html):
        assert made.number in part
        assert "FV/2026/01/0001" in part
    (row,) = letter.attachments
    assert row["name"] == "NO-2026-02-0001.pdf"
    assert note_paper_of(*row["args"]).startswith(b"%PDF")


def test_the_compensation_is_shown_when_its_rate_is_known() -> None:
    invoice = scene.invoice()
    assert compensations([invoice]) == {}
    NbpRate.objects.create(currency="EUR", on=date(2025, 12, 31), table="1", mid="4.2000")
    found = compensations([Invoice.objects.get()])[invoice.pk]
    assert (found.euros, found.grosze) == (40, 16_800)


def test_the_compensation_of_many_invoices_is_one_question(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = scene.account()
    NbpRate.objects.create(currency="EUR", on=date(2025, 12, 31), table="1", mid="4.2000")
    for price in (10_000, 500_000, 5_000_000):
        scene.one_off(client, price_grosze=price, separate=True)
    scene.bill(scene.JANUARY)
    invoices = list(Invoice.objects.order_by("pk"))
    with django_assert_num_queries(1):
        found = compensations(invoices)
    assert [found[one.pk].euros for one in invoices] == [40, 70, 100]


def test_a_note_paid_since_it_was_read_is_not_cancelled() -> None:
    made, krysia = note(scene.invoice().client, day(30)), cast.person("Krysia")
    pay_note(unknown_money(10), made, by=krysia, at=scene.noon(day(60)))
    assert InterestNote.objects.get().version == made.version + 1
    with pytest.raises(Refused) as refused:
        made.cancel(reason="pomyłka", by=krysia, at=scene.noon(day(61)))
    assert refused.value.code == "note_paid"


@pytest.mark.parametrize(
    ("title", "matched"),
    [
        ("NO/2026/02/0001", False),
        ("odsetki nota no 2026-02-1", False),
        ("NO/2026/02/0001 i FV/2026/01/0001", True),
        ("NO/2026/02/0009", True),  # a note nobody has issued is not ours
        ("dziękujemy", True),
    ],
)
def test_money_that_names_only_a_note_waits_for_a_person(title: str, matched: bool) -> None:  # noqa: FBT001 - of pytest
    client = scene.account()
    scene.invoice(client)
    note(client, day(30))
    SenderAccount.learn(client_id=client.pk, account="1" * 26, on=DUE)
    transfer = paying.Transfer(
        amount_grosze=500, booked_on=day(40), title=title, payer_account="1" * 26
    )
    payment = receive(transfer, by=cast.person("Krysia"), at=scene.noon(day(40)))
    assert (payment.client_id == client.pk) is matched
    assert payment.doubt == ("" if matched else "note")
