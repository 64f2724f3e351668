"""Księgowość and Prognoza at the desk: a month as a file, kept once, and the months ahead."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now
from pytest_django import Settings

from ogniwo.billing.models import RegisterExport
from ogniwo.billing.register.keeping import keep
from ogniwo.billing.tests import scene
from ogniwo.kernel.days import warsaw_day
from ogniwo.kernel.periods import anchor_date
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from ogniwo.web.months import month_asked
from tests import cast
from tests.billed import account

pytestmark = pytest.mark.django_db
LIST = "/konsola/ksiegowosc/"
JANUARY = f"{LIST}2026-01/"


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_list_begins_with_this_month_and_ends_with_the_first_invoice() -> None:
    scene.invoice()
    page = browser_of("Krysia").get(LIST)
    months = [month for month, _url, _kept in page.context["rows"]]
    assert months[0] == warsaw_day(now()).replace(day=1)
    assert months[-1].isoformat() == "2026-01-01"


def test_the_file_of_a_month_has_the_columns_of_jpk() -> None:
    scene.invoice()
    (row,) = rows_of(browser_of("Krysia").get(f"{JANUARY}?format=csv"))
    assert row["DowodSprzedazy"] == "FV/2026/01/0001"
    assert (row["K_19"], row["K_20"], row["K_17"]) == ("100.00", "23.00", "")
    assert row["OznaczenieKSeF"] == "BFK"


def test_a_month_is_kept_by_its_button_and_its_file_stays() -> None:
    scene.invoice()
    browser = browser_of("Krysia")
    answer = browser.post(f"{JANUARY}keep/")
    assert (answer.status_code, answer["Location"]) == (302, JANUARY)
    page = browser.get(JANUARY)
    assert [one.version for one in page.context["versions"]] == [1]
    assert page.context["changes"] == []
    (row,) = rows_of(browser.get(f"{JANUARY}?format=csv&wersja=1"))
    assert row["RazemVAT"] == "23.00"
    assert browser.get(f"{JANUARY}?format=csv&wersja=2").status_code == 404


def test_what_changed_after_the_export_is_listed() -> None:
    client = scene.account()
    scene.invoice(client)
    keep(scene.JANUARY.replace(day=1), by=cast.person("Krysia"), at=now())
    # A later invoice with a service of January: another tax of that month.
    scene.one_off(client, price_grosze=50_000)
    scene.bill(scene.JANUARY + timedelta(days=40))
    page = browser_of("Krysia").get(JANUARY)
    (change,) = page.context["changes"]
    assert change == ("FV/2026/02/0001", None, (50_000, 11_500))
    assert page.content.decode().count("FV/2026/02/0001") >= 2


def test_a_month_that_runs_is_refused_in_words() -> None:
    month = warsaw_day(now())
    answer = browser_of("Krysia").post(f"{LIST}{month:%Y-%m}/keep/")
    assert answer.status_code == 409
    assert not RegisterExport.objects.exists()


@pytest.mark.parametrize(
    "name", ["2026-13", "2026", "2026-1", "nic", "9999-12", "0001-01", "1999-12", "2100-01"]
)
def test_what_is_no_month_is_not_found(name: str) -> None:
    assert browser_of("Krysia").get(f"{LIST}{name}/").status_code == 404


def test_a_month_asks_as_much_however_many_documents() -> None:
    client = scene.account()
    scene.one_off(client)
    scene.bill(scene.JANUARY)
    browser = browser_of("Krysia")
    one = queries_of(browser, JANUARY)
    for _more in range(9):
        scene.one_off(client, separate=True)
    scene.bill(scene.JANUARY)
    assert queries_of(browser, JANUARY) == one <= 12


def test_the_forecast_shows_a_year_and_goes_into_a_file() -> None:
    account("Kwiaty", price=14_900)
    browser = browser_of("Ola")
    page = browser.get("/konsola/prognoza/")
    (table,) = page.context["tables"]
    assert len(table.rows) == len(page.context["bars"]) == 12
    assert table.rows[1].sums.net == 14_900
    assert table.rows[1].month == anchor_date(warsaw_day(now()).replace(day=1), 1, 1)
    rows = rows_of(browser.get("/konsola/prognoza/?format=csv"))
    assert [row["Netto"] for row in rows][1] == "149.00"


def test_the_forecast_of_a_reseller_is_of_his_clients() -> None:
    client = account("Kwiaty", price=14_900)
    other = cast.reseller("Zenon", at=now() - timedelta(days=60))
    number = client.reseller.number if client.reseller else ""
    browser = browser_of("Ola")
    assert browser.get(f"/konsola/prognoza/{number}/").context["tables"]
    assert browser.get(f"/konsola/prognoza/{other.number}/").context["tables"] == []


def test_the_forecast_asks_as_much_however_many_agreements() -> None:
    account("Kwiaty")
    browser = browser_of("Ola")
    one = queries_of(browser, "/konsola/prognoza/")
    for name in ("Ramki", "Rowery", "Buty"):
        account(name)
    assert queries_of(browser, "/konsola/prognoza/") == one <= 12


def test_forecasts_without_end_are_stopped(settings: Settings) -> None:
    """Each may plan a year of many agreements: thirty a minute are a person's, not sixty."""
    settings.OGNIWO_LIMITS = True
    browser, radek = browser_of("Ola"), cast.reseller("Radek", at=now() - timedelta(days=60))
    asked = [browser.get("/konsola/prognoza/").status_code for _time in range(60)]
    assert asked[:30] == [200] * 30
    assert 429 in asked[30:]
    assert browser_of("Krysia").get("/konsola/prognoza/").status_code == 200
    panel = Browser()
    panel.force_login(cast.owner_of(radek))
    assert 429 in [panel.get("/panel/prognoza/").status_code for _time in range(60)]


def test_a_list_of_invoices_ignores_a_month_at_the_edge_of_the_calendar() -> None:
    scene.invoice()
    panel = Browser()
    panel.force_login(cast.owner_of(cast.reseller("Radek", at=now() - timedelta(days=60))))
    for month in ("9999-12", "0001-01", "2026-W1", "2026-00"):
        answer = browser_of("Krysia").get(f"/konsola/faktury/?miesiac={month}")
        assert (answer.status_code, len(answer.context["rows"])) == (200, 1)
        assert panel.get(f"/panel/faktury/?miesiac={month}").status_code == 200
    ends = (month_asked("2000-01"), month_asked("2099-12"))
    assert ends == (date(2000, 1, 1), date(2099, 12, 1))
