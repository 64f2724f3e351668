"""The list of a reseller's clients."""

import pytest
from django.test import Client as Browser

from ogniwo.people.models import User
from tests import cast

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_a_reseller_sees_his_clients_and_nobody_elses() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    cast.lead(radek, "Kwiaty")
    cast.lead(zenon, "Rower")
    page = signed_in(cast.owner_of(radek)).get("/panel/klienci/")
    assert page.status_code == 200
    assert "Kwiaty sp. z o.o." in page.content.decode()
    assert "Rower" not in page.content.decode()
