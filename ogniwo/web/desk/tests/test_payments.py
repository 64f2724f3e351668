"""Płatności at the desk: entered for a client, seen with what they pay, reversed, refunded."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ogniwo.billing.models import Invoice, NbpRate, Payment
from ogniwo.billing.run import bill_due
from ogniwo.billing.tests import scene
from ogniwo.kernel.workdays import previous_working
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests.billed import account, invoice, today

pytestmark = pytest.mark.django_db
LIST = "/konsola/platnosci/"


def typed(amount: str = "404,67", **changes: object) -> dict[str, object]:
    facts = {"booked_on": today().isoformat(), "currency": "PLN", "title": "Wpłata łączna"}
    return {"amount": amount, **facts} | changes


def entered(found: Invoice, amount: str = "404,67", **changes: object) -> Payment:
    address = f"{LIST}nowa/?klient={found.client.number}"
    answer = browser_of("Krysia").post(address, typed(amount, **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Payment.objects.latest("pk")


def test_first_the_client_is_found() -> None:
    found, browser = invoice(), browser_of("Krysia")
    for q in ("kwiaty", found.client.nip, str(found.client.number), found.number):
        page = browser.get(f"{LIST}nowa/", {"q": q})
        assert [client.pk for client in page.context["found"]] == [found.client_id], q
        assert page.context["found"][0].owed == 40_467
    assert browser.get(f"{LIST}nowa/", {"q": "nikt"}).context["found"] == []


def test_money_without_a_named_invoice_pays_the_one_of_its_amount() -> None:
    found = invoice()
    payment = entered(found)
    found.refresh_from_db()
    assert (found.left_grosze, payment.unallocated_grosze) == (0, 0)
    page = browser_of("Krysia").get(f"{LIST}{payment.pk}/").content.decode()
    assert found.number in page


def test_a_ticked_invoice_is_paid_and_the_rest_is_credit() -> None:
    found = invoice()
    payment = entered(found, "500,00", invoices=[str(found.pk)])
    browser = browser_of("Krysia")
    assert len(browser.get(LIST, {"stan": "nadplaty"}).context["rows"]) == 1
    assert browser.post(f"{LIST}{payment.pk}/refund/", {"amount": "95,34"}).status_code == 409
    assert browser.post(f"{LIST}{payment.pk}/refund/", {"amount": "95,33"}).status_code == 302
    payment.refresh_from_db()
    assert (payment.refunded_grosze, payment.unallocated_grosze) == (9_533, 0)


def test_money_in_euro_is_credit_in_euro_and_pays_no_invoice_in_zloty() -> None:
    found, browser = invoice(), browser_of("Krysia")
    address = f"{LIST}nowa/?klient={found.client.number}"
    assert browser.get(address).context["form"]["currency"].initial == "PLN"
    wrong = browser.post(address, typed(currency="EUR", invoices=[str(found.pk)]))
    assert wrong.status_code == 422
    payment = entered(found, currency="EUR")
    found.refresh_from_db()
    assert (payment.currency, payment.unallocated_grosze) == ("EUR", 40_467)
    assert found.left_grosze == 40_467
    page = browser.get(f"{LIST}{payment.pk}/reverse/").content.decode()
    assert "404,67\u00a0€" in page


def test_of_who_owes_in_euro_only_euro_are_proposed() -> None:
    NbpRate.objects.create(currency="EUR", on=previous_working(today()), table="1", mid="4.2000")
    client = account("Ramki", days_ago=-40)  # what he pays in złoty comes later
    scene.one_off(client, at=now(), price_grosze=10_000, start_on=today(), currency="EUR")
    bill_due(on=today(), at=now(), client=client)
    page = browser_of("Krysia").get(f"{LIST}nowa/?klient={client.number}")
    assert page.context["form"]["currency"].initial == "EUR"
    assert page.context["owed"] == "123,00\u00a0€"


def test_another_clients_invoice_cannot_be_ticked() -> None:
    found, other = invoice("Kwiaty"), invoice("Ramki")
    answer = browser_of("Krysia").post(
        f"{LIST}nowa/?klient={found.client.number}", typed(invoices=[str(other.pk)])
    )
    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_a_payment_of_tomorrow_is_refused_and_the_words_stay() -> None:
    found, ahead = invoice(), (today() + timedelta(days=1)).isoformat()
    answer = browser_of("Krysia").post(
        f"{LIST}nowa/?klient={found.client.number}", typed(booked_on=ahead)
    )
    assert answer.status_code == 422
    assert "Wpłata łączna" in answer.content.decode()


def test_a_reversed_payment_opens_its_invoice_again_once() -> None:
    found = invoice()
    payment, browser = entered(found), browser_of("Krysia")
    address = f"{LIST}{payment.pk}/reverse/"
    assert browser.get(address).status_code == 200
    found.refresh_from_db()
    assert found.left_grosze == 0
    assert browser.post(address).status_code == 302
    found.refresh_from_db()
    assert found.left_grosze == 40_467
    assert browser.post(address).status_code == 409
    assert len(browser.get(LIST, {"stan": "cofniete"}).context["rows"]) == 1


def test_the_list_finds_polish_letters_in_titles() -> None:
    entered(invoice())
    browser = browser_of("Krysia")
    for q in ("wplata", "WPŁATA", "łączna", "kwiaty"):
        assert len(browser.get(LIST, {"q": q, "stan": "wszystkie"}).context["rows"]) == 1, q
    assert browser.get(LIST, {"q": "czynsz", "stan": "wszystkie"}).context["rows"] == []


@pytest.mark.parametrize("name", ["Ola", "Rita"])
def test_staff_and_readers_do_not_see_payments(name: str) -> None:
    payment = entered(invoice())
    browser = browser_of(name)
    for address in (LIST, f"{LIST}nowa/", f"{LIST}{payment.pk}/"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{LIST}{payment.pk}/reverse/").status_code == 403


def test_queries_do_not_grow_with_the_list() -> None:
    entered(invoice("Kwiaty"))
    browser = browser_of("Krysia")
    few = queries_of(browser, LIST)
    for name in ("Ramki", "Rowery"):
        entered(invoice(name))
    assert queries_of(browser, LIST) == few
