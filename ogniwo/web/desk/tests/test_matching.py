"""Wpłaty do dopasowania: accepted with one click, given to the right client, left out, undone."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from ogniwo.billing import clarifying, paying
from ogniwo.billing.booking import receive
from ogniwo.billing.models import BankStatement, Debit, Invoice, Payment, SenderAccount
from ogniwo.billing.run import bill_due
from ogniwo.journal.actors import SYSTEM_ACTOR
from ogniwo.web.components.navigation import counts_of
from ogniwo.web.desk import assigning
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import account, invoice, today

pytestmark = pytest.mark.django_db
LIST = "/konsola/platnosci/"
SENDER = "61109010140000071219812874"


def came(grosze: int = 40_467, **changes: Any) -> Payment:
    """A transfer nobody's number is in, from an account nobody knows."""
    facts = {"title": "przelew", "payer_account": SENDER, "payer_name": "MAREK LEW"} | changes
    sent = paying.Transfer(amount_grosze=grosze, booked_on=today(), **facts)
    return Payment.objects.get(pk=receive(sent, by=SYSTEM_ACTOR, at=now()).pk)


def known(found: Invoice, grosze: int = 40_467, **changes: Any) -> Payment:
    """A transfer from an account the client once paid from."""
    SenderAccount.learn(client_id=found.client_id, account=SENDER, on=today())
    return came(grosze, **changes)


def a_return(payment: Payment) -> Debit:
    statement = BankStatement.objects.create(
        account="1" * 26, currency="PLN", format="mt940", file_name="w.sta", digest="0" * 64,
        entered_at=now(), state=BankStatement.State.IMPORTED,
    )  # fmt: skip
    return Debit.objects.create(
        statement=statement, booked_on=today(), amount_grosze=payment.amount_grosze,
        currency="PLN", title="ZWROT", bank_key="k", proposes=payment,
        state=Debit.State.PROPOSED,
    )  # fmt: skip


def rows(browser: Browser) -> list[Any]:
    return list(browser.get(LIST).context["matches"])


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def undo_of(browser: Browser, answer: Any) -> str:
    """Where the "Undo" of the toast leads."""
    (message,) = list(browser.get(answer.url).context["messages"])
    return str(message.extra_tags)


def undone(browser: Browser, answer: Any) -> None:
    assert browser.post(undo_of(browser, answer)).status_code == 302


def test_a_probable_match_is_accepted_and_leaves_the_list() -> None:
    found, browser = invoice(), browser_of("Krysia")
    payment = known(found)
    (row,) = rows(browser)
    assert (row.is_picked, [name for name, _url in row.links]) == (True, [found.number])
    answer = browser.post(f"{LIST}match/", {"w": [row.key]})
    assert answer.status_code == 302
    assert (rows(browser), fresh(payment).confirmed_at is None) == ([], False)


def test_the_sum_of_the_ticked_is_of_zloty_alone() -> None:
    found = invoice()
    known(found, 10_000)
    known(found, 20_000, currency="EUR")
    page = browser_of("Krysia").get(LIST)
    assert sorted(row.tally for row in page.context["matches"]) == [0, 10_000]
    assert page.context["ticked_grosze"] <= 10_000


def test_an_accepted_match_is_taken_back_by_undo() -> None:
    known(invoice())
    browser = browser_of("Krysia")
    (row,) = rows(browser)
    undone(browser, browser.post(f"{LIST}match/", {"jeden": row.key}))
    assert len(rows(browser)) == 1


def test_a_suggestion_is_booked_only_when_a_person_accepts_it() -> None:
    found, browser = invoice(), browser_of("Krysia")
    payment = came(payer_name="KWIATY")
    (row,) = rows(browser)
    assert (row.is_picked, row.to) == (False, f"{found.client_id}:{found.pk}")
    answer = browser.post(f"{LIST}match/", {"jeden": row.key, f"to-{row.key}": row.to})
    found.refresh_from_db()
    assert (fresh(payment).client_id, found.left_grosze) == (found.client_id, 0)
    undone(browser, answer)
    found.refresh_from_db()
    assert (fresh(payment).client_id, found.left_grosze) == (None, 40_467)


