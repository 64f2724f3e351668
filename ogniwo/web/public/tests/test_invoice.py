"""The client's link to his invoice: read only, and dead once withdrawn."""

import re

import pytest
import time_machine
from django.test import Client as Browser

from ogniwo.billing.links import withdraw_links
from ogniwo.billing.models import Invoice
from ogniwo.billing.tests import scene
from ogniwo.web.components.sheet import sheet_context
from ogniwo.web.public.tests.walk import secret_of
from tests import cast

pytestmark = pytest.mark.django_db
DAY = scene.noon(scene.JANUARY)


@pytest.fixture(autouse=True)
def day() -> object:
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def issued() -> Invoice:
    return scene.invoice()


def test_the_page_says_how_much_until_when_and_where_to(issued: Invoice) -> None:
    page = Browser().get(secret_of("invoice_issued")).content.decode()
    assert issued.number in page
    assert "123,00" in page
    assert "26 stycznia 2026" in page
    assert "12 9999 0004 0000 3071 9812 8740" in page.replace("\u00a0", " ")


def test_account_and_sum_are_copied_without_gaps(issued: Invoice) -> None:
    """A bank's form refuses the sum with the gap between thousands."""
    page = Browser().get(secret_of("invoice_issued")).content.decode()
    assert re.findall(r'data-copy="([^"]+)"', page) == ["12999900040000307198128740", "123,00"]


def test_the_code_of_a_banking_app_asks_for_what_is_left(issued: Invoice) -> None:
    scene.pay(issued.client, 2_300, issued)
    issued.refresh_from_db()
    assert "|PL|12999900040000307198128740|010000|" in sheet_context(issued)["code"]
    page = Browser().get(secret_of("invoice_issued")).content.decode()
    assert page.count('class="qr-code"') == 1


def test_the_paper_comes_with_it(issued: Invoice) -> None:
    paper = Browser().get(f"{secret_of('invoice_issued')}faktura.pdf")
    assert (paper.headers["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert issued.number.replace("/", "-") in paper.headers["Content-Disposition"]
    assert Browser().get(f"{secret_of('invoice_issued')}FV-2020-01-0001.pdf").status_code == 404


def test_a_paid_invoice_asks_for_no_transfer(issued: Invoice) -> None:
    scene.pay(issued.client, 12_300, issued)
    page = Browser().get(secret_of("invoice_issued")).content.decode()
    assert 'id="account"' not in page


def test_a_withdrawn_link_says_whom_to_ask(issued: Invoice) -> None:
    here = secret_of("invoice_issued")
    withdraw_links(issued, by=cast.person("Krysia"), at=DAY)
    gone = Browser().get(here)
    assert (gone.status_code, "partnerzy@meridian.example" in gone.content.decode()) == (410, True)
    assert Browser().get(f"{here}faktura.pdf").status_code == 410
