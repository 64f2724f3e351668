"""Invoices in the Panel: with their payment status of this moment (III.6)."""

import re
from datetime import date
from html import unescape

import pytest

from ogniwo.billing import paying
from ogniwo.billing.correcting import correct
from ogniwo.billing.differing import Request
from ogniwo.billing.models import Invoice
from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web.panel.tests.browsing import (
    TODAY,
    an_account,
    bill,
    browser_of,
    owner_browser,
    page_of,
    queries_of,
)
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/panel/faktury/"


def pay(invoice: Invoice, grosze: int) -> None:
    paying.enter(
        paying.Transfer(amount_grosze=grosze, booked_on=TODAY.date()),
        client=invoice.client,
        invoices=[invoice],
        by=cast.person("Krysia"),
        at=TODAY,
    )


def address(invoice: Invoice, what: str = "") -> str:
    return f"{LIST}{invoice.number.replace('/', '-')}/{what}"


@pytest.fixture
def client() -> Client:
    return an_account(cast.reseller("Radek"))


def test_an_invoice_stands_in_the_list_with_its_status_and_the_sum_of_the_filter(
    client: Client,
) -> None:
    bill(date(2026, 1, 6))
    january, february = bill(date(2026, 2, 6))
    pay(january, 40_467)
    radeks = owner_browser(cast.reseller("Radek"))
    page = page_of(radeks, LIST)
    assert january.number in page
    assert "Total, 2 invoices" in page
    assert "809.34 zł" in page
    paid = page_of(radeks, f"{LIST}?p=paid")
    assert january.number in paid
    assert february.number not in paid
    assert "Total, 1 invoice" in paid
    assert february.number in page_of(radeks, f"{LIST}?p=overdue&klient={client.number}")
    assert january.number not in page_of(radeks, f"{LIST}?miesiac=2026-02")


def test_the_status_changes_with_the_payment(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    radeks = owner_browser(cast.reseller("Radek"))
    assert "Overdue" in page_of(radeks, address(invoice))
    pay(invoice, 10_000)
    assert "Partly paid, overdue" in page_of(radeks, address(invoice))
    pay(invoice, invoice.gross_grosze - 10_000)
    assert "Paid" in page_of(radeks, address(invoice))


def test_a_correction_and_its_invoice_lead_to_one_another(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    zero = Request(reason="Rezygnacja", to_zero=True)
    made = correct(invoice, zero, by=cast.person("Krysia"), at=TODAY)
    radeks = owner_browser(cast.reseller("Radek"))
    assert f'href="{address(made)}"' in page_of(radeks, address(invoice))
    assert f'href="{address(invoice)}"' in page_of(radeks, address(made))


def test_a_question_about_an_invoice_begins_with_its_number(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    radeks = owner_browser(cast.reseller("Radek"))
    links = re.findall(r'href="(/panel/zgloszenia/nowe/[^"]+)"', page_of(radeks, address(invoice)))
    (form,) = [page_of(radeks, unescape(link)) for link in links if "temat" in link]
    assert f'value="Question about {invoice.number}"' in form


def test_the_sheet_and_the_pdf_say_the_same(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    radeks = owner_browser(cast.reseller("Radek"))
    page = page_of(radeks, address(invoice))
    assert client.company_name in page
    assert "Integrator" in page
    paper = radeks.get(address(invoice, "faktura.pdf"))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert "FV-2026-01-0001.pdf" in paper["Content-Disposition"]


@pytest.mark.parametrize("hidden_by", ["programme", "person"])
def test_whoever_does_not_see_amounts_sees_number_dates_and_status(
    client: Client, hidden_by: str
) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    owner = cast.owner_of(cast.reseller("Radek"))
    if hidden_by == "programme":
        cast.vendor(amounts_shown=False)
    else:
        User.objects.filter(pk=owner.pk).update(sees_amounts=False)
    radeks = browser_of(owner)
    for page in (page_of(radeks, LIST), page_of(radeks, address(invoice))):
        assert invoice.number in page
        assert "Overdue" in page
        assert "404.67" not in page
        assert "329.00" not in page
    assert radeks.get(address(invoice, "faktura.pdf")).status_code == 403
    assert radeks.get(f"{LIST}?format=csv").status_code == 403
    for other in ("/panel/", f"/panel/klienci/{client.number}/", "/panel/klienci/"):
        assert "404.67" not in page_of(radeks, other)


def test_another_resellers_invoice_is_not_there(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    zenons = owner_browser(cast.reseller("Zenon"))
    assert zenons.get(address(invoice)).status_code == 404
    assert zenons.get(address(invoice, "faktura.pdf")).status_code == 404
    assert invoice.number not in page_of(zenons, LIST)
    assert zenons.get(f"{LIST}FV-2026-01-9999/").status_code == 404


def test_a_number_is_found_in_any_spelling_of_letters(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    radeks = owner_browser(cast.reseller("Radek"))
    assert invoice.number in page_of(radeks, f"{LIST}?q={invoice.number.lower()}")
    straight = radeks.get(f"/panel/szukaj/?q={invoice.number}")
    assert invoice.number in page_of(radeks, straight["Location"])


def test_the_number_of_queries_does_not_grow_with_the_invoices(client: Client) -> None:
    bill(date(2026, 1, 6))
    radeks = owner_browser(cast.reseller("Radek"))
    before = {page: queries_of(radeks, page) for page in (LIST, "/panel/")}
    bill(date(2026, 2, 6))
    bill(date(2026, 3, 6))
    assert {page: queries_of(radeks, page) for page in before} == before


def test_a_wrong_month_or_client_in_the_address_shows_all(client: Client) -> None:
    (invoice,) = bill(date(2026, 1, 6))
    radeks = owner_browser(cast.reseller("Radek"))
    for query in ("miesiac=2026-13", "miesiac=abc", "klient=K-9999", "p=nic", "sort=nic"):
        assert invoice.number in page_of(radeks, f"{LIST}?{query}")
