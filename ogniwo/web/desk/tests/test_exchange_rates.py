"""Services in euro at the desk: agreed on the form, held without a rate, issued with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from ogniwo.billing.models import BillingDetail, Invoice, NbpRate
from ogniwo.billing.run import bill_due
from ogniwo.kernel.workdays import previous_working
from ogniwo.programme.models import Client
from ogniwo.web.desk.tests.browsing import browser_of
from tests import cast
from tests.billed import account, today

pytestmark = pytest.mark.django_db
RATES = "/konsola/ustawienia/kursy/"


def agreed(client: Client, **changes: Any) -> Any:
    """The form of a new detail, sent by the accountant: one-off work of today, 100,00 €."""
    given = {
        "service": cast.service().code,
        "months": "0",
        "price": "100,00",
        "start_on": today().isoformat(),
        "currency": "EUR",
    } | changes
    return browser_of("Krysia").post(f"/konsola/klienci/{client.number}/billing/add/", given)


def rate(**changes: Any) -> dict[str, Any]:
    day = previous_working(today())
    return {"on": day.isoformat(), "mid": "4,2345", "table": "227/A/NBP/2026"} | changes


def test_what_is_agreed_in_euro_waits_for_the_rate_and_is_issued_with_it() -> None:
    client, krysia = account(days_ago=-40), browser_of("Krysia")
    assert agreed(client).status_code == 302
    preview = krysia.get(f"/konsola/fakturowanie/{today()}/")
    assert RATES in preview.content.decode()
    assert krysia.get(RATES).context["missing"] == [previous_working(today())]
    assert krysia.post(RATES, rate()).status_code == 302
    assert krysia.get(RATES).context["missing"] == []
    bill_due(on=today(), at=now(), client=client)
    found = Invoice.objects.get(client=client)
    assert (found.currency, found.gross_grosze) == ("EUR", 12_300)
    assert found.snapshot["fx"]["vat_pln_grosze"] == {"23": 9_739}  # 23,00 € × 4,2345


def test_the_rate_missing_is_that_before_the_tax_point_when_it_is_earlier() -> None:
    client, done = account(days_ago=-40), today() - timedelta(days=40)
    agreed(client, start_on=done.isoformat())
    page = browser_of("Krysia").get(RATES)
    assert page.context["missing"] == [previous_working(done)]
    assert page.context["form"]["on"].initial == previous_working(done)


def test_a_table_of_a_day_off_or_of_tomorrow_is_refused() -> None:
    krysia = browser_of("Krysia")
    off = today() - timedelta(days=(today().weekday() + 1) % 7 or 7)  # the last Sunday
    for day in (off, today() + timedelta(days=1)):
        answer = krysia.post(RATES, rate(on=day.isoformat()))
        assert answer.status_code == 409
        assert "on" in answer.context["form"].errors
    for mid in ("0", "423,45", "NaN", "4,23456789", "cztery"):
        answer = krysia.post(RATES, rate(mid=mid))
        assert answer.status_code in {409, 422}, mid
        assert "mid" in answer.context["form"].errors
    assert not NbpRate.objects.exists()


def test_a_rate_typed_again_replaces_the_first() -> None:
    krysia = browser_of("Krysia")
    for mid in ("4,2345", "4.2354"):
        krysia.post(RATES, rate(mid=mid))
    assert [f"{one.mid:.4f}" for one in NbpRate.objects.all()] == ["4.2354"]
    assert "4,2354" in krysia.get(RATES).content.decode()


@pytest.mark.parametrize("changes", [{"currency": "EUR"}, {"currency": "PLN", "basis": "gross"}])
def test_the_net_price_in_zloty_is_no_price_in_euro_or_gross(changes: dict[str, str]) -> None:
    client = account(days_ago=-40)
    answer = agreed(client, price="", months="1", **changes)
    assert answer.status_code == 422
    assert "price" in answer.context["form"].errors
    assert agreed(client, price="", months="1", currency="PLN").status_code == 302


def test_a_new_cycle_of_a_service_in_euro_asks_for_its_price() -> None:
    client = account(days_ago=-40)
    agreed(client, months="1", start_on=(today() + timedelta(days=1)).isoformat())
    detail = BillingDetail.objects.get(client=client, currency="EUR")
    detail.service.set_price(
        months=12, grosze=300_000, from_on=today(), by=cast.person("Adam"), at=now()
    )
    path = f"/konsola/klienci/{client.number}/billing/{detail.pk}/change_cycle/"
    given = {"from_on": detail.start_on.isoformat(), "months": "12", "timing": "advance"}
    answer = browser_of("Krysia").post(path, given)
    assert answer.status_code == 422
    assert "price" in answer.context["form"].errors


def test_a_clients_page_never_adds_euro_to_zloty() -> None:
    client, krysia = account(), browser_of("Krysia")
    agreed(client)
    krysia.post(RATES, rate())
    bill_due(on=today(), at=now(), client=client)
    page = krysia.get(f"/konsola/klienci/{client.number}/").content.decode()
    assert "404,67\u00a0zł" in page
    assert "+ 123,00\u00a0€" in page
    assert "527,67" not in page
