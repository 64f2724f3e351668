"""Prognoza in the Panel: his own clients, for those who see amounts."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from ogniwo.billing.foreseeing import forecasts_wait, tick_forecasts
from ogniwo.programme.models import Client, Vendor
from tests import cast
from tests.billed import account

pytestmark = pytest.mark.django_db
PAGE = "/panel/prognoza/"


def browser_of(firm: str) -> Browser:
    browser = Browser()
    browser.force_login(cast.owner_of(cast.reseller(firm, at=now() - timedelta(days=60))))
    return browser


def test_a_reseller_sees_what_his_clients_will_be_billed_and_nobody_elses() -> None:
    account("Kwiaty", price=14_900)
    (table,) = browser_of("Radek").get(PAGE).context["tables"]
    assert table.rows[2].sums.net == 14_900
    assert browser_of("Zenon").get(PAGE).context["tables"] == []


def test_of_many_agreements_he_sees_his_own_kept_sums_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker keeps the sums of all; a page has one reseller's out of them."""
    for place in ("foreseeing", "forecast"):
        monkeypatch.setattr(f"ogniwo.billing.{place}.AT_ONCE", 1)
    zenon = cast.reseller("Zenon", at=now() - timedelta(days=60))
    for name in ("Kwiaty", "Rowery"):
        account(name, price=14_900)
    others = [account(name, price=100_000).pk for name in ("Buty", "Ramki", "Lampy")]
    Client.objects.filter(pk__in=others).update(reseller=zenon)
    radeks, zenons = browser_of("Radek"), browser_of("Zenon")
    assert radeks.get(PAGE).context["is_being_made"]
    while forecasts_wait(now()):
        tick_forecasts(now())
    for browser, net in ((radeks, 2 * 14_900), (zenons, 3 * 100_000)):
        (table,) = browser.get(PAGE).context["tables"]
        assert table.rows[2].sums.net == net


def test_where_amounts_are_hidden_there_is_no_forecast() -> None:
    account("Kwiaty")
    Vendor.objects.update(amounts_shown=False)
    assert browser_of("Radek").get(PAGE).status_code == 403
