"""Po terminie, interest notes and their rates at the desk."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext, override

from ogniwo.billing import clarifying, paying
from ogniwo.billing.interest import half_year, missing_rate, rates_by_day, set_rate
from ogniwo.billing.models import InterestNote, InterestRate, Invoice, Payment
from ogniwo.billing.reminding import dispute, remind
from ogniwo.billing.run import bill_due
from ogniwo.outbox.models import Message
from ogniwo.web.desk.interest_notes import MOST_PAYMENTS
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import account, today

pytestmark = pytest.mark.django_db
LATE, NOTES = "/konsola/platnosci/po-terminie/", "/konsola/platnosci/noty/"
RATES = "/konsola/ustawienia/odsetki/"


def at(days: int) -> datetime:
    return now() + timedelta(days=days)


def said(*words: Any) -> str:
    """As the pages of these tests say it."""
    with override("pl"):
        one, *many = words
        return ngettext(one, *many) % {"n": many[1]} if many else gettext(one)


def late(name: str = "Kwiaty", *, days_ago: int = 60, **changes: Any) -> Invoice:
    """An invoice of 404,67 issued so many days ago and not paid."""
    client = account(name, days_ago=days_ago, **changes)
    day = today() - timedelta(days=days_ago)
    bill_due(on=day, at=at(-days_ago), client=client)
    return Invoice.objects.filter(client=client).earliest("pk")


def another(number: int, **changes: Any) -> Invoice:
    name = f"Firma {number}"
    nip, shop = cast.nip(60_000 + 50 * number), f"https://firma{number}.example"
    return late(name, nip=nip, shop_url=shop, email=f"biuro@firma{number}.example", **changes)


def with_rate() -> None:
    """The test must hold in every half-year to come."""
    if missing := missing_rate(rates_by_day(), on=today()):
        set_rate(missing, basis_points=1_375, source="", by=cast.person("Krysia"), at=now())


def issued(found: Invoice) -> InterestNote:
    with_rate()
    browser, address = browser_of("Krysia"), f"{NOTES}nowa/?klient={found.client.number}"
    form = browser.get(address).context["form"]
    values = {"until": form["until"].initial.isoformat(), "shown": form["shown"].initial}
    answer = browser.post(address, values)
    assert answer.status_code == 302, answer.context["form"].errors
    return InterestNote.objects.latest("pk")


def test_the_list_tells_sum_days_and_the_last_reminder() -> None:
    found = late()
    remind(at(0))
    page = browser_of("Krysia").get(LATE)
    (row,) = page.context["rows"]
    assert row.sums[0].replace("\u00a0", " ") == "404,67 zł"
    assert row.days == found.days_late(on=today())
    assert row.steps.startswith(said("%(n)d day after", "%(n)d days after", 30))
    assert (row.disputed, row.may_hand_over, row.is_handed_over) == (0, True, False)


def test_who_pays_or_whose_day_has_not_come_is_not_on_the_list() -> None:
    paid, coming = late(), another(1, days_ago=1)
    transfer = paying.Transfer(amount_grosze=paid.gross_grosze, booked_on=today())
    paying.enter(transfer, client=paid.client, by=cast.person("Krysia"), at=at(0))
    assert coming.left_grosze
    assert browser_of("Krysia").get(LATE).context["rows"] == []


def test_a_reminder_by_hand_goes_once_a_day() -> None:
    found, browser = late(), browser_of("Krysia")
    assert browser.post(f"{LATE}{found.client.number}/remind/").status_code == 302
    refused = browser.post(f"{LATE}{found.client.number}/remind/")
    assert refused.status_code == 409
    assert said("A reminder went to this client today already.") in refused.content.decode()
    assert Message.objects.filter(template="billing/letters/reminder").count() == 1


def test_what_is_handed_over_leaves_the_task_and_can_be_taken_back() -> None:
    found, browser = late(), browser_of("Krysia")
    number, to_do = found.client.number, f"{LATE}?stan=windykacja"
    assert len(browser.get(to_do).context["rows"]) == 1
    browser.post(f"{LATE}{number}/hand_over/")
    assert browser.get(to_do).context["rows"] == []
    (row,) = browser.get(f"{LATE}?stan=przekazane").context["rows"]
    assert row.is_handed_over
    assert browser.post(f"{LATE}{number}/hand_over/").status_code == 409
    browser.post(f"{LATE}{number}/call_back/")
    assert len(browser.get(to_do).context["rows"]) == 1


def test_what_is_disputed_is_marked_and_not_handed_over() -> None:
    found, browser = late(), browser_of("Krysia")
    dispute(found, by=cast.person("Krysia"), at=now())
    (row,) = browser.get(f"{LATE}?stan=sporne").context["rows"]
    assert (row.disputed, row.may_hand_over) == (1, False)
    assert browser.post(f"{LATE}{found.client.number}/hand_over/").status_code == 409
    assert browser.post(f"{LATE}{found.client.number}/remind/").status_code == 409


def test_who_gets_no_reminders_is_told_with_the_reason() -> None:
    found = late()
    values = {"no_reminders": True}
    found.client.change_account(values=values, by=cast.person("Adam"), at=now())
    (row,) = browser_of("Rita").get(f"{LATE}?stan=bez-przypomnien").context["rows"]
    assert row.steps == said("wants no reminders")


def test_the_list_asks_as_much_for_ten_clients_as_for_two() -> None:
    for number in range(2):
        another(number)
    few = queries_of(browser_of("Krysia"), LATE)
    for number in range(2, 10):
        another(number)
    assert queries_of(browser_of("Krysia"), LATE) == few <= 12


def test_a_note_is_seen_before_it_is_issued() -> None:
    found, browser = late(), browser_of("Krysia")
    with_rate()
    page = browser.get(f"{NOTES}nowa/?klient={found.client.number}")
    ((charge, _url, _compensation),) = page.context["charges"]
    assert charge.grosze == page.context["total"] > 0
    made = issued(found)
    assert (made.grosze, made.until_on) == (charge.grosze, today())
    again = browser.get(f"{NOTES}nowa/?klient={found.client.number}")
    assert again.context["charges"] == []


def test_a_note_whose_sum_has_changed_since_is_shown_again() -> None:
    found, browser = late(), browser_of("Krysia")
    with_rate()
    address = f"{NOTES}nowa/?klient={found.client.number}"
    answer = browser.post(address, {"until": today().isoformat(), "shown": 1})
    assert answer.status_code == 409
    assert not InterestNote.objects.exists()


def test_two_posts_of_one_page_issue_one_note() -> None:
    found, browser = late(), browser_of("Krysia")
    with_rate()
    address = f"{NOTES}nowa/?klient={found.client.number}"
    form = browser.get(address).context["form"]
    values = {
        "until": today().isoformat(), "shown": form["shown"].initial, "once": form["once"].initial,
    }  # fmt: skip
    first, second = browser.post(address, values), browser.post(address, values)
    assert first["Location"] == second["Location"]
    assert InterestNote.objects.count() == 1


def test_the_note_has_a_page_a_paper_and_a_place_in_the_list() -> None:
    made, browser = issued(late()), browser_of("Krysia")
    address = f"{NOTES}{made.number.replace('/', '-')}/"
    page = browser.get(address).content.decode()
    assert made.number in page
    assert "FV/" in page
    paper = browser.get(f"{address}nota.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert made.number in browser.get(f"{NOTES}?stan=do-zaplaty").content.decode()
    assert made.number not in browser.get(f"{NOTES}?stan=oplacone").content.decode()


def test_a_payment_of_nobody_pays_the_note_when_a_person_says_so() -> None:
    made, browser = issued(late()), browser_of("Krysia")
    transfer = paying.Transfer(
        amount_grosze=made.grosze, booked_on=today(), title=made.number, payer_name="Kwiaty"
    )
    payment = paying.new_payment(transfer, by=cast.person("Krysia"), at=now())
    address = f"{NOTES}{made.number.replace('/', '-')}/"
    assert browser.post(f"{address}pay/", {"payment": payment.pk}).status_code == 302
    made.refresh_from_db()
    assert made.left_grosze == 0
    again = browser.post(f"{address}pay/", {"payment": payment.pk})
    assert again.status_code == 409
    assert said("The note is paid.") in again.content.decode()
    assert browser.post(f"{address}pay/", {"payment": "x"}).status_code == 422
    assert Payment.objects.get(pk=payment.pk).client_id == made.client_id


def test_the_payment_that_names_the_note_is_offered_before_newer_ones() -> None:
    made, browser = issued(late()), browser_of("Krysia")
    krysia, day = cast.person("Krysia"), today() - timedelta(days=5)

    def came(title: str, *, on: date) -> Payment:
        transfer = paying.Transfer(amount_grosze=1_000, booked_on=on, title=title)
        return paying.new_payment(transfer, by=krysia, at=now())

    named = came(f"nota {made.number.lower()}", on=day)
    left_out = came(made.number, on=day)
    clarifying.ignore(left_out, reason="odsetki banku", by=krysia, at=now())
    for _number in range(MOST_PAYMENTS + 1):
        came("przelew", on=today())
    address = f"{NOTES}{made.number.replace('/', '-')}/"
    choices = browser.get(address).context["form"].fields["payment"].choices
    assert (choices[0][0], len(choices)) == (str(named.pk), MOST_PAYMENTS)
    refused = browser.post(f"{address}pay/", {"payment": left_out.pk})
    assert refused.status_code == 409
    assert said("The payment was left out. Take it back first.") in refused.content.decode()
    assert browser.post(f"{address}pay/", {"payment": named.pk}).status_code == 302


def test_a_note_is_cancelled_with_a_reason() -> None:
    made, browser = issued(late()), browser_of("Krysia")
    address = f"{NOTES}{made.number.replace('/', '-')}/"
    assert browser.get(f"{address}cancel/").status_code == 200
    empty = browser.post(f"{address}cancel/", {"version": made.version, "reason": ""})
    assert empty.status_code == 422
    answer = browser.post(f"{address}cancel/", {"version": made.version, "reason": "pomyłka"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert browser.get(address).context["status"] == "cancelled"


def test_the_rate_of_the_next_half_year_is_added_in_settings() -> None:
    browser, begun = browser_of("Krysia"), half_year(today())
    coming = date(begun.year + 1, 1, 1)
    values = {"from_on": coming.isoformat(), "rate": "12,75", "source": "M.P. poz. 1"}
    assert browser.post(RATES, values).status_code == 302
    assert InterestRate.objects.get(from_on=coming).basis_points == 1_275
    page = browser.get(RATES)
    assert page.context["rows"][0].source == "M.P. poz. 1"
    wrong = browser.post(RATES, values | {"from_on": f"{coming.year}-03-01"})
    assert wrong.status_code == 409
    assert said("A rate holds from 1 January or 1 July.") in wrong.content.decode()


def test_the_page_of_rates_warns_when_the_present_one_is_missing() -> None:
    page = browser_of("Krysia").get(RATES)
    assert page.context["missing_rate"] == missing_rate(rates_by_day(), on=today())
