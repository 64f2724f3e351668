"""The list of a reseller's clients."""

from datetime import date, timedelta

import pytest

from ogniwo.kernel.roles import RESELLER_READER
from ogniwo.people.models import User
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
LIST = "/panel/klienci/"


def test_a_reseller_sees_his_clients_and_nobody_elses() -> None:
    radek, zenon = cast.reseller("Radek"), cast.reseller("Zenon")
    cast.lead(radek, "Kwiaty")
    cast.lead(zenon, "Rower")
    page = page_of(owner_browser(radek), LIST)
    assert "Kwiaty sp. z o.o." in page
    assert "Rower" not in page


def test_a_client_is_found_by_a_part_of_his_nip_and_counted_by_state() -> None:
    radek = cast.reseller("Radek")
    kwiaty, rower = cast.lead(radek, "Kwiaty"), an_account(radek, "Rower")
    radeks = owner_browser(radek)
    found = page_of(radeks, f"{LIST}?q={kwiaty.nip[3:8]}")
    assert kwiaty.company_name in found
    assert rower.company_name not in found
    leads = page_of(radeks, f"{LIST}?stan=lead")
    assert rower.company_name not in leads
    assert "1 Account, 1 Lead of 50" in leads


def test_an_account_with_a_late_invoice_says_so() -> None:
    radek = cast.reseller("Radek")
    an_account(radek, "Kwiaty")
    an_account(radek, "Rower", start_on=date(2026, 3, 19))
    bill(date(2026, 1, 6))
    late = page_of(owner_browser(radek), f"{LIST}?stan=zalegle")
    assert "Account · overdue" in late
    assert "Kwiaty" in late
    assert "404.67 zł" in late
    assert "Rower" not in late


def test_amounts_are_hidden_from_whom_the_owner_or_the_programme_hides_them() -> None:
    radek = cast.reseller("Radek")
    an_account(radek, "Kwiaty")
    owner = cast.owner_of(radek)
    User.objects.filter(pk=owner.pk).update(sees_amounts=False)
    radeks = browser_of(owner)
    page = page_of(radeks, LIST)
    assert "hidden" in page
    assert "329.00" not in page
    assert radeks.get(f"{LIST}?format=csv").status_code == 403


def test_the_list_is_taken_along_as_csv_and_xlsx_but_not_by_a_reader() -> None:
    radek = cast.reseller("Radek")
    client = an_account(radek, "Kwiaty")
    radeks = owner_browser(radek)
    answer = radeks.get(f"{LIST}?format=csv")
    table = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it streams
    assert str(client.number) in table
    assert ";329.00;" in table
    assert radeks.get(f"{LIST}?format=xlsx").status_code == 200
    reader = browser_of(cast.colleague(radek, RESELLER_READER))
    assert "CSV" not in page_of(reader, LIST)
    assert reader.get(f"{LIST}?format=csv").status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_clients() -> None:
    radek = cast.reseller("Radek")
    an_account(radek, "Kwiaty")
    radeks = owner_browser(radek)
    before = queries_of(radeks, LIST)
    for turn in range(4):
        an_account(radek, f"Sklep {turn} tej firmy", at=TODAY - timedelta(days=20 - turn))
    assert queries_of(radeks, LIST) == before


def test_an_empty_list_invites_to_register_and_a_search_without_result_can_be_cleared() -> None:
    radeks = owner_browser(cast.reseller("Radek"))
    assert "Register the first client" in page_of(radeks, LIST)
    assert "Clear the filters" in page_of(radeks, f"{LIST}?q=nic")
