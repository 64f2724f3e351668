"""The search of the Console: numbers lead straight, words find what the person may see."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ogniwo.programme import cases
from ogniwo.web.desk.tests.browsing import browser_of
from tests import cast

pytestmark = pytest.mark.django_db
PAGE = "/konsola/szukaj/"


@pytest.mark.parametrize("typed", ["L-0001", "l-1", "L1"])
def test_a_number_leads_straight_to_its_object(typed: str) -> None:
    cast.lead(at=now() - timedelta(days=1))
    answer = browser_of("Ola").get(PAGE, {"q": typed})
    assert answer.headers["Location"] == "/konsola/leady/L-0001/"


def test_words_find_clients_resellers_applications_and_requests() -> None:
    cast.lead(cast.reseller("Radek"), "Żółw", at=now())
    page = browser_of("Ola").get(PAGE, {"q": "zolw"}).content.decode()
    assert "Żółw sp. z o.o." in page
    radek = cast.reseller("Radek")
    cases.open_case(
        radek, kind="other", subject="Pytanie", text="Kiedy?", by=cast.owner_of(radek), at=now()
    )
    found = browser_of("Ola").get(PAGE, {"q": "radek"}).content.decode()
    assert "/konsola/resellerzy/R-001/" in found
    assert "/konsola/wnioski/W-0001/" in found
    assert "/konsola/zgloszenia/Z-0001/" in found


def test_nobody_finds_what_he_must_not_know_of() -> None:
    cast.reseller("Radek")
    krysia = browser_of("Krysia")
    assert "/konsola/wnioski/" not in krysia.get(PAGE, {"q": "radek"}).content.decode()
    assert krysia.get(PAGE, {"q": "W-0001"}).status_code == 200


@pytest.mark.parametrize("typed", ["", "nie ma tego", "K-9999", "FV/2026/11/0001", "%"])
def test_what_is_not_there_is_no_error(typed: str) -> None:
    cast.vendor()
    assert browser_of("Rita").get(PAGE, {"q": typed}).status_code == 200
