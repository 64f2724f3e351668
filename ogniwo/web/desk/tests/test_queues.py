"""Kolejki: what waits, in the order of its deadlines, for each role what it may see."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from ogniwo.programme import cases
from ogniwo.web.desk.tests.browsing import browser_of, queries_of
from tests import cast

pytestmark = pytest.mark.django_db
PAGE = "/konsola/"


def waits(days_ago: int = 1) -> None:
    """One thing in each queue."""
    at = now() - timedelta(days=days_ago)
    cast.application("Zenon", at=at)
    client = cast.lead(cast.reseller("Radek", at=at), at=at)
    assert client.reseller is not None
    cases.open_case(
        client.reseller,
        kind="other",
        subject="Pytanie",
        text="Kiedy?",
        by=cast.owner_of(client.reseller),
        at=at,
    )


def test_the_nearest_deadline_is_on_top() -> None:
    waits()
    page = browser_of("Ola").get(PAGE)
    assert [row.icon for row in page.context["rows"]] == [
        "message-square",
        "circle-dot",
        "user-plus",
    ]
    assert {tile.icon: tile.number for tile in page.context["tiles"]}["circle-dot"] == 1


def test_what_is_late_is_red_in_the_tile_and_in_the_menu() -> None:
    waits(days_ago=28)
    page = browser_of("Ola").get(PAGE)
    tones = {tile.icon: tile.tone for tile in page.context["tiles"]}
    assert (tones["user-plus"], tones["circle-dot"]) == ("bad", "bad")
    assert 'class="n hot"' in page.content.decode()


def test_with_nothing_to_do_the_page_says_so() -> None:
    cast.vendor()
    page = browser_of("Ola").get(PAGE)
    assert page.status_code == 200
    assert not page.context["rows"]


def test_the_accountant_is_asked_to_decide_no_application_lead_or_letter() -> None:
    waits()
    page = browser_of("Krysia").get(PAGE)
    assert {row.icon for row in page.context["rows"]} == {"message-square"}
    assert "/konsola/wnioski/" not in page.content.decode()
    assert "skrzynka" not in page.content.decode()


def test_only_mine_shows_what_i_took() -> None:
    waits()
    ola = browser_of("Ola")
    ola.post(f"{PAGE}zgloszenia/Z-0001/take/")
    assert [row.icon for row in ola.get(PAGE, {"kto": "moje"}).context["rows"]] == [
        "message-square",
        "circle-dot",  # she is in charge of the reseller
    ]
    assert not browser_of("Adam").get(PAGE, {"kto": "moje"}).context["rows"]


def test_the_page_asks_as_much_for_many_as_for_few() -> None:
    waits()
    ola = browser_of("Ola")
    few = queries_of(ola, PAGE)
    for number in range(6):
        cast.lead(name=f"Klient {number}", nip=cast.nip(3000 + number * 30), at=now())
    assert queries_of(ola, PAGE) <= few
