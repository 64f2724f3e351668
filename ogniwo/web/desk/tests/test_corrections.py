"""Korekta at the desk: the effect is seen first, refusals stand at their fields."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from ogniwo.billing.agreeing import Agreement, add_detail
from ogniwo.billing.check import breaches
from ogniwo.billing.models import BillingPeriod, Invoice
from ogniwo.billing.run import bill_due
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast
from tests.billed import account, address_of, invoice, today

pytestmark = pytest.mark.django_db


def typed(found: Invoice, **changes: Any) -> dict[str, Any]:
    """The form as it opens, with what a person changed."""
    buyer = found.snapshot["buyer"]
    fields: dict[str, Any] = {
        "what": "lines",
        "reason": "Rabat",
        "cause": "later",
        "once": "k" * 43,
    }
    fields |= {name: buyer[name] for name in ("name", "street", "postcode", "city", "nip")}
    for line in found.lines.all():
        fields |= {
            f"l{line.no}-quantity": "1",
            f"l{line.no}-unit": "329,00",
            f"l{line.no}-rate": line.rate,
        }
    return fields | changes


def previewed(browser: Browser, found: Invoice, **changes: Any) -> Any:
    answer = browser.post(address_of(found, "korekta"), typed(found, preview="1", **changes))
    assert answer.status_code == 200, answer.context["form"].errors
    return answer


def issued(browser: Browser, found: Invoice, **changes: Any) -> Any:
    shown = previewed(browser, found, **changes).context["shown"]
    return browser.post(address_of(found, "korekta"), typed(found, shown=shown, **changes))


def pay(found: Invoice, amount: str) -> None:
    fields = {"amount": amount, "booked_on": today().isoformat(), "title": found.number}
    browser_of("Krysia").post(address_of(found, "pay"), fields)


def test_the_preview_says_before_after_and_difference_and_issues_nothing() -> None:
    found = invoice()
    answer = previewed(browser_of("Krysia"), found, **{"l1-unit": "300"})
    ((rate, before, after, difference),) = answer.context["rates"]
    assert (rate, before.net, after.net, difference.net) == ("23", 32_900, 30_000, -2_900)
    assert (difference.vat, answer.context["gross"]) == (-667, -3_567)
    effect = answer.context["effect"]
    assert (effect.owed_before, effect.owed_after) == (40_467, 36_900)
    assert Invoice.objects.count() == 1


def test_what_was_seen_is_issued_once_however_often_it_is_posted() -> None:
    found, browser = invoice(), browser_of("Krysia")
    first = issued(browser, found, **{"l1-unit": "300"})
    correction = Invoice.objects.get(corrects=found)
    assert first["Location"] == address_of(correction)
    assert correction.gross_grosze == -3_567
    again = browser.post(address_of(found, "korekta"), typed(found, **{"l1-unit": "300"}))
    assert again["Location"] == address_of(correction)
    assert Invoice.objects.count() == 2
    assert list(breaches(now())) == []


def test_nothing_is_issued_that_was_not_on_the_screen() -> None:
    found, browser = invoice(), browser_of("Krysia")
    shown = previewed(browser, found, **{"l1-unit": "300"}).context["shown"]
    other = typed(found, shown=shown, **{"l1-unit": "30"})
    answer = browser.post(address_of(found, "korekta"), other)
    assert (answer.status_code, answer.context["stale"]) == (200, True)
    assert Invoice.objects.count() == 1


def test_money_above_the_debt_is_told_before_and_becomes_an_overpayment() -> None:
    found, browser = invoice(), browser_of("Krysia")
    pay(found, "404,67")
    effect = previewed(browser, found, what="zero").context["effect"]
    assert (effect.released, effect.credit, effect.pays_others) == (40_467, 40_467, 0)
    issued(browser, found, what="zero")
    found.refresh_from_db()
    assert (found.owed_grosze, found.paid_grosze) == (0, 0)


def test_released_money_that_pays_another_invoice_at_once_is_told_apart() -> None:
    client = account(days_ago=31)
    for ahead in (31, 0):
        bill_due(on=today() - timedelta(days=ahead), at=now(), client=client)
    first, second = Invoice.objects.order_by("pk")
    pay(first, "404,67")
    effect = previewed(browser_of("Krysia"), first, what="zero").context["effect"]
    assert (effect.pays_others, effect.credit) == (40_467, 0)
    second.refresh_from_db()
    assert second.paid_grosze == 0


def test_a_wrong_nip_goes_to_zero_and_the_next_run_invoices_again() -> None:
    found, browser = invoice(), browser_of("Krysia")
    answer = browser.post(
        address_of(found, "korekta"), typed(found, preview="1", nip=cast.nip(999))
    )
    assert answer.status_code == 409
    assert answer.context["form"].errors["nip"].as_data()[0].code == "nip_needs_zero"
    issued(browser, found, what="rebill", reason="Zły NIP")
    assert BillingPeriod.objects.get(detail__client=found.client, no=1).state == "due"
    assert bill_due(on=today(), at=now()).issued == 1


def test_refusals_stand_at_their_fields_and_nothing_typed_is_lost() -> None:
    found, browser = invoice(), browser_of("Krysia")
    address = address_of(found, "korekta")
    answer = browser.post(address, typed(found, preview="1", reason="", **{"l1-unit": "300"}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reason"]
    assert 'value="300,00"' in answer.content.decode()
    wrong = {"l1-quantity": "1,1234567", "l1-unit": "-1"}
    for field, text in wrong.items():
        answer = browser.post(address, typed(found, preview="1", **{field: text}))
        assert answer.status_code == 422
        (row,) = answer.context["form"].rows
        assert list(row.errors) == [field.removeprefix("l1-")]
    answer = browser.post(address, typed(found, preview="1"))
    errors = answer.context["form"].non_field_errors().as_data()
    assert [one.code for one in errors] == ["nothing_changes"]
    assert Invoice.objects.count() == 1


def test_another_address_of_the_buyer_is_corrected_without_sums() -> None:
    found, browser = invoice(), browser_of("Krysia")
    answer = previewed(browser, found, street="ul. Nowa 7")
    assert [row[1:] for row in answer.context["buyer"]] == [
        (found.snapshot["buyer"]["street"], "ul. Nowa 7")
    ]
    issued(browser, found, street="ul. Nowa 7")
    correction = Invoice.objects.get(corrects=found)
    assert (correction.gross_grosze, correction.snapshot["buyer"]["street"]) == (0, "ul. Nowa 7")


def test_a_second_correction_begins_where_the_first_ended() -> None:
    found, browser = invoice(), browser_of("Krysia")
    issued(browser, found, **{"l1-unit": "300"})
    (row,) = browser.get(address_of(found, "korekta")).context["form"].rows
    assert (row.state.unit_grosze, row.state.quantity) == (30_000, Decimal(1))


def test_a_correction_of_a_correction_leads_to_the_original() -> None:
    found, browser = invoice(), browser_of("Krysia")
    issued(browser, found, **{"l1-unit": "300"})
    correction = Invoice.objects.get(corrects=found)
    answer = browser.get(address_of(correction, "korekta"), follow=True)
    assert answer.redirect_chain == [(address_of(found, "korekta"), 302)]
    assert found.number in str(list(answer.context["messages"])[-1])


def test_the_page_of_a_correction_shows_both_states() -> None:
    found, browser = invoice(), browser_of("Krysia")
    issued(browser, found, **{"l1-unit": "300"})
    page = browser.get(address_of(Invoice.objects.get(corrects=found))).content.decode()
    assert "przed korektą" in page
    assert "po korekcie" in page


def test_only_who_handles_money_corrects() -> None:
    found = invoice()
    for name in ("Ola", "Rita"):
        assert browser_of(name).get(address_of(found, "korekta")).status_code == 403


def test_queries_of_the_form_do_not_grow_with_lines() -> None:
    found = invoice()
    assert queries_of(browser_of("Krysia"), address_of(found, "korekta")) <= 12


def test_an_invoice_of_a_hundred_lines_can_be_corrected() -> None:
    client = account()
    service = cast.service()
    for n in range(99):
        terms = Agreement(service=service, price_grosze=100 + n, months=1, start_on=today())
        add_detail(client, terms, by=cast.person("Ola"), at=now())
    bill_due(on=today(), at=now(), client=client)
    found = Invoice.objects.get()
    assert found.lines.count() == 100
    fields = typed(found, preview="1")
    assert len(fields) > 300
    answer = browser_of("Krysia").post(address_of(found, "korekta"), fields)
    assert answer.status_code == 200
    assert len(answer.context["rates"]) == 1
