"""The account of a client at the desk: a period, its paper and its file."""

from typing import Any

import pytest

from ogniwo.billing.tests import scene
from ogniwo.programme.models import Client
from ogniwo.web.desk.tests.browsing import browser_of, queries_of

pytestmark = pytest.mark.django_db


def page_of(client: Client, query: str = "") -> Any:
    address = f"/konsola/klienci/{client.number}/konto/?{query}"
    return browser_of("Krysia").get(address)


def test_the_account_runs_from_its_opening_to_what_is_to_pay() -> None:
    client = scene.account()
    invoice = scene.invoice(client)
    scene.pay(client, 10_000)
    page = page_of(client, "start=2026-01-01&end=2026-01-31")
    (part,) = page.context["parts"]
    assert (part.opening, part.closing) == (0, 2_300)
    assert page.content.decode().count(invoice.number) >= 2
    later = page_of(client, "start=2026-02-01&end=2026-02-28")
    assert later.context["parts"][0].opening == 2_300


def test_a_period_that_ends_before_it_starts_is_explained() -> None:
    assert page_of(scene.account(), "start=2026-02-01&end=2026-01-01").status_code == 422


def test_the_account_goes_on_paper_and_into_a_file() -> None:
    client = scene.account()
    scene.invoice(client)
    browser = browser_of("Krysia")
    paper = browser.get(f"/konsola/klienci/{client.number}/konto.pdf?start=2026-01-01")
    assert paper.content.startswith(b"%PDF")
    file = page_of(client, "start=2026-01-01&end=2026-12-31&format=csv")
    assert b"FV/2026/01/0001" in b"".join(file.streaming_content)


def test_the_account_asks_as_much_however_long() -> None:
    client = scene.account()
    scene.invoice(client)
    browser, address = browser_of("Krysia"), f"/konsola/klienci/{client.number}/konto/"
    one = queries_of(browser, address)
    for _more in range(5):
        scene.invoice(client, separate=True)
        scene.pay(client, 1_000)
    assert queries_of(browser, address) == one <= 12