def test_an_undo_takes_back_everything_or_what_somebody_changed_since_nothing() -> None:
    found, other, browser = invoice(), invoice("Ramki"), browser_of("Krysia")
    probable, payment = known(found), came(payer_account="", payer_name="RAMKI")
    keys = [f"p{one.pk}" for one in (probable, payment)]
    choice = {f"to-{keys[1]}": f"{other.client_id}:{other.pk}"}
    undo = undo_of(browser, browser.post(f"{LIST}match/", {"w": keys} | choice))
    # Adam gives the second to another client: the first stays accepted as well.
    clarifying.reassign(payment, found.client, by=cast.person("Adam"), at=now())
    refused = browser.post(undo)
    assert refused.status_code == 409
    assert fresh(probable).confirmed_at is not None
    assert fresh(payment).client_id == found.client_id


def test_a_second_undo_is_refused() -> None:
    browser, payment = browser_of("Krysia"), came()
    answer = browser.post(f"{LIST}ignore/?w={payment.pk}", {"reason": "odsetki banku"})
    undo = undo_of(browser, answer)
    assert [browser.post(undo).status_code for _time in range(2)] == [302, 409]
    assert fresh(payment).state == "to_clarify"


def test_what_nobody_suggests_is_not_booked_by_a_tick() -> None:
    browser = browser_of("Krysia")
    payment = came(777)
    (row,) = rows(browser)
    assert not row.is_known
    browser.post(f"{LIST}match/", {"w": [row.key]})
    assert fresh(payment).client_id is None


def test_a_forged_choice_gives_no_clients_invoice_to_another() -> None:
    found, other = invoice(), invoice("Ramki")
    payment, browser = came(), browser_of("Krysia")
    key = f"p{payment.pk}"
    for to in (f"{found.client_id}:{other.pk}", "99999:1", "x:y", f"{'9' * 40}:1", ":"):
        assert browser.post(f"{LIST}match/", {"w": [key], f"to-{key}": to}).status_code == 302
        assert fresh(payment).client_id is None, to


def test_a_return_is_accepted_or_said_to_be_none() -> None:
    found, browser = invoice(), browser_of("Krysia")
    payment = came(title=found.number)
    debit = a_return(payment)
    (row,) = rows(browser)
    answer = browser.post(f"{LIST}match/", {"jeden": row.key})
    found.refresh_from_db()
    assert (found.left_grosze, fresh(debit).state) == (40_467, "reversed")
    undone(browser, answer)
    found.refresh_from_db()
    assert (found.left_grosze, fresh(debit).state) == (0, "proposed")
    browser.post(f"{LIST}returns/{debit.pk}/dismiss/")
    assert (rows(browser), fresh(debit).state) == ([], "skipped")


def test_ticked_payments_are_left_out_with_one_reason_and_come_back() -> None:
    browser, payment = browser_of("Krysia"), came()
    asked = browser.post(f"{LIST}match/", {"w": [f"p{payment.pk}"], "pomin": "1"})["Location"]
    assert browser.post(asked, {"reason": " "}).status_code == 422
    answer = browser.post(asked, {"reason": "odsetki banku"})
    assert fresh(payment).ignore_reason == "odsetki banku"
    undone(browser, answer)
    assert fresh(payment).ignored_at is None
    browser.post(f"{LIST}ignore/?w={payment.pk}", {"reason": "podatek"})
    assert len(browser.get(LIST, {"stan": "pominiete"}).context["rows"]) == 1
    assert browser.get(f"{LIST}ignore/?w={payment.pk}").status_code == 302  # no more to leave out


def test_an_invoice_is_found_and_its_client_given_the_payment() -> None:
    found, browser = invoice(), browser_of("Krysia")
    payment = came(50_000)
    address = f"{LIST}{payment.pk}/assign/"
    page = browser.get(address, {"q": found.number})
    assert [client.pk for client in page.context["found"]] == [found.client_id]
    chosen = f"{address}?klient={found.client.number}&faktura={found.number}"
    assert browser.get(chosen).context["form"].initial["invoices"] == [str(found.pk)]
    answer = browser.post(chosen, {"invoices": [str(found.pk)]})
    assert (answer.status_code, fresh(payment).unallocated_grosze) == (302, 9_533)
    assert browser.post(chosen, {}).status_code == 409


def test_a_wrong_match_is_given_to_another_and_back() -> None:
    wrong, right = invoice(), invoice("Ramki")
    payment, browser = known(wrong), browser_of("Krysia")
    address = f"{LIST}{payment.pk}/reassign/?klient={right.client.number}"
    answer = browser.post(address, {})
    right.refresh_from_db()
    assert (fresh(payment).client_id, right.left_grosze) == (right.client_id, 0)
    undone(browser, answer)
    wrong.refresh_from_db()
    assert (fresh(payment).client_id, wrong.left_grosze) == (wrong.client_id, 0)


