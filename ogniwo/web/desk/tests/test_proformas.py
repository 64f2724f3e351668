"""Proforma at the desk: offered from a client or a detail, found in the list, in no sum."""

from typing import Any

import pytest
from django.test import Client as Browser

from ogniwo.billing.models import BillingDetail, Invoice
from ogniwo.programme.models import Client
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests.billed import account, address_of, invoice

pytestmark = pytest.mark.django_db


def page_of(client: Client) -> str:
    return f"/konsola/klienci/{client.number}/proforma/"


def typed(client: Client, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"once": "p" * 43}
    for one in BillingDetail.objects.of(client):
        fields[f"d{one.pk}-periods"] = "0"
    for place in range(3):
        fields |= {f"f{place}-name": "", f"f{place}-quantity": "1", f"f{place}-rate": "23"}
    return fields | changes


def offer(browser: Browser, client: Client, **changes: Any) -> Any:
    return browser.post(page_of(client), typed(client, **changes))


def test_from_a_detail_its_next_period_is_proposed_and_offered_once() -> None:
    client = account()
    detail = BillingDetail.objects.get(client=client)
    browser = browser_of("Ola")
    form = browser.get(f"{page_of(client)}?pozycja={detail.pk}").context["form"]
    assert [row["periods"].value() for row in form.ahead] == [1]
    for _time in range(2):
        answer = offer(browser, client, **{f"d{detail.pk}-periods": "2"})
        made = Invoice.objects.get(kind="PRO")
        assert answer["Location"] == address_of(made)
    assert made.net_grosze == 2 * 32_900


def test_a_typed_line_is_offered_and_its_mistakes_stand_at_their_fields() -> None:
    client, browser = account(), browser_of("Krysia")
    answer = offer(browser, client, **{"f0-name": "Wdrożenie"})
    assert answer.status_code == 422
    assert list(answer.context["form"].lines[0].errors) == ["unit"]
    assert 'value="Wdrożenie"' in answer.content.decode()
    offer(browser, client, **{"f0-name": "Wdrożenie", "f0-unit": "500"})
    assert Invoice.objects.get(kind="PRO").gross_grosze == 61_500


def test_nothing_chosen_is_refused_in_words() -> None:
    answer = offer(browser_of("Ola"), client := account())
    assert answer.status_code == 409
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == [
        "nothing_to_bill"
    ]
    assert not Invoice.objects.filter(client=client).exists()


def test_the_list_shows_it_and_no_sum_counts_it() -> None:
    found = invoice()
    browser = browser_of("Krysia")
    offer(browser, found.client, **{"f0-name": "Wdrożenie", "f0-unit": "500"})
    made = Invoice.objects.get(kind="PRO")
    page = browser.get("/konsola/faktury/")
    assert made.number in page.content.decode()
    assert [row["value"] for row in page.context["stats"]][1] == "404,67\u00a0zł"
    only = browser.get("/konsola/faktury/?rodzaj=proformy").content.decode()
    assert made.number in only
    assert found.number not in only


def test_its_own_page_asks_for_no_payment_and_offers_no_correction() -> None:
    client, browser = account(), browser_of("Krysia")
    offer(browser, client, **{"f0-name": "Wdrożenie", "f0-unit": "500"})
    made = Invoice.objects.get(kind="PRO")
    page = browser.get(address_of(made))
    assert (page.context["may_pay"], page.context["may_correct"]) == (False, False)
    assert "korekta/" not in page.content.decode()
    assert browser.get(address_of(made, "korekta")).status_code == 404


def test_queries_of_the_form_are_few() -> None:
    assert queries_of(browser_of("Ola"), page_of(account())) <= 12
