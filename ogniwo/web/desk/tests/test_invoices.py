"""Faktury at the desk: found, shown as on paper, paid in part, full and over, sent by a link."""

import re

import pytest

from ogniwo.billing.letters import INVOICE_LINK
from ogniwo.billing.models import Payment
from ogniwo.people.models import Link
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests.billed import account, address_of, invoice, today

pytestmark = pytest.mark.django_db
LIST = "/konsola/faktury/"


def paid(amount: str, **changes: str) -> dict[str, str]:
    return {"amount": amount, "booked_on": today().isoformat(), "title": "przelew"} | changes


def test_the_list_finds_by_number_client_and_status() -> None:
    one, other = invoice("Kwiaty"), invoice("Ramki")
    browser = browser_of("Rita")
    for q in (one.number, one.number.replace("/", "-"), one.number.lower(), "kwiaty"):
        page = browser.get(LIST, {"q": q}).content.decode()
        assert one.number in page, q
        assert other.number not in page, q
    assert len(browser.get(LIST, {"p": "due"}).context["rows"]) == 2
    assert browser.get(LIST, {"p": "paid"}).context["rows"] == []
    assert browser.get(LIST, {"p": "overdue"}).context["rows"] == []


def test_the_page_shows_the_sheet_and_what_is_left() -> None:
    found = invoice()
    page = browser_of("Ola").get(address_of(found)).content.decode()
    assert "404,67" in page
    assert "Kwiaty sp. z o.o." in page
    assert "pay/" not in page


def test_the_pdf_is_a_pdf() -> None:
    found = invoice()
    answer = browser_of("Rita").get(f"{address_of(found)}faktura.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"


def test_a_part_then_the_rest_pay_it() -> None:
    found, browser = invoice(), browser_of("Krysia")
    assert browser.get(address_of(found)).context["form"]["amount"].value() == "404,67"
    browser.post(address_of(found, "pay"), paid("100,00"))
    page = browser.get(address_of(found))
    assert page.context["invoice"].payment_status == "part_paid"
    assert page.context["form"]["amount"].value() == "304,67"
    browser.post(address_of(found, "pay"), paid("304,67"))
    page = browser.get(address_of(found))
    assert page.context["invoice"].payment_status == "paid"
    assert not page.context["may_pay"]


def test_what_is_over_is_the_clients_credit() -> None:
    found, browser = invoice(), browser_of("Krysia")
    page = browser.post(address_of(found, "pay"), paid("500"), follow=True).content.decode()
    assert "95,33" in page
    payment = Payment.objects.get()
    assert (payment.unallocated_grosze, payment.title) == (9_533, "przelew")


@pytest.mark.parametrize("amount", ["0", "-5", "dużo", "", "1e9"])
def test_a_wrong_amount_is_said_beside_the_field_and_kept(amount: str) -> None:
    found = invoice()
    answer = browser_of("Krysia").post(address_of(found, "pay"), paid(amount))
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]
    assert not Payment.objects.exists()


def test_a_double_click_enters_one_payment() -> None:
    found, browser = invoice(), browser_of("Krysia")
    key = browser.get(address_of(found)).context["form"]["once"].value()
    for _click in range(2):
        answer = browser.post(address_of(found, "pay"), paid("100", once=key))
        assert answer["Location"] == address_of(found)
    assert Payment.objects.count() == 1


def test_staff_and_readers_enter_no_payment() -> None:
    found = invoice()
    for name in ("Ola", "Rita"):
        assert browser_of(name).post(address_of(found, "pay"), paid("1")).status_code == 403
    assert not Payment.objects.exists()


def test_a_link_is_told_once_and_withdrawn_with_all_others() -> None:
    found, browser = invoice(), browser_of("Ola")
    assert browser.get(address_of(found, "make_link")).status_code == 405
    page = browser.post(address_of(found, "make_link")).content.decode()
    shown = re.search(r"/f/([\w-]+)/", page)
    assert shown is not None
    token = shown[1]
    stranger = browser_of("Ola")
    stranger.logout()
    assert stranger.get(f"/f/{token}/").status_code == 200
    assert browser.get(address_of(found)).context["links"] == 2
    browser.post(address_of(found, "withdraw_links"))
    assert browser.get(address_of(found)).context["links"] == 0
    assert stranger.get(f"/f/{token}/").status_code == 410
    assert token not in str(Link.objects.filter(purpose=INVOICE_LINK).values())


def test_a_disputed_invoice_is_marked_and_unmarked() -> None:
    found, browser = invoice(), browser_of("Krysia")
    assert browser.post(address_of(found, "dispute"), {"reason": ""}).status_code == 422
    browser.post(address_of(found, "dispute"), {"reason": "Nie zamawiał modułu"})
    assert len(browser.get(LIST, {"p": "disputed"}).context["rows"]) == 1
    assert "Nie zamawiał modułu" in browser.get(address_of(found)).content.decode()
    browser.post(address_of(found, "undispute"), {"reason": ""})
    assert browser.get(LIST, {"p": "disputed"}).context["rows"] == []
    assert browser.post(address_of(found, "settle")).status_code == 404


def test_a_number_that_is_not_there_is_no_page() -> None:
    account()
    assert browser_of("Ola").get(f"{LIST}FV-2026-01-9999/").status_code == 404


def test_queries_do_not_grow_with_the_list() -> None:
    invoice("Kwiaty")
    browser = browser_of("Krysia")
    few = queries_of(browser, LIST)
    for name in ("Ramki", "Rowery", "Zegary"):
        invoice(name)
    assert queries_of(browser, LIST) == few
