"""Prognoza in the Panel: his own clients, for those who see amounts."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from ogniwo.programme.models import Vendor
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


def test_where_amounts_are_hidden_there_is_no_forecast() -> None:
    account("Kwiaty")
    Vendor.objects.update(amounts_shown=False)
    assert browser_of("Radek").get(PAGE).status_code == 403