def test_a_person_chooses_amounts_within_what_is_left() -> None:
    found, browser = invoice(), browser_of("Krysia")
    payment = came(title=found.number)
    address = f"{LIST}{payment.pk}/reallocate/"
    assert browser.get(address).context["form"].initial == {}
    assert browser.post(address, {f"i{found.pk}": "404,68"}).status_code == 409
    assert browser.post(address, {f"i{found.pk}": "x"}).status_code == 422
    assert browser.post(address, {f"i{found.pk}": "100"}).status_code == 302
    found.refresh_from_db()
    assert found.left_grosze == 0  # the rest goes by due day


def test_what_it_pays_stays_on_the_form_however_many_invoices_are_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assigning, "MOST_INVOICES", 1)
    client, krysia = account(days_ago=70), cast.person("Krysia")
    bill_due(on=today(), at=now(), client=client)
    *_older, newest = Invoice.objects.filter(client=client).order_by("pk")
    sent = paying.Transfer(amount_grosze=40_467, booked_on=today())
    payment = paying.enter(sent, client=client, invoices=[newest], by=krysia, at=now())
    page = browser_of("Krysia").get(f"{LIST}{payment.pk}/reallocate/")
    amounts = {name: page.context["form"][name].initial for name in page.context["form"].fields}
    assert amounts[f"i{newest.pk}"] == 40_467
    assert len(amounts) == 3  # its own, the oldest open one, the version


def test_a_transfer_is_split_by_numbers_and_made_whole_again() -> None:
    one, two = invoice(), invoice("Ramki")
    payment, browser = came(80_934), browser_of("Krysia")
    address = f"{LIST}{payment.pk}/split/"
    parts = {"whose1": one.number.lower(), "amount1": "404,67", "whose2": two.client.number}
    assert browser.post(address, parts | {"amount2": "404,66"}).status_code == 409
    assert browser.post(address, parts | {"amount2": "404,67", "whose1": "K-0"}).status_code == 409
    answer = browser.post(address, parts | {"amount2": "404,67"})
    two.refresh_from_db()
    assert (answer.status_code, two.left_grosze) == (302, 0)
    page = browser_of("Adam").get(f"{LIST}{payment.pk}/").content.decode()
    assert "Kwiaty" in page
    assert "Ramki" in page
    undone(browser, answer)
    assert fresh(payment).state == "to_clarify"


def test_every_state_of_a_payment_offers_its_way_back() -> None:
    found, browser = invoice(), browser_of("Krysia")
    payment = came(title=found.number)
    address = f"{LIST}{payment.pk}/"
    for verb, state in (
        ("reverse", "reversed"), ("unreverse", "allocated"), ("unassign", "to_clarify"),
    ):  # fmt: skip
        assert browser.post(f"{address}{verb}/").status_code == 302
        assert fresh(payment).state == state
        assert browser.get(address).status_code == 200
    assert browser.post(f"{address}unignore/").status_code == 409


def test_the_menu_counts_what_waits() -> None:
    came()
    came(1, payer_name="ADAM")
    assert counts(browser_of("Krysia").get(LIST))["payments"].number == 2
    assert "payments" not in counts(browser_of("Ola").get("/konsola/"))


def counts(page: Any) -> Any:
    return counts_of(page.wsgi_request, "desk")


def test_statements_do_not_grow_with_what_waits() -> None:
    found, browser = invoice(), browser_of("Krysia")
    known(found)
    came(payer_account="", payer_name="KWIATY")
    invoice("Ramki")  # 404,67 that somebody may have meant
    few = queries_of(browser, LIST)
    for number in range(2, 6):
        known(invoice(f"Firma {number}"), number, payer_account=SENDER[:-1] + str(number))
        came(40_467 + number, payer_account="", payer_name="KWIATY")
    assert queries_of(browser, LIST) <= few


def test_staff_and_readers_match_nothing() -> None:
    payment = came()
    for name in ("Ola", "Rita"):
        browser = browser_of(name)
        assert browser.post(f"{LIST}match/", {"w": [f"p{payment.pk}"]}).status_code == 403
        assert browser.get(f"{LIST}{payment.pk}/assign/").status_code == 403
